/*
 * python_program.h
 *		The interpreter that this build is for, as the system has it.
 *
 * Debian's python3 is a sixth faster than the same version as a shared library:
 * it is linked in one piece, at a fixed address, and optimised as a whole.  So
 * it is the program that we live in, and nothing is linked against the library.
 */
#ifndef RUNNER_PYTHON_PROGRAM_H
#define RUNNER_PYTHON_PROGRAM_H

#include <patchlevel.h>

#define PYTHON_TEXT_OF(number) #number
#define PYTHON_PROGRAM_OF(major, minor) \
	"/usr/bin/python" PYTHON_TEXT_OF(major) "." PYTHON_TEXT_OF(minor)

#define PYTHON_PROGRAM PYTHON_PROGRAM_OF(PY_MAJOR_VERSION, PY_MINOR_VERSION)

/* Where the launcher leaves our library, for the loader to find. */
#define PYTHON_LIBRARY_FILENO 4

#endif

/*
 * executor_python_launcher.h
 *		The few lines of Python between the interpreter and a script.
 */
#ifndef MCPD_EXECUTOR_PYTHON_LAUNCHER_H
#define MCPD_EXECUTOR_PYTHON_LAUNCHER_H

/* For `python3 -c TEXT script.py input.json output.json`. */
extern const char executor_python_launcher[];

#endif

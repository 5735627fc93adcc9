/*
 * executor_python_venv.h
 *		Virtual environments, made once for each interpreter and requirements.
 *
 * They lie below the work directory of the daemon, in a folder that only its
 * user can enter, and stay there for all later tasks and daemons.  A lock on a
 * file lets one process make one; who comes meanwhile waits for it.  It is made
 * in a sandbox too, which can write this one and no other; later tasks read it.
 */
#ifndef MCPD_EXECUTOR_PYTHON_VENV_H
#define MCPD_EXECUTOR_PYTHON_VENV_H

#include "executor_python_child.h"

/* The arena's; all NULL where a task needs none. */
typedef struct PythonVenv
{
	char *place;
	char *bin;    /* directory of its programs, for PATH */
	char *python; /* its interpreter */
	bool is_made;
	const char *const *requirements; /* to NULL */
} PythonVenv;

/*
 * Which one the task needs, and whether it is there.  STATUS_INVALID for a
 * requirement that pip would take as an option.  Blocks on the file system.
 */
extern Status
executor_python_venv_find(const ExecutorTask *task, PythonVenv *venv,
                          Error *error) MUST_CHECK;

/*
 * The command that makes it, or waits until another one has; it is made when
 * that ends with exit code 0.  directory is where it starts,
 * index its way to packages, or NULL for the network of this machine.
 */
extern PythonCommand
executor_python_venv_command(const ExecutorTask *task, const PythonVenv *venv,
                             const char *directory, Proxy *index);

#endif

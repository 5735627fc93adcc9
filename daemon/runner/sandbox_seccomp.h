/*
 * sandbox_seccomp.h
 *		The system calls of a task, by name and by what they are asked for.
 */
#ifndef RUNNER_SANDBOX_SECCOMP_H
#define RUNNER_SANDBOX_SECCOMP_H

#include "allowances.h"

/*
 * Compiles the filters, once; NULL, or what is wrong.  Enforcing one is a
 * single call then.
 */
extern const char *sandbox_seccomp_prepare(void);

/* -1 with errno set; needs no_new_privs. */
extern int sandbox_seccomp_enforce(const Allowances *allowances);

#endif

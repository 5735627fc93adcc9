/*
 * sandbox_limits.h
 *		What the kernel counts for a process, and the privileges it has.
 */
#ifndef RUNNER_SANDBOX_LIMITS_H
#define RUNNER_SANDBOX_LIMITS_H

#include "allowances.h"

/* -1 with errno set. */
extern int sandbox_limits_set(const Allowances *allowances);

/* All capabilities, now and for whatever is started later. */
extern int sandbox_limits_drop_privileges(void);

#endif

/*
 * sandbox_landlock.h
 *		Landlock: what may be read, and the few places that may be written.
 */
#ifndef RUNNER_SANDBOX_LANDLOCK_H
#define RUNNER_SANDBOX_LANDLOCK_H

#include "allowances.h"

/* The version of the kernel's Landlock; 0: it has none, or it is off. */
extern int sandbox_landlock_version(void);

/* -1 with errno set; needs no_new_privs. */
extern int sandbox_landlock_enforce(const Allowances *allowances, int version);

#endif

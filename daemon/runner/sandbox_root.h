/*
 * sandbox_root.h
 *		A root of its own: the system to read, and a capped tmpfs to write.
 */
#ifndef RUNNER_SANDBOX_ROOT_H
#define RUNNER_SANDBOX_ROOT_H

#include "allowances.h"

/*
 * Makes and enters it, as the user that the task is; its place is an empty
 * directory.  Returns NULL, or what could not be done, with errno set.
 */
extern const char *sandbox_root_enter(const Allowances *allowances);

#endif

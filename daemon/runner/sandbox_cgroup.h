/*
 * sandbox_cgroup.h
 *		What the kernel counts for all processes of a task together.
 *
 * With cgroups of version 2, in the subtree that was delegated to mcpd: it and
 * we move into a leaf of it, for a group that has processes itself may not give
 * controllers to others.  A group of a task that is over is removed when the
 * next one is made.
 */
#ifndef RUNNER_SANDBOX_CGROUP_H
#define RUNNER_SANDBOX_CGROUP_H

#include "allowances.h"

#include <stddef.h>

/* Fills why, and returns false, where there is no such subtree. */
extern bool sandbox_cgroup_prepare(char *why, size_t size);

/* The same in the group that lies at base. */
extern bool sandbox_cgroup_prepare_at(const char *base, char *why, size_t size);

/* Returns the number of a group with the task's limits, or -1 with errno. */
extern int sandbox_cgroup_make(const Allowances *allowances);

extern int sandbox_cgroup_put(int group, pid_t pid);

/* Where the kernel counts what it killed; to be opened while it can be seen. */
extern int sandbox_cgroup_open_events(int group);
extern bool sandbox_cgroup_has_killed(int events);

#endif

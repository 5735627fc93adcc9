/*
 * sandbox_namespaces.h
 *		A process of its own world: processes, mounts, network, names, users.
 */
#ifndef RUNNER_SANDBOX_NAMESPACES_H
#define RUNNER_SANDBOX_NAMESPACES_H

#include "allowances.h"

/*
 * As fork(): the new process is the first of its namespaces, and ends with us
 * if it has any.
 * It must call sandbox_namespaces_wait() before all else, which returns -1 with
 * errno set where its ids could not be mapped or its cgroup could not be entered.
 */
extern pid_t sandbox_namespaces_fork(const Allowances *allowances, int *gate);
extern int sandbox_namespaces_wait(const Allowances *allowances, int gate);

/* Becomes who the task is, for good; capabilities are still there. */
extern int sandbox_namespaces_change_user(const Allowances *allowances);

#endif

/*
 * keeper.h
 *		The first process of a task's world, which sees it through.
 *
 * It builds the cage around itself, starts the script in it, hears commands,
 * watches memory, and when the script has ended lets nothing outlive it.  Then
 * it takes the answer out and says how it went.
 */
#ifndef RUNNER_KEEPER_H
#define RUNNER_KEEPER_H

#include "task.h"

/* In the process that sandbox_namespaces_fork() made. */
extern _Noreturn void keeper_run(const Task *task, int gate);

/* What the keeper would say, where there is none. */
extern void keeper_report_failure(int control, int problem, const char *what);

#endif

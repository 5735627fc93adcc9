/*
 * keeper.h
 *		The first process of a task's world, which sees it through.
 *
 * It builds the cage around itself, puts the script's process into it, and waits
 * for the order that says what to run.  Then it hears commands, watches memory,
 * and when the script has ended lets nothing outlive it.  At last it takes the
 * answer out and says how it went.
 */
#ifndef RUNNER_KEEPER_H
#define RUNNER_KEEPER_H

#include "task.h"

/* In the process that sandbox_namespaces_fork() made. */
extern _Noreturn void
keeper_run(const Allowances *allowances, int gate, int orders);

/* What the keeper would say, where there is none. */
extern void keeper_report_failure(int control, int problem, const char *what);

#endif

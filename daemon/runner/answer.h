/*
 * answer.h
 *		Takes the file that a script wrote as its answer out of its world.
 */
#ifndef RUNNER_ANSWER_H
#define RUNNER_ANSWER_H

#include "task.h"

/* directory: the task's, inside.  Nothing of the task may be alive any more. */
extern void answer_take(const Task *task, int directory, RunnerReport *report);

#endif

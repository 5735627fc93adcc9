/*
 * processes.h
 *		The processes of a task: how much memory they hold, and their end.
 *
 * Looks at them through a descriptor of /proc: in a cage that is its own, which
 * shows no others; without one, those that descend from us are picked out.
 */
#ifndef RUNNER_PROCESSES_H
#define RUNNER_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Processes
{
	int proc;      /* of /proc; -1: it cannot be seen */
	bool is_caged; /* all but the first one are the task's */
} Processes;

/* Bytes that nobody could take back without writing them somewhere. */
extern uint64_t processes_memory(const Processes *processes);

/* To all of them; returns whether there was anybody. */
extern bool processes_signal(const Processes *processes, int signal_number);

#endif

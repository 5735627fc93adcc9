/*
 * worker_pace.h
 *		When a worker turns to the database again, if nothing happens before.
 *
 * The database says how long to sleep after a turn that went well; after
 * failures it is a back-off of ours.
 */
#ifndef MCPD_WORKER_PACE_H
#define MCPD_WORKER_PACE_H

#include "status.h"

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds, of loop_now(). */
typedef struct WorkerPace
{
	uint64_t sleep_time;  /* between turns that bring nothing */
	uint64_t retry_delay; /* 0: the last request went well */
	uint64_t not_before;  /* after a failure nothing shortens this */
} WorkerPace;

extern void worker_pace_init(WorkerPace *pace);

/* sleep_time: what the database said, or negative. */
extern void worker_pace_go_on(WorkerPace *pace, int64_t sleep_time);

/* Returns whether this is the first failure in a row, which is news. */
extern bool
worker_pace_back_off(WorkerPace *pace, const Error *error, uint64_t now);

/* The time until then, or until not_before where that is later. */
extern uint64_t
worker_pace_delay(const WorkerPace *pace, uint64_t delay, uint64_t now);

#endif

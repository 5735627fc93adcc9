/*
 * worker_pace.c
 *		When a worker turns to the database again, if nothing happens before.
 */
#include "worker_pace.h"

/* Milliseconds. */
#define LONGEST_SLEEP 1000 /* whatever it says: a NOTIFY can get lost */
#define FIRST_RETRY 100
#define LAST_RETRY 5000

void
worker_pace_init(WorkerPace *pace)
{
	*pace = (WorkerPace){.sleep_time = LONGEST_SLEEP};
}

void
worker_pace_go_on(WorkerPace *pace, int64_t sleep_time)
{
	worker_pace_init(pace);
	if (sleep_time >= 0 && sleep_time < LONGEST_SLEEP)
		pace->sleep_time = (uint64_t) sleep_time;
}

/*
 * Who lost a connection waits for the next one anyway, and that has a back-off
 * of its own.
 */
bool
worker_pace_back_off(WorkerPace *pace, const Error *error, uint64_t now)
{
	bool is_first = pace->retry_delay == 0;
	uint64_t longest =
		error->status == STATUS_UNAVAILABLE ? FIRST_RETRY : LAST_RETRY;

	pace->retry_delay = is_first ? FIRST_RETRY : pace->retry_delay * 2;
	if (pace->retry_delay > longest)
		pace->retry_delay = longest;
	pace->not_before = now + pace->retry_delay;
	return is_first;
}

uint64_t
worker_pace_delay(const WorkerPace *pace, uint64_t delay, uint64_t now)
{
	uint64_t then = now + delay;

	return then < pace->not_before ? pace->not_before - now : delay;
}

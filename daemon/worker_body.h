/*
 * worker_body.h
 *		What a Worker is made of: for the files of the worker alone.
 */
#ifndef MCPD_WORKER_BODY_H
#define MCPD_WORKER_BODY_H

#include "db.h"
#include "worker.h"
#include "worker_demand.h"
#include "worker_pace.h"
#include "worker_results.h"
#include "worker_running.h"

typedef enum WorkerState
{
	WORKER_AWAY,        /* has no lease; the timer asks for one */
	WORKER_REGISTERING, /* a request for one is in flight */
	WORKER_READY,       /* has one; the timer sends the next turn */
	WORKER_TURNING,     /* a turn is in flight */
	WORKER_RETIRING,    /* gives up its lease and what it holds, for good */
	WORKER_GONE         /* has nothing, and wants nothing */
} WorkerState;

struct Worker
{
	WorkerState state;
	const Config *config;
	RunWatch *run_watch;
	TraceExport *traces; /* may be NULL */
	Arena *arena;
	Db *db; /* its own: a turn never waits behind requests of HTTP */
	const char *name;
	ExecutorTools tools; /* with our name and epoch among them */
	char epoch[16];
	int64_t registration; /* counts leases: a task of an older one is void */

	WorkerRunning *running;
	WorkerResults *results;
	WorkerDemand *demand;

	LoopTimer *timer;
	WorkerPace pace;
	bool is_woken;  /* there may be work: do not wait for the poll */
	bool is_unsure; /* what we hold and what the database thinks may differ */

	DbCallback started; /* of the start in flight */
	void *starting;

	bool is_draining;
	bool is_handing_back; /* the time to finish is over */
	LoopTimer *drain_timer;
};

/* Only as the table of moves has it. */
extern void worker_body_enter(Worker *worker, WorkerState state);

/* Whatever has changed: when to act next. */
extern void worker_body_plan_next(Worker *worker);

/* How many tasks more it could run. */
extern int worker_body_count_free(const Worker *worker);

/* Something failed: the next try is later. */
extern void
worker_body_back_off(Worker *worker, const char *what, const Error *error);

/* The lease: asks for one, has lost it, gives it up for good. */
extern void worker_body_ask_for_lease(Worker *worker);
extern void worker_body_lose_lease(Worker *worker, const Error *error);
extern void worker_body_retire(Worker *worker);

/* The turn: results out, tasks in. */
extern void worker_body_send_turn(Worker *worker);

/* What the database tells, in a turn or otherwise: for how long to sleep, in ms. */
extern int64_t worker_body_take_answer(Worker *worker, JsonView answer);

#endif

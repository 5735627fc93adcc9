/*
 * turn.h
 *		One worker turn: takes results in, moves runs on, hands out work.
 *
 * Whatever the number of results, each table is read and written by one
 * statement, and all of it is one commit.  A turn locks the runs it has results
 * for in the order of their ids and waits for them; all else it takes, it takes
 * only where nobody else has it.
 */
#ifndef MCP_TURN_H
#define MCP_TURN_H

#include "artifact.h"
#include "run_store.h"
#include "worker_store.h"

/* What a worker says of an attempt that it was handed. */
typedef struct TurnResult
{
	pg_uuid_t run_id;
	int step;
	int attempt;
	bool is_success;
	Jsonb *outputs; /* NULL: null */
	const char *error;
	const char *error_class;
	double retry_after; /* seconds; 0: not asked for */
	const char *stdout_text;
	const char *stderr_text;
	Jsonb *usage;       /* NULL: none */
	Jsonb *tool_calls;  /* an array: the step goes on when they have ended */
	Jsonb *memory;      /* what is to be remembered of it; NULL: nothing */
	Artifact *artifact; /* NULL: none */
} TurnResult;

/* How many tasks of a queue the worker has room for. */
typedef struct TurnDemand
{
	const char *queue;
	int count;
} TurnDemand;

/* An attempt that the worker says it has. */
typedef struct TurnHeld
{
	pg_uuid_t run_id;
	int step;
	int attempt;
} TurnHeld;

/* An attempt handed to the worker. */
typedef struct TurnTask
{
	LiveRun *run;
	int step;
	int attempt;
	Jsonb *inputs;
} TurnTask;

/* A result that was not taken. */
typedef struct TurnRefusal
{
	const TurnResult *result;
	const char *reason; /* "run_over", "not_held", "gone" */
} TurnRefusal;

typedef struct Turn
{
	TimestampTz now;
	const char *worker; /* NULL: nobody's turn, to give back what was lost */
	int epoch;
	List *results; /* of TurnResult * */
	List *demands; /* of TurnDemand *; counts go down as they are met */
	List *lost;    /* of LostWorker *: their tasks go back */
	List *held;    /* of TurnHeld *: all that the worker has, if is_recount */
	bool is_recount;
	bool has_peers;

	/* What came of it. */
	List *tasks;         /* of TurnTask * */
	List *refusals;      /* of TurnRefusal * */
	List *ended;         /* of LiveRun * */
	TimestampTz room_at; /* a queue may have room again; DT_NOEND: none */
	bool is_more;        /* there was more to do than one turn should */
} Turn;

extern void turn_run(Turn *turn);

typedef enum TurnChange
{
	TURN_CHANGED,
	TURN_UNCHANGED, /* it is so already, or cannot be */
	TURN_NOT_ALIVE  /* there is no such run, or it has ended */
} TurnChange;

/* Nothing of the run begins until it is resumed; what is under way goes on. */
extern TurnChange turn_pause(const pg_uuid_t *run_id, TimestampTz now);
extern TurnChange turn_resume(const pg_uuid_t *run_id, TimestampTz now);

/*
 * Ends a run as CANCELLED.  Returns false where no such run lives.
 */
extern bool
turn_cancel(const pg_uuid_t *run_id, const char *reason, TimestampTz now);

#endif

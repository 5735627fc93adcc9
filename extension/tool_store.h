/*
 * tool_store.h
 *		The rows of what assistants said and called in steps that are under way.
 *
 * What a call is of, and whether its arguments will do, is decided in SQL, where
 * the definitions are.  The verbs need an SPI connection, and the lock of the run.
 */
#ifndef MCP_TOOL_STORE_H
#define MCP_TOOL_STORE_H

#include "run_store.h"
#include "utils/jsonb.h"

/* An answer that calls tools. */
typedef struct ToolRound
{
	const LiveRun *run;
	int slot;
	int attempt;
	const pg_uuid_t *version_id; /* of the assistant */
	Jsonb *answer;               /* NULL: it said nothing beside */
	Jsonb *usage;                /* NULL: none */
} ToolRound;

typedef struct ToolCall
{
	const char *call_id;
	const char *tool;
	Jsonb *arguments;
	bool is_workflow; /* else an MCP */
	pg_uuid_t target_id;
	const char *error; /* why no run is made for it; NULL: one is */
	pg_uuid_t child_run_id;
} ToolCall;

/* The number of the round; 0 where there were too many already. */
extern int tool_store_open_round(const ToolRound *round);

/* The calls of an answer: a List of ToolCall *, those that cannot be too. */
extern List *tool_store_read_calls(const pg_uuid_t *version_id, Jsonb *calls);

extern void
tool_store_add_calls(const ToolRound *round, int number, List *calls);

/*
 * Keeps the results of the runs that have ended.  Returns whether all have;
 * *is_followed: a fallback goes on in the place of one.
 */
extern bool tool_store_settle(const LiveRun *run, int slot, bool *is_followed);

/* The runs of a step's calls that have not ended: a List of pg_uuid_t *. */
extern List *tool_store_find_children(const LiveRun *run, int slot);

/* What was said in a session of the assistant is remembered. */
extern void tool_store_remember(const LiveRun *run, const pg_uuid_t *mcp_id,
                                const pg_uuid_t *version_id, Jsonb *exchange);

#endif

/*
 * run_options.h
 *		The options of a start, as they stand in a document.
 */
#ifndef MCP_RUN_OPTIONS_H
#define MCP_RUN_OPTIONS_H

#include "json_reader.h"
#include "run_start.h"

/* What only a start that happens once can say. */
typedef struct StartOnce
{
	const char *idempotency_key; /* NULL: none */
	int idempotency_ttl;         /* seconds for which it holds */
} StartOnce;

/*
 * Reads the options of the object into the start; what is not said stays as it
 * is there.  Problems are noted below the object's path.
 */
extern void run_options_read(const JsonObject *options, RunStart *start);

/*
 * The same for one start at a time of the caller's choice: it can be delayed too,
 * counted from start->now.  With `once`, it can carry an idempotency key.
 */
extern void run_options_read_start(const JsonObject *options, RunStart *start,
                                   StartOnce *once);

#endif

/*
 * run_retry.h
 *		A new run that goes on where another one ended.
 *
 * What the old run has done, and what is not to be done again, counts as done in
 * the new one: its attempts are copied.  The old run never changes.
 */
#ifndef MCP_RUN_RETRY_H
#define MCP_RUN_RETRY_H

#include "json_reader.h"
#include "run_start.h"

typedef struct RunRetry
{
	const pg_uuid_t *run_id;
	const char *from_step; /* NULL: the steps that did not end well */
	Jsonb *inputs;         /* to be merged over the old ones; NULL: none */
	Jsonb *options;
} RunRetry;

/*
 * Starts it and returns its id.  Raises MC020 for an unknown run or step, MC010
 * for a run that lives or has nothing left to do, and what a start raises.  Needs
 * an SPI connection.
 */
extern pg_uuid_t run_retry(const RunRetry *retry);

#endif

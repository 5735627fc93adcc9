/*
 * run_row.h
 *		The columns of a live run's row, and what they decode to.
 */
#ifndef MCP_RUN_ROW_H
#define MCP_RUN_ROW_H

#include "nodes/bitmapset.h"
#include "row_table.h"
#include "run_store.h"

#define RUN_ROW_COLUMN_COUNT 14

/* Where the columns are, and room for the values of a row. */
typedef struct RunRowReader
{
	TupleDesc columns;
	int places[RUN_ROW_COLUMN_COUNT];
	Datum *values;
	bool *nulls;
} RunRowReader;

extern void run_row_open(RunRowReader *reader, const RowTable *live_runs);

/*
 * The run in a row, which becomes the run's.  The plan is loaded where it is not
 * cached, which needs SPI.
 *
 * A run that cannot be made sense of (its version is missing, its state is no
 * state) has no steps, and its state has FAILED already: saved, it ends as such
 * and says why, instead of breaking each turn that comes upon it.
 */
extern LiveRun *run_row_decode(RunRowReader *reader, HeapTuple row);

/* The slots that are RUNNING. */
extern Bitmapset *run_row_find_running(const RunState *state);

/* The bytes of the state, as its column keeps them. */
extern bytea *run_row_print_state(const RunState *state);

#endif

/*
 * run_record_store.h
 *		Puts a recorded run into history.
 */
#ifndef MCP_RUN_RECORD_STORE_H
#define MCP_RUN_RECORD_STORE_H

#include "run_record.h"

/*
 * Writes the run and its attempts, owned by the actor.  The document must have
 * been checked: run_record.h.  Raises unique_violation where the run exists.
 * Needs an SPI connection.
 */
extern void run_record_insert(Jsonb *document, const RunRecord *record);

#endif

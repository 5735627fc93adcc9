/*
 * run_details.h
 *		What the start of a run said beyond what moves it on.
 */
#ifndef MCP_RUN_DETAILS_H
#define MCP_RUN_DETAILS_H

#include "run_start.h"

/*
 * Writes the details of a run that was just made; most starts have none, and no
 * row then.  Needs an SPI connection.
 */
extern void run_details_write(const pg_uuid_t *run_id, const RunStart *start);

#endif

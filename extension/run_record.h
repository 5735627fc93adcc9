/*
 * run_record.h
 *		A run that was executed elsewhere, as a document to be recorded.
 *
 * It is held to the same rules as a run of ours: known workflow and version,
 * known steps, states that can have come about, times in order.
 */
#ifndef MCP_RUN_RECORD_H
#define MCP_RUN_RECORD_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "problem.h"

typedef struct RunRecord
{
	pg_uuid_t run_id; /* given, or made */
	pg_uuid_t workflow_id;
	int version;
	Jsonb *definition; /* of that version, in normal form */
} RunRecord;

/*
 * Adds what is wrong with the document (COMPAT "Run") to problems; where nothing
 * is, fills in the record.  Needs an SPI connection.
 */
extern void
run_record_check(Jsonb *document, RunRecord *record, ProblemList *problems);

#endif

/*
 * run_record_steps.h
 *		The attempts of a run that was executed elsewhere, held against the steps of
 *		its workflow version.
 *
 * Only run_record.c uses it.
 */
#ifndef MCP_RUN_RECORD_STEPS_H
#define MCP_RUN_RECORD_STEPS_H

#include "json_reader.h"

/* How a run or a step ended. */
typedef enum RunRecordEnd
{
	RUN_RECORD_SUCCESS,
	RUN_RECORD_FAILED,
	RUN_RECORD_CANCELLED,
	RUN_RECORD_SKIPPED, /* of a step only */
	RUN_RECORD_NONE     /* of a step without an attempt, or unreadable */
} RunRecordEnd;

/*
 * Adds what is wrong with "step_results" to the problems of the run, and where the
 * run's end is none that its steps allow.  definition is the normal form of the
 * version; NULL: unknown, and only the form of the attempts is looked at.
 */
extern void run_record_check_steps(const JsonObject *run, Jsonb *definition,
                                   RunRecordEnd end);

/*
 * Of a run or of a step: where "started_at" is there, so is "finished_at", and not
 * before it.
 */
extern void run_record_check_times(const JsonObject *object);

#endif

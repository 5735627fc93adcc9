/*
 * schedule_row.h
 *		The columns of a schedule's row, and what they mean.
 */
#ifndef MCP_SCHEDULE_ROW_H
#define MCP_SCHEDULE_ROW_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "schedule.h"

/* What is written when the definition is; schedule_row_encode has the order. */
#define SCHEDULE_DEFINITION_COLUMNS                                     \
	"schedule_id, name, description, workflow_id, cron, repeat_every, " \
	"anchor, time_zone, inputs, options, overlap, catch_up, "           \
	"catch_up_limit, jitter_seconds, is_paused, next_fire_at, wakes_at"

#define SCHEDULE_DEFINITION_TYPES                                             \
	UUIDOID, TEXTOID, TEXTOID, UUIDOID, TEXTOID, INTERVALOID, TIMESTAMPTZOID, \
		TEXTOID, JSONBOID, JSONBOID, TEXTOID, TEXTOID, INT4OID, INT4OID,      \
		BOOLOID, TIMESTAMPTZOID, TIMESTAMPTZOID

#define SCHEDULE_DEFINITION_COUNT 17

/* For a SELECT from schedules AS s; schedule_row_decode has the order. */
#define SCHEDULE_ROW_COLUMNS                                         \
	" s.schedule_id, s.name, s.description, s.workflow_id, s.cron,"  \
	" s.repeat_every, s.anchor, s.time_zone, s.inputs, s.options,"   \
	" s.overlap, s.catch_up, s.catch_up_limit, s.jitter_seconds,"    \
	" s.is_paused, s.next_fire_at, s.slug, s.owner, s.last_fire_at," \
	" s.last_run_id, s.waiting"

#define SCHEDULE_ROW_COUNT 21

/* The values of the columns of the definition, and which are null. */
extern void
schedule_row_encode(const Schedule *schedule, Datum *values, char *nulls);

/* A rule that cannot be read any more leaves the schedule without a zone. */
extern Schedule *schedule_row_decode(HeapTuple row, TupleDesc columns);

#endif

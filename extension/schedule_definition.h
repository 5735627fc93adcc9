/*
 * schedule_definition.h
 *		The document of a schedule, read.
 */
#ifndef MCP_SCHEDULE_DEFINITION_H
#define MCP_SCHEDULE_DEFINITION_H

#include "problem.h"
#include "schedule.h"

/*
 * Reads {name, slug, description, workflow, cron or interval, anchor, time_zone,
 * inputs, options, overlap, catch_up, catch_up_limit, jitter_seconds, is_paused}
 * and fills in what is not said.  Where problems were added the schedule is not
 * to be used.  Whether the workflow exists is not looked up.
 */
extern Schedule *
schedule_definition_read(Jsonb *document, ProblemList *problems);

/* When the rule that a text says fires: a cron expression or an interval. */
extern bool
schedule_definition_read_rule(const char *text, FireRule *rule, char **error);

#endif

/*
 * run_event.h
 *		What was done to a run, noted beside it.
 */
#ifndef MCP_RUN_EVENT_H
#define MCP_RUN_EVENT_H

#include "utils/jsonb.h"
#include "utils/uuid.h"

#define RUN_EVENT_NO_STEP (-1)

typedef struct RunEvent
{
	const pg_uuid_t *run_id;
	int step;         /* or RUN_EVENT_NO_STEP */
	const char *kind; /* "paused", "signal_sent" and so on */
	Jsonb *detail;    /* NULL: nothing to say */
} RunEvent;

/* By the actor, now.  Needs an SPI connection. */
extern void run_event_write(const RunEvent *event);

/* {key: text}, or NULL where the text is. */
extern Jsonb *run_event_detail(const char *key, const char *text);

#endif

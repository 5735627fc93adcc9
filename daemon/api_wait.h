/*
 * api_wait.h
 *		Requests that wait for a run to end.
 *
 * Whoever ends the run, the waiter is woken by run_watch, reads the run and
 * answers when it is over.  The client may go away meanwhile: the run does not.
 */
#ifndef MCPD_API_WAIT_H
#define MCPD_API_WAIT_H

#include "api.h"

typedef struct ApiWaits ApiWaits;

extern ApiWaits *api_waits_create(void);

/* Ends them first. */
extern void api_waits_destroy(ApiWaits *waits);

/*
 * Those that wait now are answered with 202 and Location: they were taken on,
 * and the run goes on, but it is not this daemon that will tell.
 */
extern void api_waits_end(ApiWaits *waits);

/* What is done where it takes too long: the request is the caller's again. */
typedef struct ApiPatience
{
	int seconds; /* -1: no end of it */
	void (*lost)(void *context);
	void *context;
} ApiPatience;

/*
 * Answers with 200 and the JSON of statement (run -> JSON, whether it is over)
 * as soon as the run is over.  patience is copied.
 */
extern void
api_wait_for_run(ApiRequest *request, const char *run_id, DbStatement statement,
                 const ApiPatience *patience);

#endif

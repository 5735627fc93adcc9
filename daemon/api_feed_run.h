/*
 * api_feed_run.h
 *		The runs of a feed, and who follows which from where.
 *
 * A run is asked about as long as somebody follows it, from the event on that is
 * known to all who do.
 */
#ifndef MCPD_API_FEED_RUN_H
#define MCPD_API_FEED_RUN_H

#include "api_listener.h"
#include "json_write.h"

typedef struct FeedRuns FeedRuns;

/* Of one who listens: what he follows. */
typedef struct FeedFollows
{
	ApiListener *listener;
	int count;
	bool is_open; /* there may be more to come: he stays without any */
} FeedFollows;

extern FeedRuns *feed_runs_create(void);
extern void feed_runs_destroy(FeedRuns *runs);

/* From the event since on, "" for the beginning.  Twice is once. */
extern void feed_runs_follow(FeedRuns *runs, FeedFollows *follows,
                             const char *run_id, const char *since);

/* He follows none any more. */
extern void feed_runs_leave(FeedRuns *runs, FeedFollows *follows);

extern bool feed_runs_has(const FeedRuns *runs, const char *run_id);

/* What mcp.watch_runs() takes: each run, what is known of it. */
extern void feed_runs_write_seen(FeedRuns *runs, JsonWriter *writer);

/*
 * Takes a row of its answer, tells the event to those who have not heard it, and
 * ends with a run those who wait for no other.  True: there is more to be told at
 * once.
 */
extern bool feed_runs_take(FeedRuns *runs, const DbResult *result, int row);

#endif

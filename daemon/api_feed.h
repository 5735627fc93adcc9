/*
 * api_feed.h
 *		What is new of runs, brought to those who listen to them.
 *
 * The database has the events; a follower is told of those behind the last that
 * he knows.  All who came with the same credentials are served by one question
 * to the database, asked in their role, as long as there is one of them: a few
 * times a second, and at once where a run is told of.  When the credentials
 * are good no more the question fails, and they hear that.
 */
#ifndef MCPD_API_FEED_H
#define MCPD_API_FEED_H

#include "api.h"

typedef struct ApiFeeds ApiFeeds;
typedef struct ApiFeed ApiFeed;
typedef struct ApiFollower ApiFollower;

/* One follows so many runs at a time; more are left out. */
#define API_FOLLOWED_MAX 1000

extern ApiFeeds *api_feeds_create(const ApiWorld *world);

/* Ends them first. */
extern void api_feeds_destroy(ApiFeeds *feeds);

/* All streams end; whoever listened comes again, to another daemon. */
extern void api_feeds_end(ApiFeeds *feeds);

/*
 * Answers the request with a stream, which ends with the last of the runs that it
 * follows; or follows runs of a workflow, found as they come, for ever: "" for
 * any workflow, NULL for none.  since: the id of an event, which goes before
 * all that is told; "": from the beginning.
 */
extern ApiFollower *
api_feed_enter(ApiRequest *request, const char *since, const char *workflow);

/* From now on he is told of the run.  run_id in small letters. */
extern void api_feed_follow(ApiFollower *follower, const char *run_id);

/* For the rooms of feeds: asks on behalf of those who listen by it. */
extern DbRequest *
api_feed_ask(const ApiFeed *feed, DbStatement statement,
             const char *const *values, DbCallback callback, void *context);

/* For the rooms of feeds: what was asked failed; true: for good. */
extern bool api_feed_fail(ApiFeed *feed, const Error *error);

#endif

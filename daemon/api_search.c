/*
 * api_search.c
 *		The runs of a workflow, found as they come, for those who follow them.
 */
#include "api_search.h"

#include "memory.h"
#include "run_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Milliseconds between two questions. */
#define INTERVAL 1000

/*
 * Seconds: runs that ended so long ago are asked for still, as one that was
 * begun and ended between two questions is never seen alive; those that no
 * answer named for so long are forgotten.
 */
#define LOOK_BACK "10 seconds"
#define LOOK_BACK_SECONDS 10
#define REMEMBERED 30000

typedef struct Member
{
	struct Member *next;
	ApiFollower *follower;
} Member;

typedef struct KnownRun
{
	char run_id[RUN_ID_SIZE];
	uint64_t named_at;
} KnownRun;

struct ApiSearch
{
	ApiFeed *feed;
	char *workflow;
	Member *members;
	RunMap *known;
	LoopTimer *timer;
	DbRequest *asking; /* NULL: nothing is asked */
};

static void ask(void *context);
static void answered(void *context, DbResult *result, const Error *error);
static void take_run(ApiSearch *search, const char *run_id);
static bool remember(void *context, void *thing);
static bool introduce(void *context, void *thing);
static bool forget(void *context, void *thing);

ApiSearch *
api_search_create(ApiFeed *feed, const char *workflow)
{
	ApiSearch *search = memory_alloc(sizeof(*search));

	search->feed = feed;
	search->workflow = memory_copy_text(workflow);
	search->known = run_map_create();
	search->timer = loop_timer_create(ask, search);
	return search;
}

void
api_search_destroy(ApiSearch *search)
{
	if (search->asking)
		db_forget(search->asking);
	loop_timer_destroy(search->timer);
	run_map_sweep(search->known, forget, NULL);
	run_map_destroy(search->known);
	free(search->workflow);
	free(search);
}

bool
api_search_is_of(const ApiSearch *search, const char *workflow)
{
	return strcmp(search->workflow, workflow) == 0;
}

void
api_search_join(ApiSearch *search, ApiFollower *follower)
{
	Member *member = memory_alloc(sizeof(*member));

	run_map_sweep(search->known, introduce, follower);
	member->follower = follower;
	member->next = search->members;
	search->members = member;
	if (search->asking == NULL && !loop_timer_is_set(search->timer))
		loop_timer_set(search->timer, 0);
}

void
api_search_leave(ApiSearch *search, const ApiFollower *follower)
{
	for (Member **at = &search->members; *at; at = &(*at)->next)
	{
		Member *member = *at;

		if (member->follower == follower)
		{
			*at = member->next;
			free(member);
			return;
		}
	}
}

bool
api_search_is_idle(const ApiSearch *search)
{
	return search->members == NULL;
}

static void
ask(void *context)
{
	ApiSearch *search = context;
	char since[32];
	struct tm moment;
	const time_t then = time(NULL) - LOOK_BACK_SECONDS;

	gmtime_r(&then, &moment);
	strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", &moment);
	search->asking = api_feed_ask(
		search->feed,
		DB_FIND_RUNS_TO_WATCH,
		(const char *[]){
			*search->workflow ? search->workflow : NULL, since, LOOK_BACK},
		answered,
		search);
}

static void
answered(void *context, DbResult *result, const Error *error)
{
	ApiSearch *search = context;

	search->asking = NULL;
	loop_timer_set(search->timer, INTERVAL);
	if (error)
	{
		(void) api_feed_fail(search->feed, error);
		return;
	}
	for (int i = 0; i < db_result_rows(result); i++)
		take_run(search, db_result_text(result, i, 0));
	run_map_sweep(search->known, remember, NULL);
}

static void
take_run(ApiSearch *search, const char *run_id)
{
	KnownRun *run = run_map_find(search->known, run_id);

	if (run)
	{
		run->named_at = loop_now();
		return;
	}
	run = memory_alloc(sizeof(*run));
	snprintf(run->run_id, sizeof(run->run_id), "%s", run_id);
	run->named_at = loop_now();
	run_map_add(search->known, run_id, run);
	for (const Member *one = search->members; one; one = one->next)
		api_feed_follow(one->follower, run_id);
}

static bool
remember(void *context, void *thing)
{
	const KnownRun *run = thing;

	(void) context;
	if (loop_now() - run->named_at < REMEMBERED)
		return true;
	free(thing);
	return false;
}

static bool
introduce(void *context, void *thing)
{
	const KnownRun *run = thing;

	api_feed_follow(context, run->run_id);
	return true;
}

static bool
forget(void *context, void *thing)
{
	(void) context;
	free(thing);
	return false;
}

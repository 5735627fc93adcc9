/*
 * api_feed.c
 *		What is new of runs, brought to those who listen to them.
 */
#include "api_feed.h"

#include "api_feed_run.h"
#include "api_search.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* Milliseconds between two questions, and at least, and while there is no database. */
#define INTERVAL 300
#define LEAST_INTERVAL 50
#define PATIENCE 1000

struct ApiFollower
{
	ApiFollower *next;
	ApiFeed *feed;
	FeedFollows follows;
	ApiSearch *search; /* NULL: he named the runs */
	char since[API_EVENT_ID];
};

typedef struct SearchItem
{
	struct SearchItem *next;
	ApiSearch *search;
} SearchItem;

struct ApiFeed
{
	ApiFeed *next;
	ApiFeeds *feeds;
	Arena *arena; /* of who it is */
	const char *who;
	bool is_ours; /* asked as the daemon itself */
	DbCaller caller;
	ApiFollower *followers;
	SearchItem *searches;
	FeedRuns *runs;
	JsonWriter *seen;
	LoopTimer *timer;
	uint64_t asked_at;
	DbRequest *asking; /* NULL: nothing is asked */
	bool is_woken;     /* while it was asking: ask once more */
};

struct ApiFeeds
{
	const ApiWorld *world;
	ApiFeed *first;
};

static void told(void *context, const char *run_id);
static ApiFeed *find_feed(ApiRequest *request);
static ApiFeed *create_feed(ApiRequest *request, const char *who);
static void destroy_feed(ApiFeed *feed);
static ApiSearch *find_search(ApiFeed *feed, const char *workflow);
static void drop_idle_searches(ApiFeed *feed);
static void wake(ApiFeed *feed);
static void look(void *context);
static void ask(ApiFeed *feed);
static void answered(void *context, DbResult *result, const Error *error);
static void listener_gone(void *context);

ApiFeeds *
api_feeds_create(const ApiWorld *world)
{
	ApiFeeds *feeds = memory_alloc(sizeof(*feeds));

	feeds->world = world;
	run_watch_on_tell(world->run_watch, told, feeds);
	return feeds;
}

void
api_feeds_destroy(ApiFeeds *feeds)
{
	api_feeds_end(feeds);
	run_watch_on_tell(feeds->world->run_watch, NULL, NULL);
	while (feeds->first)
		destroy_feed(feeds->first);
	free(feeds);
}

void
api_feeds_end(ApiFeeds *feeds)
{
	for (ApiFeed *feed = feeds->first; feed; feed = feed->next)
	{
		while (feed->followers)
			api_listener_close(feed->followers->follows.listener);
	}
}

ApiFollower *
api_feed_enter(ApiRequest *request, const char *since, const char *workflow)
{
	ApiFeed *feed = find_feed(request);
	ApiFollower *follower = memory_alloc(sizeof(*follower));

	follower->feed = feed;
	follower->follows.is_open = workflow != NULL;
	memccpy(follower->since, since, '\0', sizeof(follower->since) - 1);
	follower->follows.listener =
		api_listener_open(request, listener_gone, follower);
	follower->next = feed->followers;
	feed->followers = follower;
	if (workflow)
	{
		follower->search = find_search(feed, workflow);
		api_search_join(follower->search, follower);
	}
	wake(feed);
	return follower;
}

void
api_feed_follow(ApiFollower *follower, const char *run_id)
{
	if (follower->follows.count >= API_FOLLOWED_MAX)
		return;
	feed_runs_follow(
		follower->feed->runs, &follower->follows, run_id, follower->since);
	wake(follower->feed);
}

DbRequest *
api_feed_ask(const ApiFeed *feed, DbStatement statement,
             const char *const *values, DbCallback callback, void *context)
{
	return db_send_as(feed->feeds->world->db,
	                  feed->is_ours ? NULL : &feed->caller,
	                  statement,
	                  values,
	                  callback,
	                  context);
}

bool
api_feed_fail(ApiFeed *feed, const Error *error)
{
	if (error->status == STATUS_UNAVAILABLE)
		return false;
	while (feed->followers)
		api_listener_fail(feed->followers->follows.listener, error);
	return true;
}

/* run_id NULL: anything may have happened. */
static void
told(void *context, const char *run_id)
{
	const ApiFeeds *feeds = context;

	for (ApiFeed *feed = feeds->first; feed; feed = feed->next)
	{
		if (run_id == NULL || feed_runs_has(feed->runs, run_id))
			wake(feed);
	}
}

static ApiFeed *
find_feed(ApiRequest *request)
{
	const AuthIdentity *identity = &request->identity;
	const DbCaller *caller = &request->caller;
	ApiFeed *feed = request->feeds->first;
	const char *who = arena_print(request->arena,
	                              "%d %s %s",
	                              (int) identity->kind,
	                              caller->values[0] ? caller->values[0] : "",
	                              caller->values[1] ? caller->values[1] : "");

	while (feed && strcmp(feed->who, who) != 0)
		feed = feed->next;
	return feed ? feed : create_feed(request, who);
}

static ApiFeed *
create_feed(ApiRequest *request, const char *who)
{
	ApiFeeds *feeds = request->feeds;
	ApiFeed *feed = memory_alloc(sizeof(*feed));

	feed->feeds = feeds;
	feed->arena = arena_create();
	feed->who = arena_copy_text(feed->arena, who);
	feed->is_ours = request->identity.kind == AUTH_DAEMON;
	feed->caller.enter = request->caller.enter;
	for (int i = 0; i < DB_CALLER_VALUES && !feed->is_ours; i++)
		feed->caller.values[i] =
			arena_copy_text(feed->arena, request->caller.values[i]);
	feed->runs = feed_runs_create();
	feed->seen = json_writer_create();
	feed->timer = loop_timer_create(look, feed);
	feed->next = feeds->first;
	feeds->first = feed;
	return feed;
}

static void
destroy_feed(ApiFeed *feed)
{
	ApiFeed **at = &feed->feeds->first;

	while (*at != feed)
		at = &(*at)->next;
	*at = feed->next;
	if (feed->asking)
		db_forget(feed->asking);
	drop_idle_searches(feed);
	loop_timer_destroy(feed->timer);
	json_writer_destroy(feed->seen);
	feed_runs_destroy(feed->runs);
	arena_destroy(feed->arena);
	free(feed);
}

static ApiSearch *
find_search(ApiFeed *feed, const char *workflow)
{
	SearchItem *item = feed->searches;

	while (item && !api_search_is_of(item->search, workflow))
		item = item->next;
	if (item)
		return item->search;
	item = memory_alloc(sizeof(*item));
	item->search = api_search_create(feed, workflow);
	item->next = feed->searches;
	feed->searches = item;
	return item->search;
}

static void
drop_idle_searches(ApiFeed *feed)
{
	SearchItem **at = &feed->searches;

	while (*at)
	{
		SearchItem *item = *at;

		if (!api_search_is_idle(item->search))
		{
			at = &item->next;
			continue;
		}
		*at = item->next;
		api_search_destroy(item->search);
		free(item);
	}
}

/* Not more often than it helps, however much is told. */
static void
wake(ApiFeed *feed)
{
	uint64_t since = loop_now() - feed->asked_at;

	if (feed->asking)
		feed->is_woken = true;
	else
		loop_timer_set(feed->timer,
		               since < LEAST_INTERVAL ? LEAST_INTERVAL - since : 0);
}

static void
look(void *context)
{
	ApiFeed *feed = context;
	ApiFollower *next;

	for (ApiFollower *one = feed->followers; one; one = next)
	{
		next = one->next;
		(void) api_listener_look(one->follows.listener);
	}
	drop_idle_searches(feed);
	if (feed->followers)
		ask(feed);
	else
		destroy_feed(feed);
}

static void
ask(ApiFeed *feed)
{
	json_writer_reset(feed->seen);
	feed_runs_write_seen(feed->runs, feed->seen);
	feed->is_woken = false;
	feed->asked_at = loop_now();
	feed->asking = api_feed_ask(feed,
	                            DB_WATCH_RUNS,
	                            (const char *[]){json_writer_text(feed->seen)},
	                            answered,
	                            feed);
}

static void
answered(void *context, DbResult *result, const Error *error)
{
	ApiFeed *feed = context;
	bool is_more = feed->is_woken;

	feed->asking = NULL;
	if (error)
	{
		loop_timer_set(feed->timer, api_feed_fail(feed, error) ? 0 : PATIENCE);
		return;
	}
	for (int i = 0; i < db_result_rows(result); i++)
		is_more |= feed_runs_take(feed->runs, result, i);
	loop_timer_set(feed->timer, INTERVAL);
	if (is_more)
		wake(feed);
}

/* The feed itself goes when it looks next: this may be inside its loop. */
static void
listener_gone(void *context)
{
	ApiFollower *follower = context;
	ApiFollower **at = &follower->feed->followers;

	while (*at != follower)
		at = &(*at)->next;
	*at = follower->next;
	if (follower->search)
		api_search_leave(follower->search, follower);
	feed_runs_leave(follower->feed->runs, &follower->follows);
	free(follower);
}

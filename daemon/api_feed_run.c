/*
 * api_feed_run.c
 *		The runs of a feed, and who follows which from where.
 *
 * Who is told may turn out to be gone, and then leaves all runs that he follows
 * while one of them is being told of: so runs that nobody follows stay until
 * the next question, and loops over followers look ahead.
 */
#include "api_feed_run.h"

#include "memory.h"
#include "run_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the answer. */
enum
{
	RUN_ID,
	MARK,
	IS_OVER,
	EVENT_ID,
	KIND,
	EVENT
};

typedef struct Follow
{
	struct Follow *next; /* of the same run */
	FeedFollows *owner;
	bool is_fresh; /* the question under way does not know of him */
	char after[API_EVENT_ID];
} Follow;

typedef struct FeedRun
{
	char run_id[RUN_ID_SIZE];
	char *mark; /* NULL: none yet */
	Follow *follows;
} FeedRun;

struct FeedRuns
{
	RunMap *map;
};

static bool leave_one(void *context, void *thing);
static bool write_one(void *context, void *thing);
static bool destroy_one(void *context, void *thing);
static void destroy_run(FeedRun *run);
static const char *start_asking(FeedRun *run);
static void
tell(FeedRun *run, const char *id, const char *kind, const char *event);
static void end(FeedRun *run, const char *status);
static bool has_fresh(const FeedRun *run);
static void set_mark(FeedRun *run, const char *mark);

FeedRuns *
feed_runs_create(void)
{
	FeedRuns *runs = memory_alloc(sizeof(*runs));

	runs->map = run_map_create();
	return runs;
}

void
feed_runs_destroy(FeedRuns *runs)
{
	run_map_sweep(runs->map, destroy_one, NULL);
	run_map_destroy(runs->map);
	free(runs);
}

void
feed_runs_follow(FeedRuns *runs, FeedFollows *follows, const char *run_id,
                 const char *since)
{
	FeedRun *run = run_map_find(runs->map, run_id);
	Follow *follow;

	if (run == NULL)
	{
		run = memory_alloc(sizeof(*run));
		snprintf(run->run_id, sizeof(run->run_id), "%s", run_id);
		run_map_add(runs->map, run_id, run);
	}
	for (follow = run->follows; follow; follow = follow->next)
	{
		if (follow->owner == follows)
			return;
	}
	follow = memory_alloc(sizeof(*follow));
	follow->owner = follows;
	follow->is_fresh = true;
	snprintf(follow->after, sizeof(follow->after), "%s", since);
	follow->next = run->follows;
	run->follows = follow;
	follows->count++;
	set_mark(run, NULL);
}

void
feed_runs_leave(FeedRuns *runs, FeedFollows *follows)
{
	if (follows->count > 0)
		run_map_sweep(runs->map, leave_one, follows);
}

bool
feed_runs_has(const FeedRuns *runs, const char *run_id)
{
	return run_map_find(runs->map, run_id) != NULL;
}

void
feed_runs_write_seen(FeedRuns *runs, JsonWriter *writer)
{
	json_write_open(writer, '{');
	run_map_sweep(runs->map, write_one, writer);
	json_write_close(writer, '}');
}

bool
feed_runs_take(FeedRuns *runs, const DbResult *result, int row)
{
	FeedRun *run = run_map_find(runs->map, db_result_text(result, row, RUN_ID));
	const char *id = db_result_text(result, row, EVENT_ID);
	const char *mark = db_result_text(result, row, MARK);

	if (run == NULL)
		return false;
	if (id)
	{
		tell(run,
		     id,
		     db_result_text(result, row, KIND),
		     db_result_text(result, row, EVENT));
		return false;
	}
	if (has_fresh(run))
		return true;
	if (db_result_is_true(result, row, IS_OVER))
	{
		end(run, db_result_text(result, row, KIND));
		return false;
	}
	set_mark(run, mark);
	return mark == NULL;
}

static bool
leave_one(void *context, void *thing)
{
	FeedFollows *follows = context;
	FeedRun *run = thing;

	for (Follow **at = &run->follows; *at; at = &(*at)->next)
	{
		Follow *follow = *at;

		if (follow->owner == follows)
		{
			*at = follow->next;
			free(follow);
			follows->count--;
			break;
		}
	}
	return true;
}

static bool
write_one(void *context, void *thing)
{
	JsonWriter *writer = context;
	FeedRun *run = thing;
	const char *after;

	if (run->follows == NULL)
	{
		destroy_run(run);
		return false;
	}
	after = start_asking(run);
	json_write_name(writer, run->run_id);
	json_write_open(writer, '{');
	if (*after)
	{
		json_write_name(writer, "after");
		json_write_text(writer, after);
	}
	if (run->mark)
	{
		json_write_name(writer, "mark");
		json_write_text(writer, run->mark);
	}
	json_write_close(writer, '}');
	return true;
}

static bool
destroy_one(void *context, void *thing)
{
	(void) context;
	destroy_run(thing);
	return false;
}

static void
destroy_run(FeedRun *run)
{
	while (run->follows)
	{
		Follow *follow = run->follows;

		run->follows = follow->next;
		free(follow);
	}
	free(run->mark);
	free(run);
}

/* The last event that all who follow it have heard. */
static const char *
start_asking(FeedRun *run)
{
	const char *after = run->follows->after;

	for (Follow *one = run->follows; one; one = one->next)
	{
		one->is_fresh = false;
		if (strcmp(one->after, after) < 0)
			after = one->after;
	}
	return after;
}

static void
tell(FeedRun *run, const char *id, const char *kind, const char *event)
{
	Follow *next;

	for (Follow *one = run->follows; one; one = next)
	{
		next = one->next;
		if (one->is_fresh || strcmp(id, one->after) <= 0)
			continue;
		snprintf(one->after, sizeof(one->after), "%s", id);
		(void) api_listener_tell(one->owner->listener, id, kind, event);
	}
}

/* status NULL: the run is gone from history. */
static void
end(FeedRun *run, const char *status)
{
	char data[128];

	snprintf(data,
	         sizeof(data),
	         "{\"run_id\": \"%s\", \"status\": %s%s%s}",
	         run->run_id,
	         status ? "\"" : "",
	         status ? status : "null",
	         status ? "\"" : "");
	while (run->follows)
	{
		Follow *follow = run->follows;
		FeedFollows *owner = follow->owner;

		run->follows = follow->next;
		free(follow);
		owner->count--;
		if (owner->count == 0 && !owner->is_open)
			api_listener_end(owner->listener, data);
	}
}

static bool
has_fresh(const FeedRun *run)
{
	const Follow *one = run->follows;

	while (one && !one->is_fresh)
		one = one->next;
	return one != NULL;
}

static void
set_mark(FeedRun *run, const char *mark)
{
	free(run->mark);
	run->mark = memory_copy_text(mark);
}

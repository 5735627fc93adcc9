/*
 * run_watch.c
 *		Who waits for which run, and waking them.
 *
 * Every wake goes through the waiter's timer, so no callback runs inside a
 * verb.  What was told lately is a table with one place for each hash: a
 * collision forgets the older run, and its waiter looks a little later.
 */
#include "run_watch.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_SIZE 37 /* a UUID as text */
#define BUCKETS 1024
#define RECENT 8192

/* Milliseconds until a waiter looks again without a reason, doubling. */
#define FIRST_LOOK 250
#define LONGEST_LOOK 5000

struct RunWaiter
{
	RunWaiter *next; /* in its bucket */
	RunWatch *watch;
	char run_id[ID_SIZE];
	LoopCallback callback;
	void *context;
	LoopTimer *timer;  /* when it looks again */
	uint64_t interval; /* how long after that it looks once more */
};

struct RunWatch
{
	RunWaiter *buckets[BUCKETS];
	char recent[RECENT][ID_SIZE];
	RunToldCallback told; /* NULL: nobody wants to know */
	void *told_context;
};

static void look(void *context);
static uint32_t hash_id(const char *run_id);

RunWatch *
run_watch_create(void)
{
	return memory_alloc(sizeof(RunWatch));
}

void
run_watch_destroy(RunWatch *watch)
{
	free(watch);
}

RunWaiter *
run_watch_add(RunWatch *watch, const char *run_id, LoopCallback callback,
              void *context)
{
	uint32_t hash = hash_id(run_id);
	RunWaiter **bucket = &watch->buckets[hash % BUCKETS];
	RunWaiter *waiter = memory_alloc(sizeof(*waiter));
	bool is_recent = strcmp(watch->recent[hash % RECENT], run_id) == 0;

	waiter->watch = watch;
	snprintf(waiter->run_id, sizeof(waiter->run_id), "%s", run_id);
	waiter->callback = callback;
	waiter->context = context;
	waiter->timer = loop_timer_create(look, waiter);
	waiter->interval = FIRST_LOOK;
	loop_timer_set(waiter->timer, is_recent ? 0 : FIRST_LOOK);
	waiter->next = *bucket;
	*bucket = waiter;
	return waiter;
}

void
run_watch_remove(RunWaiter *waiter)
{
	RunWaiter **place =
		&waiter->watch->buckets[hash_id(waiter->run_id) % BUCKETS];

	while (*place != waiter)
		place = &(*place)->next;
	*place = waiter->next;
	loop_timer_destroy(waiter->timer);
	free(waiter);
}

void
run_watch_on_tell(RunWatch *watch, RunToldCallback callback, void *context)
{
	watch->told = callback;
	watch->told_context = context;
}

void
run_watch_tell(RunWatch *watch, const char *run_id)
{
	uint32_t hash = hash_id(run_id);

	if (watch->told)
		watch->told(watch->told_context, run_id);

	snprintf(watch->recent[hash % RECENT], ID_SIZE, "%s", run_id);
	for (RunWaiter *one = watch->buckets[hash % BUCKETS]; one; one = one->next)
	{
		if (strcmp(one->run_id, run_id) == 0)
			loop_timer_set(one->timer, 0);
	}
}

void
run_watch_tell_all(RunWatch *watch)
{
	if (watch->told)
		watch->told(watch->told_context, NULL);
	for (int i = 0; i < BUCKETS; i++)
	{
		for (RunWaiter *one = watch->buckets[i]; one; one = one->next)
			loop_timer_set(one->timer, 0);
	}
}

static void
look(void *context)
{
	RunWaiter *waiter = context;

	if (waiter->interval < LONGEST_LOOK)
		waiter->interval *= 2;
	loop_timer_set(waiter->timer, waiter->interval);
	waiter->callback(waiter->context);
}

/* FNV-1a. */
static uint32_t
hash_id(const char *run_id)
{
	uint32_t hash = 2166136261U;

	for (; *run_id; run_id++)
		hash = (hash ^ (unsigned char) *run_id) * 16777619U;
	return hash;
}

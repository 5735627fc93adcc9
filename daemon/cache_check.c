/*
 * cache_check.c
 *		Asks the database whether what is cached may be answered with.
 *
 * Why an answer out of the cache is never older than a commit that its reader
 * could know of, whoever made it, by whatever daemon or by psql:
 *
 * - A commit makes its rows and their new labels visible in the same instant
 *   (schema/69_cache.sql), before whoever committed is told.
 * - A question is sent after all for whom it is asked had asked.  The server
 *   takes its snapshot when the question arrives, so each commit that any of
 *   them could have heard of is in it, and the labels that it tells are those
 *   after that commit.
 * - What is cached has the label that was known before the database was asked
 *   for it: it is as new as its label, or newer.  Where its label is that of
 *   the snapshot, nothing between has changed it, and it is what the snapshot
 *   would have told.  Where it is newer still, it was committed before we
 *   answer, which the reader cannot tell from a later arrival of his request.
 *
 * NOTIFY is too late for this: it comes after the commit was told.  It only lets
 * go early of what nobody may ask for again.  No lease and no clock is needed,
 * writers wait for nobody, and where the database is away nothing is answered
 * out of the cache, as nobody could say how old it is.
 *
 * Who comes while a question is under way waits for the next of his caller and his
 * function, as that one may be too old for him.  It goes out when that one is
 * answered, or before, once it serves so many that it is worth its cost: the server
 * is at it while the answers of the last one go out here.
 */
#include "cache_check.h"

#include "log.h"
#include "loop.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* The table is a row for each writing transaction; more than this are folded. */
#define MANY_ROWS 256
#define FOLD_PERIOD 1000 /* milliseconds */

/* A question may follow another that is under way where it serves as many. */
#define MANY_WAITERS 32
#define MOST_UNDER_WAY 4

#define TIMEOUT 5 /* seconds: then what waits asks the function itself */

/* Those who ask as the same caller for the same function. */
typedef struct Group
{
	struct Group *next;
	CacheCheck *check;
	bool is_caller;
	DbCaller caller; /* its texts are ours */
	DbStatement statement;
	CacheWaiter *waiting; /* for the next question */
	CacheWaiter **end;
	int waiters;
	int under_way; /* questions */
} Group;

/* One that is under way. */
typedef struct Question
{
	Group *group;
	CacheWaiter *asked;
} Question;

struct CacheCheck
{
	Db *db;
	CacheLabels labels;
	Group *groups;
	LoopTimer *due; /* questions go out once all of this turn have come */
	bool is_closing;
	uint64_t folded_at;
	uint64_t questions;
	uint64_t waiters;
	void (*changed)(void *context);
	void *context;
	CacheWaiter nobody; /* asks where labels are said to have changed */
	bool is_looking;
};

static Group *
get_group(CacheCheck *check, const DbCaller *caller, DbStatement statement);
static bool
is_group_of(const Group *group, const DbCaller *caller, DbStatement statement);
static void send_due(void *context);
static bool is_worth_asking(const Group *group);
static void ask_for(Group *group);
static void answered(void *context, DbResult *result, const Error *error);
static bool take(CacheCheck *check, const DbResult *result);
static void fold(CacheCheck *check);
static void drop_idle(CacheCheck *check);
static void free_group(Group *group);
static void looked(void *context, bool may_answer);

CacheCheck *
cache_check_open(const Config *config)
{
	CacheCheck *check = memory_alloc(sizeof(*check));

	check->db = db_open(config, "cache", 1, TIMEOUT);
	check->due = loop_timer_create(send_due, check);
	check->nobody.callback = looked;
	check->nobody.context = check;
	return check;
}

void
cache_check_close(CacheCheck *check)
{
	if (check == NULL)
		return;
	check->is_closing = true;
	send_due(check);
	db_close(check->db);
	drop_idle(check);
	loop_timer_destroy(check->due);
	free(check);
}

void
cache_check_ask(CacheCheck *check, const DbCaller *caller,
                DbStatement statement, CacheWaiter *waiter)
{
	Group *group = get_group(check, caller, statement);

	waiter->next = NULL;
	*group->end = waiter;
	group->end = &waiter->next;
	group->waiters++;
	check->waiters++;
	if (!loop_timer_is_set(check->due))
		loop_timer_set(check->due, 0);
}

const CacheLabels *
cache_check_labels(const CacheCheck *check)
{
	return &check->labels;
}

void
cache_check_look(CacheCheck *check)
{
	if (check->is_looking)
		return;
	check->is_looking = true;
	cache_check_ask(check, NULL, DB_CACHE_STATE, &check->nobody);
}

void
cache_check_on_change(CacheCheck *check, void (*changed)(void *context),
                      void *context)
{
	check->changed = changed;
	check->context = context;
}

void
cache_check_counts(const CacheCheck *check, uint64_t *questions,
                   uint64_t *waiters)
{
	*questions = check->questions;
	*waiters = check->waiters;
}

static Group *
get_group(CacheCheck *check, const DbCaller *caller, DbStatement statement)
{
	Group *group = check->groups;

	while (group && !is_group_of(group, caller, statement))
		group = group->next;
	if (group)
		return group;
	group = memory_alloc(sizeof(*group));
	group->check = check;
	group->statement = statement;
	group->end = &group->waiting;
	if (caller)
	{
		group->is_caller = true;
		group->caller.enter = caller->enter;
		group->caller.calls = statement;
		for (int i = 0; i < DB_CALLER_VALUES; i++)
			group->caller.values[i] = memory_copy_text(caller->values[i]);
	}
	group->next = check->groups;
	check->groups = group;
	return group;
}

static bool
is_group_of(const Group *group, const DbCaller *caller, DbStatement statement)
{
	if (group->statement != statement || group->is_caller != (caller != NULL))
		return false;
	if (caller == NULL)
		return true;
	if (group->caller.enter != caller->enter)
		return false;
	for (int i = 0; i < DB_CALLER_VALUES; i++)
	{
		const char *ours = group->caller.values[i];
		const char *his = caller->values[i];

		if ((ours == NULL) != (his == NULL) || (ours && strcmp(ours, his) != 0))
			return false;
	}
	return true;
}

/* After a turn of the loop: what came in it is asked for at once. */
static void
send_due(void *context)
{
	CacheCheck *check = context;

	drop_idle(check);
	for (Group *group = check->groups; group; group = group->next)
	{
		if (is_worth_asking(group))
			ask_for(group);
	}
}

static bool
is_worth_asking(const Group *group)
{
	if (group->under_way == 0)
		return group->waiting != NULL;
	return group->waiters >= MANY_WAITERS && group->under_way < MOST_UNDER_WAY;
}

static void
ask_for(Group *group)
{
	Question *question = memory_alloc(sizeof(*question));
	CacheCheck *check = group->check;
	char function[DB_FUNCTION_NAME];
	const char *values[] = {
		check->labels.is_known ? check->labels.known : NULL,
		group->is_caller && db_statement_function(group->statement, function)
			? function
			: NULL};

	question->group = group;
	question->asked = group->waiting;
	group->waiting = NULL;
	group->end = &group->waiting;
	group->waiters = 0;
	group->under_way++;
	check->questions++;
	db_send_as(check->db,
	           group->is_caller ? &group->caller : NULL,
	           DB_CACHE_STATE,
	           values,
	           answered,
	           question);
}

/* Who asks again from inside his callback is one of the next question. */
static void
answered(void *context, DbResult *result, const Error *error)
{
	Question *question = context;
	Group *group = question->group;
	CacheCheck *check = group->check;
	CacheWaiter *waiter = question->asked;
	bool may_answer = error == NULL && take(check, result) &&
	                  db_result_is_true(result, 0, 1) && !check->is_closing;

	free(question);
	group->under_way--;
	while (waiter)
	{
		CacheWaiter *next = waiter->next;

		waiter->callback(waiter->context, may_answer);
		waiter = next;
	}
	if (is_worth_asking(group))
		ask_for(group);
}

/* False where the labels cannot be read. */
static bool
take(CacheCheck *check, const DbResult *result)
{
	const char *state = db_result_text(result, 0, 0);

	if (state == NULL)
		return check->labels.is_known;
	if (!cache_labels_read(&check->labels, state))
	{
		log_error("the labels of the cache cannot be read", NULL);
		return false;
	}
	if (check->changed)
		check->changed(check->context);
	fold(check);
	return true;
}

static void
fold(CacheCheck *check)
{
	uint64_t now = loop_now();

	if (check->labels.rows < MANY_ROWS || check->is_closing ||
	    (check->folded_at > 0 && now - check->folded_at < FOLD_PERIOD))
		return;
	check->folded_at = now;
	db_send(check->db, DB_FOLD_CACHE, NULL, NULL, NULL);
}

static void
drop_idle(CacheCheck *check)
{
	Group **at = &check->groups;

	while (*at)
	{
		Group *group = *at;

		if (group->waiting || group->under_way > 0)
		{
			at = &group->next;
			continue;
		}
		*at = group->next;
		free_group(group);
	}
}

static void
free_group(Group *group)
{
	for (int i = 0; i < DB_CALLER_VALUES; i++)
	{
		/* memory_copy_text() made it. */
		union
		{
			const char *text;
			void *ours;
		} value = {group->caller.values[i]};

		free(value.ours);
	}
	free(group);
}

static void
looked(void *context, bool may_answer)
{
	CacheCheck *check = context;

	(void) may_answer;
	check->is_looking = false;
}

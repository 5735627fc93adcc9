/*
 * workflow_retry.c
 *		How a step of a workflow document is tried again.
 */
#include "postgres.h"

#include "json_array.h"
#include "name_map.h"
#include "workflow_retry.h"

#define DEFAULT_MAX_ATTEMPTS 3
#define DEFAULT_DELAY 1
#define DEFAULT_BACKOFF_FACTOR 2
#define DEFAULT_MAX_DELAY 30
#define DEFAULT_JITTER 0.2

/* A day: nobody waits longer for a step that may fail again. */
static const JsonRange delay_range = {0, 86400};

static void read_numbers(const JsonObject *object, WorkflowRetry *retry);
static void read_max_delay(const JsonObject *object, WorkflowRetry *retry);
static List *read_classes(const JsonObject *object, const char *key);
static void check_classes(const JsonObject *object, const WorkflowRetry *retry);

WorkflowRetry *
workflow_retry_read(const JsonObject *step)
{
	static const char *const keys[] = {"max_attempts",
	                                   "delay",
	                                   "backoff_factor",
	                                   "max_delay",
	                                   "jitter",
	                                   "on",
	                                   "not_on"};
	WorkflowRetry *retry;
	JsonObject object;

	if (!json_object_read_object(
			step, "retry", JSON_OPTIONAL, "retry", &object))
		return NULL;
	retry = palloc_object(WorkflowRetry);
	*retry = (WorkflowRetry){.max_attempts = DEFAULT_MAX_ATTEMPTS,
	                         .delay = DEFAULT_DELAY,
	                         .backoff_factor = DEFAULT_BACKOFF_FACTOR,
	                         .jitter = DEFAULT_JITTER};
	read_numbers(&object, retry);
	read_max_delay(&object, retry);
	retry->on = read_classes(&object, "on");
	retry->not_on = read_classes(&object, "not_on");
	check_classes(&object, retry);
	json_object_check_keys(&object, keys, lengthof(keys));
	return retry;
}

static void
read_numbers(const JsonObject *object, WorkflowRetry *retry)
{
	static const JsonRange attempts = {1, 100};
	static const JsonRange factors = {1, 1000};
	static const JsonRange parts = {0, 1};

	(void) json_object_read_integer(
		object, "max_attempts", JSON_OPTIONAL, &attempts, &retry->max_attempts);
	(void) json_object_read_number(
		object, "delay", JSON_OPTIONAL, &delay_range, &retry->delay);
	(void) json_object_read_number(object,
	                               "backoff_factor",
	                               JSON_OPTIONAL,
	                               &factors,
	                               &retry->backoff_factor);
	(void) json_object_read_number(
		object, "jitter", JSON_OPTIONAL, &parts, &retry->jitter);
}

/* Who says a long delay, and nothing else, means it. */
static void
read_max_delay(const JsonObject *object, WorkflowRetry *retry)
{
	JsonPath path = json_object_path(object, "max_delay");

	retry->max_delay = Max(DEFAULT_MAX_DELAY, retry->delay);
	(void) json_object_read_number(
		object, "max_delay", JSON_OPTIONAL, &delay_range, &retry->max_delay);
	if (retry->max_delay >= retry->delay)
		return;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "max_delay",
	            &path,
	            "Delays begin with \"delay\" and grow by \"backoff_factor\" up "
	            "to \"max_delay\".",
	            "\"max_delay\" is %g s, less than the \"delay\" of %g s",
	            retry->max_delay,
	            retry->delay);
}

static List *
read_classes(const JsonObject *object, const char *key)
{
	static const JsonTextLimits limits = {JSON_TEXT_LINE, 1, 100};
	JsonPath path = json_object_path(object, key);
	JsonArray array;

	if (!json_object_read_array(object, key, JSON_OPTIONAL, &array))
		return NIL;
	if (array.length == 0)
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "empty",
		            &path,
		            "Leave it out to have no such list.",
		            "\"%s\" names no error class",
		            key);
	return json_array_read_strings(&array, &limits);
}

static void
check_classes(const JsonObject *object, const WorkflowRetry *retry)
{
	NameMap *on = name_map_create();
	JsonPath path = json_object_path(object, "not_on");
	ListCell *cell;

	foreach (cell, retry->on)
		(void) name_map_add(on, lfirst(cell), 0);
	foreach (cell, retry->not_on)
	{
		if (name_map_find(on, lfirst(cell)) < 0)
			continue;
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "conflicting_classes",
		            &path,
		            "A class is either tried again or not.",
		            "error class \"%s\" is in \"on\" and in \"not_on\"",
		            (char *) lfirst(cell));
	}
}

/*
 * run_options.c
 *		The options of a start, as they stand in a document.
 */
#include "postgres.h"

#include "json_time.h"
#include "run_options.h"
#include "timer.h"

#define TAGS_MAX 50
#define TAG_BYTES_MAX 256

#define YEAR_SECONDS 31536000.0
#define IDEMPOTENCY_TTL_DEFAULT 86400

/* The last two only where the start is one at a time, the two before as well. */
static const char *const keys[] = {"queue",
                                   "priority",
                                   "timeout_seconds",
                                   "tags",
                                   "traceparent",
                                   "start_at",
                                   "delay_seconds",
                                   "idempotency_key",
                                   "idempotency_ttl_seconds"};

#define KEYS_OF_ALL 5
#define KEYS_OF_START 7
#define KEYS_OF_ONCE 9

static const JsonTextLimits queue_limits = {JSON_TEXT_LINE, 1, 100};
static const JsonRange priority_range = {-1000, 1000};
static const JsonRange timeout_range = {0.001, 10 * YEAR_SECONDS};
static const JsonRange delay_range = {0, 10 * YEAR_SECONDS};
static const JsonTextLimits key_limits = {JSON_TEXT_LINE, 1, 200};
static const JsonRange ttl_range = {1, YEAR_SECONDS};

/* 00-<trace id>-<parent id>-<flags>, each in lower hexadecimal. */
#define TRACEPARENT_FORM \
	"xx-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx"

static void read_common(const JsonObject *options, RunStart *start);
static void read_tags(const JsonObject *options, RunStart *start);
static void read_traceparent(const JsonObject *options, RunStart *start);
static bool is_traceparent(const char *text);
static void read_begin(const JsonObject *options, RunStart *start);

void
run_options_read(const JsonObject *options, RunStart *start)
{
	json_object_check_keys(options, keys, KEYS_OF_ALL);
	read_common(options, start);
}

void
run_options_read_start(const JsonObject *options, RunStart *start,
                       StartOnce *once)
{
	json_object_check_keys(
		options, keys, once == NULL ? KEYS_OF_START : KEYS_OF_ONCE);
	read_common(options, start);
	read_begin(options, start);
	if (once == NULL)
		return;
	once->idempotency_key = json_object_read_string(
		options, "idempotency_key", JSON_OPTIONAL, &key_limits);
	once->idempotency_ttl = IDEMPOTENCY_TTL_DEFAULT;
	json_object_read_integer(options,
	                         "idempotency_ttl_seconds",
	                         JSON_OPTIONAL,
	                         &ttl_range,
	                         &once->idempotency_ttl);
}

static void
read_common(const JsonObject *options, RunStart *start)
{
	char *queue =
		json_object_read_string(options, "queue", JSON_OPTIONAL, &queue_limits);

	if (queue != NULL)
		start->queue = queue;
	if (json_object_read_integer(options,
	                             "priority",
	                             JSON_OPTIONAL,
	                             &priority_range,
	                             &start->priority))
		start->is_priority_open = false;
	json_object_read_number(options,
	                        "timeout_seconds",
	                        JSON_OPTIONAL,
	                        &timeout_range,
	                        &start->timeout);
	read_tags(options, start);
	read_traceparent(options, start);
}

/* Few and short: they are labels to find runs by, not a place for data. */
static void
read_tags(const JsonObject *options, RunStart *start)
{
	JsonObject tags;
	JsonMembers members;
	JsonbValue key;
	JsonbValue value;
	int count = 0;

	if (!json_object_has(options, "tags") ||
	    !json_object_read_object(options, "tags", JSON_OPTIONAL, "tags", &tags))
		return;
	json_members_open(&members, &tags);
	while (json_members_next(&members, &key, &value))
	{
		JsonPath path = json_members_path(&tags, &key);

		count++;
		if (value.type != jbvString || value.val.string.len > TAG_BYTES_MAX)
			problem_add(options->problems,
			            PROBLEM_DEFINITION,
			            "tag_value",
			            &path,
			            NULL,
			            "a tag must be a text of at most %d bytes",
			            TAG_BYTES_MAX);
	}
	if (count > TAGS_MAX)
		problem_add(options->problems,
		            PROBLEM_DEFINITION,
		            "too_many_tags",
		            &tags.path,
		            NULL,
		            "a run has at most %d tags, not %d",
		            TAGS_MAX,
		            count);
	start->tags = json_object_copy(&tags);
}

static void
read_traceparent(const JsonObject *options, RunStart *start)
{
	char *text = json_object_read_string(
		options, "traceparent", JSON_OPTIONAL, &key_limits);
	JsonPath path;

	if (text == NULL)
		return;
	if (is_traceparent(text))
	{
		start->traceparent = text;
		return;
	}
	path = json_object_path(options, "traceparent");
	problem_add(
		options->problems,
		PROBLEM_DEFINITION,
		"traceparent",
		&path,
		"W3C Trace Context writes 00-<32 digits>-<16 digits>-<2 digits>.",
		"\"traceparent\" is none: \"%s\"",
		text);
}

static bool
is_traceparent(const char *text)
{
	const char *form = TRACEPARENT_FORM;

	for (; *form != '\0'; form++, text++)
	{
		bool is_digit =
			(*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'f');

		if (*form == 'x' ? !is_digit : *text != *form)
			return false;
	}
	return *text == '\0';
}

static void
read_begin(const JsonObject *options, RunStart *start)
{
	bool has_time =
		json_time_read(options, "start_at", JSON_OPTIONAL, &start->begin_at);
	double delay = 0;
	bool has_delay = json_object_read_number(
		options, "delay_seconds", JSON_OPTIONAL, &delay_range, &delay);
	JsonPath path = json_object_path(options, "delay_seconds");

	if (has_time && has_delay)
		problem_add(options->problems,
		            PROBLEM_DEFINITION,
		            "two_begins",
		            &path,
		            NULL,
		            "\"start_at\" and \"delay_seconds\" cannot both be given");
	else if (has_delay && delay > 0)
		start->begin_at = timer_after(start->now, delay);
}

/*
 * schedule_definition.c
 *		The document of a schedule, read.
 */
#include "postgres.h"

#include <math.h>

#include "json_reader.h"
#include "json_time.h"
#include "run_options.h"
#include "schedule_definition.h"
#include "slug.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define CATCH_UP_LIMIT_DEFAULT 100

static const char *const keys[] = {"name",
                                   "slug",
                                   "description",
                                   "workflow",
                                   "cron",
                                   "interval",
                                   "anchor",
                                   "time_zone",
                                   "inputs",
                                   "options",
                                   "overlap",
                                   "catch_up",
                                   "catch_up_limit",
                                   "jitter_seconds",
                                   "is_paused"};

static const JsonTextLimits name_limits = {JSON_TEXT_LINE, 3, 100};
static const JsonTextLimits description_limits = {JSON_TEXT_ANY, 0, 500};
static const JsonTextLimits line_limits = {JSON_TEXT_LINE, 1, CRON_MAX};
static const JsonRange catch_up_range = {1, 1000};
static const JsonRange jitter_range = {0, 86400};
static const JsonRange interval_range = {1, FIRE_YEARS_MAX * 366.0 * 86400};

static void read_rule(const JsonObject *object, Schedule *schedule);
static void read_cron(const JsonObject *object, Schedule *schedule);
static void read_interval(const JsonObject *object, FireRule *rule);
static void read_zone(const JsonObject *object, Schedule *schedule);
static void read_start(const JsonObject *object, Schedule *schedule);
static void read_policies(const JsonObject *object, Schedule *schedule);
static void check_comes(const JsonObject *object, const Schedule *schedule);
static void
add_problem(const JsonObject *object, const char *key, const char *rule,
            const char *hint, const char *message);

Schedule *
schedule_definition_read(Jsonb *document, ProblemList *problems)
{
	Schedule *schedule = palloc0_object(Schedule);
	JsonObject object;
	int found = problem_count(problems);

	if (!json_object_open(&object, document, "schedule", problems))
		return schedule;
	json_object_check_keys(&object, keys, lengthof(keys));
	schedule->name =
		json_object_read_string(&object, "name", JSON_REQUIRED, &name_limits);
	schedule->slug = slug_read(&object);
	schedule->description = json_object_read_string(
		&object, "description", JSON_OPTIONAL, &description_limits);
	schedule->workflow = json_object_read_string(
		&object, "workflow", JSON_REQUIRED, &line_limits);
	read_zone(&object, schedule);
	read_rule(&object, schedule);
	read_start(&object, schedule);
	read_policies(&object, schedule);
	if (problem_count(problems) == found)
		check_comes(&object, schedule);
	return schedule;
}

bool
schedule_definition_read_rule(const char *text, FireRule *rule, char **error)
{
	char cron_error[CRON_ERROR_MAX];

	rule->is_cron = cron_parse(text, &rule->cron, cron_error);
	if (rule->is_cron || fire_time_parse_interval(text, &rule->interval))
		return true;
	*error = pstrdup(cron_error);
	return false;
}

static void
read_zone(const JsonObject *object, Schedule *schedule)
{
	char *zone = json_object_read_string(
		object, "time_zone", JSON_OPTIONAL, &line_limits);

	schedule->time_zone = zone == NULL ? pstrdup("UTC") : zone;
	schedule->rule.zone = fire_time_find_zone(schedule->time_zone);
	if (schedule->rule.zone == NULL)
		add_problem(object,
		            "time_zone",
		            "unknown_time_zone",
		            "Names are those of pg_timezone_names, like "
		            "\"Europe/Berlin\".",
		            psprintf("time zone \"%s\" does not exist", zone));
}

static void
read_rule(const JsonObject *object, Schedule *schedule)
{
	bool is_cron = json_object_has(object, "cron");

	if (is_cron == json_object_has(object, "interval"))
	{
		add_problem(object,
		            is_cron ? "interval" : "cron",
		            is_cron ? "excluded_key" : "required_key",
		            "A cron expression, like \"0 9 * * mon-fri\", or an "
		            "interval, like \"30 minutes\".",
		            "a schedule has either \"cron\" or \"interval\"");
		return;
	}
	schedule->rule.is_cron = is_cron;
	if (is_cron)
		read_cron(object, schedule);
	else
		read_interval(object, &schedule->rule);
}

static void
read_cron(const JsonObject *object, Schedule *schedule)
{
	char error[CRON_ERROR_MAX];

	if (json_object_has(object, "anchor"))
		add_problem(object,
		            "anchor",
		            "excluded_key",
		            "It is what an interval is counted from.",
		            "\"anchor\" does not go with \"cron\"");
	schedule->cron =
		json_object_read_string(object, "cron", JSON_REQUIRED, &line_limits);
	if (schedule->cron != NULL &&
	    !cron_parse(schedule->cron, &schedule->rule.cron, error))
		add_problem(object,
		            "cron",
		            "cron_format",
		            "Minute, hour, day of month, month, day of week, with the "
		            "second before them or not; or @hourly, @daily, @weekly, "
		            "@monthly, @yearly.",
		            error);
}

/* A number is seconds. */
static void
read_interval(const JsonObject *object, FireRule *rule)
{
	JsonbValue value;
	char *text;

	rule->anchor = GetCurrentTimestamp() / USECS_PER_SEC * USECS_PER_SEC;
	(void) json_time_read(object, "anchor", JSON_OPTIONAL, &rule->anchor);
	if (json_object_find(object, "interval", &value) &&
	    value.type == jbvNumeric)
	{
		double seconds;

		if (json_object_read_number(
				object, "interval", JSON_REQUIRED, &interval_range, &seconds))
			rule->interval.time = (TimeOffset) rint(seconds * USECS_PER_SEC);
		return;
	}
	text = json_object_read_string(
		object, "interval", JSON_REQUIRED, &line_limits);
	if (text != NULL && !fire_time_parse_interval(text, &rule->interval))
		add_problem(object,
		            "interval",
		            "interval_format",
		            "A number of seconds, or a text like \"90 minutes\", "
		            "\"1 day\" or \"PT1H30M\"; from 1 second to 100 years.",
		            psprintf("\"%s\" is no interval to repeat by", text));
}

static void
read_start(const JsonObject *object, Schedule *schedule)
{
	RunStart start = {0};
	JsonObject inputs;
	JsonObject options;
	Datum none = DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));

	schedule->inputs = DatumGetJsonbP(none);
	schedule->options = schedule->inputs;
	if (json_object_read_object(
			object, "inputs", JSON_OPTIONAL, "inputs", &inputs))
		schedule->inputs = json_object_copy(&inputs);
	if (json_object_read_object(
			object, "options", JSON_OPTIONAL, "options", &options))
	{
		run_options_read(&options, &start);
		schedule->options = json_object_copy(&options);
	}
}

static void
read_policies(const JsonObject *object, Schedule *schedule)
{
	int overlap = json_object_read_word(object,
	                                    "overlap",
	                                    JSON_OPTIONAL,
	                                    schedule_overlaps,
	                                    schedule_overlap_count);
	int catch_up = json_object_read_word(object,
	                                     "catch_up",
	                                     JSON_OPTIONAL,
	                                     schedule_catch_ups,
	                                     schedule_catch_up_count);

	schedule->overlap = overlap < 0 ? SCHEDULE_SKIP : (ScheduleOverlap) overlap;
	schedule->catch_up =
		catch_up < 0 ? SCHEDULE_CATCH_UP_NONE : (ScheduleCatchUp) catch_up;
	schedule->catch_up_limit = CATCH_UP_LIMIT_DEFAULT;
	json_object_read_integer(object,
	                         "catch_up_limit",
	                         JSON_OPTIONAL,
	                         &catch_up_range,
	                         &schedule->catch_up_limit);
	json_object_read_integer(object,
	                         "jitter_seconds",
	                         JSON_OPTIONAL,
	                         &jitter_range,
	                         &schedule->jitter_seconds);
	json_object_read_bool(
		object, "is_paused", JSON_OPTIONAL, &schedule->is_paused);
}

/* February 30 is in order by its form. */
static void
check_comes(const JsonObject *object, const Schedule *schedule)
{
	TimestampTz next =
		fire_time_find_next(&schedule->rule, GetCurrentTimestamp());

	if (next == DT_NOEND)
		add_problem(object,
		            schedule->rule.is_cron ? "cron" : "interval",
		            "never_fires",
		            "No day of the calendar is like that.",
		            "the schedule would never fire");
}

static void
add_problem(const JsonObject *object, const char *key, const char *rule,
            const char *hint, const char *message)
{
	JsonPath path = json_object_path(object, key);

	problem_add(
		object->problems, PROBLEM_DEFINITION, rule, &path, hint, "%s", message);
}

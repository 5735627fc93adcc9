/*
 * run_record_steps.c
 *		The attempts of a run that was executed elsewhere, held against the steps of
 *		its workflow version.
 *
 * The version is read once, into a map from step id to ordinal, so a run of
 * thousands of steps is checked in linear time.
 */
#include "postgres.h"

#include "json_array.h"
#include "json_time.h"
#include "miscadmin.h"
#include "name_map.h"
#include "run_record_steps.h"

/* Ends that a step can have come to; the order is that of RunRecordEnd. */
static const char *const step_ends[] = {
	"SUCCESS", "FAILED", "CANCELLED", "SKIPPED"};

static const char *const step_keys[] = {"step_id",
                                        "mcp_id",
                                        "mcp_version",
                                        "name",
                                        "status",
                                        "attempt",
                                        "started_at",
                                        "finished_at",
                                        "inputs_used",
                                        "outputs_generated",
                                        "error",
                                        "stdout",
                                        "stderr"};

static const JsonTextLimits any_text = {JSON_TEXT_ANY, 0, 0};
static const JsonTextLimits reference = {JSON_TEXT_LINE, 1, 200};
static const JsonRange count_from_one = {1, PG_INT32_MAX};

/* The steps of the version, and how the last attempt of each ended. */
typedef struct Steps
{
	NameMap *ordinals; /* NULL: the version is not known */
	const char **ids;
	int count;
	int *attempts; /* the last one recorded; 0: none */
	RunRecordEnd *ends;
} Steps;

static void load_steps(Jsonb *document, Steps *steps, ProblemList *problems);
static void check_steps(const JsonObject *run, Steps *steps);
static void
check_step(const JsonArray *array, int index, Steps *steps, NameMap *seen);
static void check_attempt(const JsonObject *step, Steps *steps, NameMap *seen,
                          int index, RunRecordEnd end);
static void
check_outcome(const JsonObject *run, const Steps *steps, RunRecordEnd end);

void
run_record_check_steps(const JsonObject *run, Jsonb *definition,
                       RunRecordEnd end)
{
	Steps steps = {0};

	load_steps(definition, &steps, run->problems);
	check_steps(run, &steps);
	check_outcome(run, &steps, end);
}

void
run_record_check_times(const JsonObject *object)
{
	TimestampTz started;
	TimestampTz finished;
	bool has_begun =
		json_time_read(object, "started_at", JSON_OPTIONAL, &started);
	bool has_ended =
		json_time_read(object, "finished_at", JSON_REQUIRED, &finished);
	JsonPath path;

	if (!has_begun || !has_ended || finished >= started)
		return;
	path = json_object_path(object, "finished_at");
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "time_order",
	            &path,
	            NULL,
	            "\"finished_at\" is before \"started_at\"");
}

static void
load_steps(Jsonb *document, Steps *steps, ProblemList *problems)
{
	JsonObject definition;
	JsonArray array;
	Size count;

	if (document == NULL ||
	    !json_object_open(&definition, document, "version", problems))
		return;
	json_object_read_array(&definition, "steps", JSON_REQUIRED, &array);
	count = (Size) array.length;
	steps->count = array.length;
	steps->ordinals = name_map_create();
	steps->ids = palloc0_array(const char *, count + 1);
	steps->attempts = palloc0_array(int, count + 1);
	steps->ends = palloc_array(RunRecordEnd, count + 1);
	for (int i = 0; i < array.length; i++)
	{
		JsonObject step;

		json_array_read_object(&array, i, "step", &step);
		steps->ids[i] =
			json_object_read_string(&step, "step_id", JSON_REQUIRED, &any_text);
		steps->ends[i] = RUN_RECORD_NONE;
		name_map_add(steps->ordinals, steps->ids[i], i);
	}
}

static void
check_steps(const JsonObject *run, Steps *steps)
{
	NameMap *seen = name_map_create();
	JsonArray array;

	json_object_read_array(run, "step_results", JSON_OPTIONAL, &array);
	for (int i = 0; i < array.length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		check_step(&array, i, steps, seen);
	}
}

static void
check_step(const JsonArray *array, int index, Steps *steps, NameMap *seen)
{
	JsonObject step;
	JsonObject inputs;
	int end;

	if (!json_array_read_object(array, index, "step result", &step))
		return;
	json_object_check_keys(&step, step_keys, lengthof(step_keys));
	end = json_object_read_word(
		&step, "status", JSON_REQUIRED, step_ends, lengthof(step_ends));
	run_record_check_times(&step);
	json_object_read_object(
		&step, "inputs_used", JSON_OPTIONAL, "inputs", &inputs);
	json_object_read_string(&step, "name", JSON_OPTIONAL, &any_text);
	json_object_read_string(&step, "mcp_id", JSON_OPTIONAL, &reference);
	json_object_read_string(&step, "mcp_version", JSON_OPTIONAL, &reference);
	json_object_read_string(&step,
	                        "error",
	                        end == RUN_RECORD_FAILED ? JSON_REQUIRED
	                                                 : JSON_OPTIONAL,
	                        &any_text);
	json_object_read_string(&step, "stdout", JSON_OPTIONAL, &any_text);
	json_object_read_string(&step, "stderr", JSON_OPTIONAL, &any_text);
	check_attempt(&step,
	              steps,
	              seen,
	              index,
	              end < 0 ? RUN_RECORD_NONE : (RunRecordEnd) end);
}

/* An attempt belongs to a step of the version, and stands there once. */
static void
check_attempt(const JsonObject *step, Steps *steps, NameMap *seen, int index,
              RunRecordEnd end)
{
	JsonPath path = json_object_path(step, "step_id");
	char *id =
		json_object_read_string(step, "step_id", JSON_REQUIRED, &any_text);
	int attempt = 1;
	int ordinal;
	int before;

	json_object_read_integer(
		step, "attempt", JSON_OPTIONAL, &count_from_one, &attempt);
	if (id == NULL || steps->ordinals == NULL)
		return;
	ordinal = name_map_find(steps->ordinals, id);
	if (ordinal < 0)
	{
		problem_add(step->problems,
		            PROBLEM_REFERENCE,
		            "unknown_step",
		            &path,
		            NULL,
		            "this version of the workflow has no step \"%s\"",
		            id);
		return;
	}
	before = name_map_add(seen, psprintf("%d %d", ordinal, attempt), index);
	if (before >= 0)
		problem_add(step->problems,
		            PROBLEM_DEFINITION,
		            "duplicate_attempt",
		            &path,
		            "Number the attempts of a step with \"attempt\".",
		            "attempt %d of step \"%s\" stands at step_results[%d] too",
		            attempt,
		            id,
		            before);
	if (attempt > steps->attempts[ordinal])
	{
		steps->attempts[ordinal] = attempt;
		steps->ends[ordinal] = end;
	}
}

/* A run is a success when each of its steps is, or was skipped. */
static void
check_outcome(const JsonObject *run, const Steps *steps, RunRecordEnd end)
{
	JsonPath path = json_object_path(run, "status");

	if (end != RUN_RECORD_SUCCESS || steps->ordinals == NULL)
		return;
	for (int i = 0; i < steps->count; i++)
	{
		if (steps->ends[i] == RUN_RECORD_SUCCESS ||
		    steps->ends[i] == RUN_RECORD_SKIPPED)
			continue;
		problem_add(run->problems,
		            PROBLEM_DEFINITION,
		            "outcome",
		            &path,
		            "Each step of a run that is a SUCCESS ends as SUCCESS or "
		            "SKIPPED.",
		            steps->attempts[i] == 0
		                ? "the run cannot be a SUCCESS: step \"%s\" has no "
		                  "result"
		                : "the run cannot be a SUCCESS: step \"%s\" is not",
		            steps->ids[i]);
	}
	if (json_object_has(run, "error_message"))
	{
		path = json_object_path(run, "error_message");
		problem_add(run->problems,
		            PROBLEM_DEFINITION,
		            "outcome",
		            &path,
		            NULL,
		            "a run that is a SUCCESS has no error message");
	}
}

/*
 * run_record.c
 *		A run that was executed elsewhere, as a document to be recorded.
 *
 * The steps are held against the workflow version once, through a map from step
 * id to ordinal, so a run of thousands of steps is checked in linear time.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "json_array.h"
#include "json_reader.h"
#include "json_time.h"
#include "miscadmin.h"
#include "name_map.h"
#include "run_record.h"
#include "slug.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
#include "uuid_v7.h"

/* Ends that a run, and a step, can have come to; the order is the enum's. */
static const char *const run_ends[] = {"SUCCESS", "FAILED", "CANCELLED"};
static const char *const step_ends[] = {
	"SUCCESS", "FAILED", "CANCELLED", "SKIPPED"};

typedef enum End
{
	END_SUCCESS,
	END_FAILED,
	END_CANCELLED,
	END_SKIPPED, /* of a step only */
	END_NONE     /* of a step without an attempt, or unreadable */
} End;

static const char *const run_keys[] = {"workflow_id",
                                       "workflow_version",
                                       "execution_id",
                                       "run_id",
                                       "status",
                                       "started_at",
                                       "finished_at",
                                       "inputs",
                                       "step_results",
                                       "final_outputs",
                                       "error_message"};

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
	End *ends;
} Steps;

static void read_ids(const JsonObject *run, RunRecord *record);
static void find_version(const JsonObject *run, RunRecord *record);
static uint64 look_up_version(const char *workflow, int version);
static End read_run_end(const JsonObject *run);
static void check_times(const JsonObject *object);
static void
load_steps(const RunRecord *record, Steps *steps, ProblemList *problems);
static void check_steps(const JsonObject *run, Steps *steps);
static void
check_step(const JsonArray *array, int index, Steps *steps, NameMap *seen);
static void check_attempt(const JsonObject *step, Steps *steps, NameMap *seen,
                          int index, End end);
static void check_outcome(const JsonObject *run, const Steps *steps, End end);

void
run_record_check(Jsonb *document, RunRecord *record, ProblemList *problems)
{
	JsonObject run;
	JsonObject inputs;
	Steps steps = {0};
	End end;

	memset(record, 0, sizeof(*record));
	if (!json_object_open(&run, document, "run", problems))
		return;
	json_object_check_keys(&run, run_keys, lengthof(run_keys));
	read_ids(&run, record);
	find_version(&run, record);
	end = read_run_end(&run);
	check_times(&run);
	json_object_read_object(&run, "inputs", JSON_OPTIONAL, "inputs", &inputs);
	json_object_read_string(&run,
	                        "error_message",
	                        end == END_FAILED ? JSON_REQUIRED : JSON_OPTIONAL,
	                        &any_text);
	load_steps(record, &steps, problems);
	check_steps(&run, &steps);
	check_outcome(&run, &steps, end);
}

/* run_id and execution_id are two names of one id; either may be left out. */
static void
read_ids(const JsonObject *run, RunRecord *record)
{
	static const char *const names[] = {"run_id", "execution_id"};
	const char *given = NULL;

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		JsonPath path = json_object_path(run, names[i]);
		char *text =
			json_object_read_string(run, names[i], JSON_OPTIONAL, &reference);

		if (text == NULL)
			continue;
		if (!slug_is_id(text))
			problem_add(run->problems,
			            PROBLEM_DEFINITION,
			            "run_id_form",
			            &path,
			            "Leave it out to have one made.",
			            "\"%s\" must be a UUID, not \"%s\"",
			            names[i],
			            text);
		else if (given && pg_strcasecmp(given, text) != 0)
			problem_add(run->problems,
			            PROBLEM_DEFINITION,
			            "run_id_twice",
			            &path,
			            "Both name the same run; one of them is enough.",
			            "\"execution_id\" is another id than \"run_id\"");
		else
			given = text;
	}
	if (given)
		record->run_id = *DatumGetUUIDP(
			DirectFunctionCall1(uuid_in, CStringGetDatum(given)));
	else
		uuid_v7_generate(&record->run_id);
}

static void
find_version(const JsonObject *run, RunRecord *record)
{
	JsonPath path;
	char *workflow =
		json_object_read_string(run, "workflow_id", JSON_REQUIRED, &reference);
	int version = 0;
	bool is_null;
	HeapTuple row;
	TupleDesc columns;

	json_object_read_integer(
		run, "workflow_version", JSON_OPTIONAL, &count_from_one, &version);
	if (workflow == NULL)
		return;
	if (look_up_version(workflow, version) == 0)
	{
		path = json_object_path(
			run, version == 0 ? "workflow_id" : "workflow_version");
		problem_add(run->problems,
		            PROBLEM_REFERENCE,
		            "unknown_workflow",
		            &path,
		            NULL,
		            version == 0 ? "workflow \"%s\" does not exist"
		                         : "workflow \"%s\" has no version %d",
		            workflow,
		            version);
		return;
	}
	row = SPI_tuptable->vals[0];
	columns = SPI_tuptable->tupdesc;
	record->workflow_id =
		*DatumGetUUIDP(SPI_getbinval(row, columns, 1, &is_null));
	record->version = DatumGetInt32(SPI_getbinval(row, columns, 2, &is_null));
	record->definition =
		DatumGetJsonbPCopy(SPI_getbinval(row, columns, 3, &is_null));
}

/* version 0: the latest.  A deleted workflow is still known by its id. */
static uint64
look_up_version(const char *workflow, int version)
{
	static Statement by_id = {"SELECT v.workflow_id, v.version, v.definition"
	                          " FROM mcp.workflow_versions AS v"
	                          " WHERE v.workflow_id = $1::uuid"
	                          " AND ($2 = 0 OR v.version = $2)"
	                          " ORDER BY v.version DESC"
	                          " LIMIT 1",
	                          2,
	                          {TEXTOID, INT4OID},
	                          NULL};
	static Statement by_slug = {
		"SELECT v.workflow_id, v.version, v.definition"
		" FROM mcp.workflow_definitions AS d"
		" JOIN mcp.workflow_versions AS v USING (workflow_id)"
		" WHERE d.slug = $1"
		" AND ($2 = 0 OR v.version = $2)"
		" ORDER BY v.version DESC"
		" LIMIT 1",
		2,
		{TEXTOID, INT4OID},
		NULL};
	Datum values[2] = {CStringGetTextDatum(workflow), Int32GetDatum(version)};

	return statement_run(
		slug_is_id(workflow) ? &by_id : &by_slug, values, NULL);
}

static End
read_run_end(const JsonObject *run)
{
	JsonbValue value;
	JsonPath path;
	int end;

	if (json_object_find(run, "status", &value) && value.type == jbvString &&
	    value.val.string.len == 7 &&
	    (pg_strncasecmp(value.val.string.val, "RUNNING", 7) == 0 ||
	     pg_strncasecmp(value.val.string.val, "PENDING", 7) == 0))
	{
		path = json_object_path(run, "status");
		problem_add(run->problems,
		            PROBLEM_DEFINITION,
		            "run_not_over",
		            &path,
		            "Record the run when it is over, or start it with "
		            "mcp.start_run.",
		            "a run that is not over cannot be recorded");
		return END_NONE;
	}
	end = json_object_read_word(
		run, "status", JSON_REQUIRED, run_ends, lengthof(run_ends));
	return end < 0 ? END_NONE : (End) end;
}

/* Of a run or of a step: both when it began and when it ended, in this order. */
static void
check_times(const JsonObject *object)
{
	TimestampTz started;
	TimestampTz finished;
	JsonPath path;

	if (!json_time_read(object, "started_at", JSON_OPTIONAL, &started) ||
	    !json_time_read(object, "finished_at", JSON_REQUIRED, &finished) ||
	    finished >= started)
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
load_steps(const RunRecord *record, Steps *steps, ProblemList *problems)
{
	JsonObject definition;
	JsonArray array;
	Size count;

	if (record->definition == NULL ||
	    !json_object_open(&definition, record->definition, "version", problems))
		return;
	json_object_read_array(&definition, "steps", JSON_REQUIRED, &array);
	count = (Size) array.length;
	steps->count = array.length;
	steps->ordinals = name_map_create();
	steps->ids = palloc0_array(const char *, count + 1);
	steps->attempts = palloc0_array(int, count + 1);
	steps->ends = palloc_array(End, count + 1);
	for (int i = 0; i < array.length; i++)
	{
		JsonObject step;

		json_array_read_object(&array, i, "step", &step);
		steps->ids[i] =
			json_object_read_string(&step, "step_id", JSON_REQUIRED, &any_text);
		steps->ends[i] = END_NONE;
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
	check_times(&step);
	json_object_read_object(
		&step, "inputs_used", JSON_OPTIONAL, "inputs", &inputs);
	json_object_read_string(&step, "name", JSON_OPTIONAL, &any_text);
	json_object_read_string(&step, "mcp_id", JSON_OPTIONAL, &reference);
	json_object_read_string(&step, "mcp_version", JSON_OPTIONAL, &reference);
	json_object_read_string(&step,
	                        "error",
	                        end == END_FAILED ? JSON_REQUIRED : JSON_OPTIONAL,
	                        &any_text);
	json_object_read_string(&step, "stdout", JSON_OPTIONAL, &any_text);
	json_object_read_string(&step, "stderr", JSON_OPTIONAL, &any_text);
	check_attempt(&step, steps, seen, index, end < 0 ? END_NONE : (End) end);
}

/* An attempt belongs to a step of the version, and stands there once. */
static void
check_attempt(const JsonObject *step, Steps *steps, NameMap *seen, int index,
              End end)
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
check_outcome(const JsonObject *run, const Steps *steps, End end)
{
	JsonPath path = json_object_path(run, "status");

	if (end != END_SUCCESS || steps->ordinals == NULL)
		return;
	for (int i = 0; i < steps->count; i++)
	{
		if (steps->ends[i] == END_SUCCESS || steps->ends[i] == END_SKIPPED)
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

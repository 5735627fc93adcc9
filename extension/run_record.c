/*
 * run_record.c
 *		A run that was executed elsewhere, as a document to be recorded.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "json_reader.h"
#include "run_record.h"
#include "run_record_steps.h"
#include "slug.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
#include "uuid_v7.h"

/* Ends that a run can have come to; the order is that of RunRecordEnd. */
static const char *const run_ends[] = {"SUCCESS", "FAILED", "CANCELLED"};

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

static const JsonTextLimits any_text = {JSON_TEXT_ANY, 0, 0};
static const JsonTextLimits reference = {JSON_TEXT_LINE, 1, 200};
static const JsonRange count_from_one = {1, PG_INT32_MAX};

static void read_ids(const JsonObject *run, RunRecord *record);
static void find_version(const JsonObject *run, RunRecord *record);
static uint64 look_up_version(const char *workflow, int version);
static RunRecordEnd read_run_end(const JsonObject *run);

void
run_record_check(Jsonb *document, RunRecord *record, ProblemList *problems)
{
	JsonObject run;
	JsonObject inputs;
	RunRecordEnd end;

	memset(record, 0, sizeof(*record));
	if (!json_object_open(&run, document, "run", problems))
		return;
	json_object_check_keys(&run, run_keys, lengthof(run_keys));
	read_ids(&run, record);
	find_version(&run, record);
	end = read_run_end(&run);
	run_record_check_times(&run);
	json_object_read_object(&run, "inputs", JSON_OPTIONAL, "inputs", &inputs);
	json_object_read_string(&run,
	                        "error_message",
	                        end == RUN_RECORD_FAILED ? JSON_REQUIRED
	                                                 : JSON_OPTIONAL,
	                        &any_text);
	run_record_check_steps(&run, record->definition, end);
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

static RunRecordEnd
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
		return RUN_RECORD_NONE;
	}
	end = json_object_read_word(
		run, "status", JSON_REQUIRED, run_ends, lengthof(run_ends));
	return end < 0 ? RUN_RECORD_NONE : (RunRecordEnd) end;
}

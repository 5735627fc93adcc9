/*
 * workflow_settings.c
 *		What a workflow document says of its runs as a whole.
 */
#include "postgres.h"

#include "json_schema.h"
#include "workflow_expression.h"
#include "workflow_settings.h"
#include "workflow_source.h"

static Jsonb *read_input_schema(const JsonObject *document);
static void read_outputs(const JsonObject *document, Workflow *workflow);
static void read_defaults(const JsonObject *document, Workflow *workflow);
static WorkflowConcurrency *read_concurrency(const JsonObject *document);
static void check_key(const JsonObject *object, const WorkflowExpression *key);

void
workflow_settings_read(const JsonObject *document, Workflow *workflow)
{
	static const JsonRange days = {0.001, 36500};

	workflow->input_schema = read_input_schema(document);
	read_outputs(document, workflow);
	(void) json_object_read_number(document,
	                               "timeout_seconds",
	                               JSON_OPTIONAL,
	                               &workflow_seconds_range,
	                               &workflow->timeout);
	read_defaults(document, workflow);
	workflow->concurrency = read_concurrency(document);
	(void) json_object_read_number(document,
	                               "retention_days",
	                               JSON_OPTIONAL,
	                               &days,
	                               &workflow->retention_days);
}

/* Held against its meta-schema; NULL where none is given. */
static Jsonb *
read_input_schema(const JsonObject *document)
{
	JsonObject schema;
	Jsonb *copy;

	if (!json_object_read_object(
			document, "input_schema", JSON_OPTIONAL, "schema", &schema))
		return NULL;
	copy = json_object_copy(&schema);
	(void) json_schema_find(copy, &schema.path, document->problems);
	return copy;
}

static void
read_outputs(const JsonObject *document, Workflow *workflow)
{
	workflow->has_outputs = json_object_has(document, "outputs");
	workflow->outputs = workflow_source_read_all(document,
	                                             "outputs",
	                                             "output",
	                                             WORKFLOW_OUTSIDE_ITEMS,
	                                             &workflow->output_count);
}

/* What the options of a start may say otherwise; the limits are theirs. */
static void
read_defaults(const JsonObject *document, Workflow *workflow)
{
	static const JsonTextLimits queues = {JSON_TEXT_LINE, 1, 100};
	static const JsonRange priorities = {-1000, 1000};

	workflow->queue =
		json_object_read_string(document, "queue", JSON_OPTIONAL, &queues);
	workflow->has_priority = json_object_read_integer(
		document, "priority", JSON_OPTIONAL, &priorities, &workflow->priority);
}

static WorkflowConcurrency *
read_concurrency(const JsonObject *document)
{
	static const char *const keys[] = {"key", "limit"};
	static const JsonRange limits = {1, 1000000};
	WorkflowConcurrency *concurrency;
	JsonObject object;

	if (!json_object_read_object(
			document, "concurrency", JSON_OPTIONAL, "concurrency", &object))
		return NULL;
	concurrency = palloc0_object(WorkflowConcurrency);
	concurrency->key = workflow_expression_read(&object, "key", JSON_OPTIONAL);
	check_key(&object, concurrency->key);
	(void) json_object_read_integer(
		&object, "limit", JSON_REQUIRED, &limits, &concurrency->limit);
	json_object_check_keys(&object, keys, lengthof(keys));
	return concurrency;
}

/* It is worked out when a run starts: no step has a result yet. */
static void
check_key(const JsonObject *object, const WorkflowExpression *key)
{
	JsonPath path = json_object_path(object, "key");

	if (key == NULL || key->step_ids == NIL)
		return;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "no_steps",
	            &path,
	            "Take what makes runs alike from $.inputs.",
	            "\"key\" looks at step \"%s\", but there are only inputs when "
	            "a run starts",
	            (char *) linitial(key->step_ids));
}

/*
 * run_request.c
 *		A start as somebody asks for it: read, and made unless it was before.
 */
#include "postgres.h"

#include "access.h"
#include "json_document.h"
#include "json_text.h"
#include "mcp_deprecation.h"
#include "mcp_error.h"
#include "mcp_lookup.h"
#include "miscadmin.h"
#include "run_key.h"
#include "run_request.h"
#include "uuid_v7.h"

/* One of many starts. */
typedef struct ManyItem
{
	RunRequest request;
	char *workflow; /* NULL: an MCP */
	char *mcp;
	JsonPath path;
} ManyItem;

static const char *const item_keys[] = {"workflow", "mcp", "inputs", "options"};
static const JsonPath top = {.index = 0};
static const JsonTextLimits name_limits = {JSON_TEXT_LINE, 1, 200};

static void init(RunRequest *request);
static pg_uuid_t start_found(RunRequest *request, const WorkflowRef *workflow);
static bool
take_key(RunRequest *request, const pg_uuid_t *target, pg_uuid_t *run_id);
static void find_workflow(const char *workflow, WorkflowRef *found);
static void raise_not_startable(const RunRequest *request, const char *problem)
	pg_attribute_noreturn();
static void
read_item(ManyItem *item, Jsonb *document, int index, ProblemList *problems);

void
run_request_read(RunRequest *request, Jsonb *inputs, Jsonb *options,
                 ProblemList *problems)
{
	JsonObject object;

	init(request);
	if (!JB_ROOT_IS_OBJECT(inputs))
	{
		JsonPath path = json_path_root();

		problem_add(problems,
		            PROBLEM_DEFINITION,
		            "wrong_type",
		            &path,
		            "An input is found by its key.",
		            "the inputs of a run must be an object");
	}
	request->start.inputs = JsonbPGetDatum(inputs);
	request->options = options;
	if (json_object_open(&object, options, "options", problems))
		run_options_read_start(&object, &request->start, &request->once);
}

pg_uuid_t
run_request_start_workflow(RunRequest *request, const char *workflow)
{
	WorkflowRef found;
	pg_uuid_t run_id;

	find_workflow(workflow, &found);
	run_id = start_found(request, &found);
	if (!request->is_known)
		mcp_deprecation_warn_workflow(&found.workflow_id, found.version);
	return run_id;
}

pg_uuid_t
run_request_start_mcp(RunRequest *request, const char *mcp)
{
	McpRow found;
	pg_uuid_t run_id;
	char *problem;

	mcp_lookup(mcp, MCP_READ, &found);
	if (!take_key(request, &found.id, &run_id))
		return run_id;
	problem = run_start_mcp(&found.id, &request->start, &run_id);
	if (problem != NULL)
		raise_not_startable(request, problem);
	mcp_deprecation_warn_mcp(&found.id);
	return run_id;
}

/* Who starts many starts them of few workflows: one is looked up once in a row. */
pg_uuid_t *
run_request_start_many(const Datum *documents, int count, bool *has_new)
{
	ManyItem *items = palloc0_array(ManyItem, (Size) count + 1);
	pg_uuid_t *run_ids = palloc_array(pg_uuid_t, (Size) count + 1);
	ProblemList *problems = problem_list_create();
	const char *known = NULL;
	WorkflowRef found;
	List *batch = NIL;

	*has_new = false;
	for (int i = 0; i < count; i++)
		read_item(&items[i], DatumGetJsonbP(documents[i]), i, problems);
	problem_raise_first(problems);
	for (int i = 0; i < count; i++)
	{
		ManyItem *item = &items[i];

		CHECK_FOR_INTERRUPTS();
		item->request.start.batch = &batch;
		if (item->mcp != NULL)
			run_ids[i] = run_request_start_mcp(&item->request, item->mcp);
		else
		{
			if (known == NULL || strcmp(known, item->workflow) != 0)
			{
				find_workflow(item->workflow, &found);
				mcp_deprecation_warn_workflow(&found.workflow_id,
				                              found.version);
				known = item->workflow;
			}
			run_ids[i] = start_found(&item->request, &found);
		}
		*has_new |= !item->request.is_known && !item->request.start.has_ended;
	}
	run_insert(batch);
	return run_ids;
}

static void
init(RunRequest *request)
{
	memset(request, 0, sizeof(*request));
	request->start.now = GetCurrentTimestamp();
	request->start.owner = access_actor_name();
	request->start.is_priority_open = true;
}

static pg_uuid_t
start_found(RunRequest *request, const WorkflowRef *workflow)
{
	pg_uuid_t run_id;
	char *problem;

	if (!take_key(request, &workflow->workflow_id, &run_id))
		return run_id;
	problem = run_start_workflow(workflow, &request->start, &run_id);
	if (problem != NULL)
		raise_not_startable(request, problem);
	return run_id;
}

/* False where the run was made before, with its id. */
static bool
take_key(RunRequest *request, const pg_uuid_t *target, pg_uuid_t *run_id)
{
	RunKey key = {.target_id = target,
	              .key = request->once.idempotency_key,
	              .ttl = request->once.idempotency_ttl,
	              .inputs = request->start.inputs,
	              .options = request->options};
	pg_uuid_t *made;

	if (key.key == NULL)
		return true;
	uuid_v7_generate(run_id);
	request->is_known = !run_key_take(&key, run_id);
	if (request->is_known)
		return false;
	made = palloc_object(pg_uuid_t);
	*made = *run_id;
	request->start.run_id = made;
	return true;
}

static void
find_workflow(const char *workflow, WorkflowRef *found)
{
	if (!run_start_find_workflow(workflow, found))
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("workflow %s does not exist",
		                json_text_quote(workflow, (int) strlen(workflow)))));
}

static void
raise_not_startable(const RunRequest *request, const char *problem)
{
	if (request->start.problems != NULL)
		problem_raise_first(request->start.problems);
	ereport(ERROR,
	        (errcode(ERRCODE_MCP_REFERENCE), errmsg_internal("%s", problem)));
}

static void
read_item(ManyItem *item, Jsonb *document, int index, ProblemList *problems)
{
	JsonPlace place = {.path = json_path_item(&top, index),
	                   .subject = JSON_DOCUMENT,
	                   .key = "start",
	                   .key_length = 5,
	                   .problems = problems};
	JsonbValue value;
	JsonObject object;
	JsonObject inputs;
	JsonObject options;

	json_document_value(document, &value);
	init(&item->request);
	item->path = place.path;
	item->request.start.path = &item->path;
	if (!json_object_take(&object, &value, &place, "start"))
		return;
	json_object_check_keys(&object, item_keys, lengthof(item_keys));
	item->mcp =
		json_object_read_string(&object, "mcp", JSON_OPTIONAL, &name_limits);
	item->workflow = json_object_read_string(
		&object,
		"workflow",
		json_object_has(&object, "mcp") ? JSON_OPTIONAL : JSON_REQUIRED,
		&name_limits);
	if (item->mcp != NULL && item->workflow != NULL)
		problem_add(problems,
		            PROBLEM_DEFINITION,
		            "two_targets",
		            &object.path,
		            NULL,
		            "a start is of a workflow or of an MCP, not of both");
	item->request.options = json_document_empty();
	item->request.start.inputs = JsonbPGetDatum(item->request.options);
	if (json_object_read_object(
			&object, "inputs", JSON_OPTIONAL, "inputs", &inputs) &&
	    inputs.container != NULL)
		item->request.start.inputs = JsonbPGetDatum(json_object_copy(&inputs));
	json_object_read_object(
		&object, "options", JSON_OPTIONAL, "options", &options);
	if (options.container != NULL)
		item->request.options = json_object_copy(&options);
	run_options_read_start(&options, &item->request.start, &item->request.once);
}

/*
 * workflow_registry.c
 *		Workflows as their users change them: checked whole, written with a
 *		version, told to the audit log.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "audit.h"
#include "expectation.h"
#include "json_reader.h"
#include "mcp_deprecation.h"
#include "statement.h"
#include "workflow_constraints.h"
#include "workflow_definition.h"
#include "workflow_fit.h"
#include "workflow_links.h"
#include "workflow_mcps.h"
#include "workflow_normal.h"
#include "workflow_registry.h"
#include "workflow_store.h"

static Workflow *read_document(Jsonb *document, const WorkflowRow *row,
                               WorkflowLock lock, ProblemList *problems);
static Workflow *read_changes(const WorkflowRow *row, Jsonb *changes,
                              WorkflowLock lock, ProblemList *problems);
static void check_slug(const Workflow *workflow, const WorkflowRow *row,
                       ProblemList *problems);
static bool is_same(Jsonb *a, Jsonb *b);
static void tell(const char *action, const pg_uuid_t *id, const char *name,
                 Jsonb *before, Jsonb *after);

pg_uuid_t
workflow_registry_find(const char *workflow)
{
	WorkflowRow row;

	SPI_connect();
	workflow_lookup(workflow, WORKFLOW_READ, &row);
	SPI_finish();
	return row.id;
}

Jsonb *
workflow_registry_get(const char *workflow)
{
	WorkflowRow row;
	Jsonb *found;

	SPI_connect();
	workflow_lookup(workflow, WORKFLOW_READ, &row);
	found = workflow_store_get(&row.id, WORKFLOW_READ);
	SPI_finish();
	return found;
}

Jsonb *
workflow_registry_get_definition(const char *workflow)
{
	WorkflowRow row;
	Jsonb *found;

	SPI_connect();
	workflow_lookup(workflow, WORKFLOW_READ, &row);
	found = workflow_store_get_definition(&row, WORKFLOW_READ);
	SPI_finish();
	return found;
}

void
workflow_registry_check(Jsonb *document, ProblemList *problems)
{
	SPI_connect();
	(void) read_document(document, NULL, WORKFLOW_READ, problems);
	SPI_finish();
}

void
workflow_registry_check_changes(const char *workflow, Jsonb *changes,
                                ProblemList *problems)
{
	WorkflowRow row;

	SPI_connect();
	workflow_lookup(workflow, WORKFLOW_READ, &row);
	(void) read_changes(&row, changes, WORKFLOW_READ, problems);
	SPI_finish();
}

Jsonb *
workflow_registry_create(Jsonb *document)
{
	ProblemList *problems = problem_list_create();
	Workflow *workflow;
	pg_uuid_t id;
	Jsonb *created;

	SPI_connect();
	workflow = read_document(document, NULL, WORKFLOW_CHANGE, problems);
	problem_raise_first(problems);
	id = workflow_store_insert(
		workflow_normal_print(workflow), workflow->name, workflow->slug);
	created = workflow_store_get(&id, WORKFLOW_CHANGE);
	tell("create", &id, workflow->name, NULL, created);
	mcp_deprecation_warn_workflow(&id, 1);
	SPI_finish();
	return created;
}

Jsonb *
workflow_registry_update(const char *workflow, Jsonb *changes,
                         const char *expected)
{
	ProblemList *problems = problem_list_create();
	WorkflowRow row;
	Workflow *changed;
	Jsonb *definition;
	Jsonb *before;
	Jsonb *after;

	SPI_connect();
	workflow_lookup(workflow, WORKFLOW_CHANGE, &row);
	expectation_check(
		"workflow", row.name, expected, psprintf("%d", row.version));
	changed = read_changes(&row, changes, WORKFLOW_CHANGE, problems);
	problem_raise_first(problems);
	definition = workflow_normal_print(changed);
	before = workflow_store_get(&row.id, WORKFLOW_CHANGE);
	after = before;
	if (!is_same(definition,
	             workflow_store_get_definition(&row, WORKFLOW_CHANGE)))
	{
		workflow_store_add_version(&row.id, definition);
		after = workflow_store_get(&row.id, WORKFLOW_CHANGE);
		tell("update", &row.id, row.name, before, after);
		mcp_deprecation_warn_workflow(&row.id, row.version + 1);
	}
	SPI_finish();
	return after;
}

void
workflow_registry_delete(const char *workflow, const char *expected)
{
	WorkflowRow row;
	Jsonb *before;

	SPI_connect();
	workflow_lookup(workflow, WORKFLOW_DELETE, &row);
	expectation_check(
		"workflow", row.name, expected, psprintf("%d", row.version));
	before = workflow_store_get(&row.id, WORKFLOW_DELETE);
	workflow_store_delete(&row);
	tell("delete", &row.id, row.name, before, NULL);
	SPI_finish();
}

/* row is the workflow that the document is of, or NULL for a new one. */
static Workflow *
read_document(Jsonb *document, const WorkflowRow *row, WorkflowLock lock,
              ProblemList *problems)
{
	Workflow *workflow = workflow_definition_read(document, problems);
	StepSchemas *schemas =
		palloc0_array(StepSchemas, (Size) workflow->step_count + 1);

	bool is_wired;

	workflow_mcps_find(workflow, lock, schemas, problems);
	is_wired = problem_count(problems) == 0;
	workflow_links_find(
		workflow, row == NULL ? NULL : &row->id, lock, schemas, problems);
	/* What is wired wrongly cannot be followed. */
	if (is_wired)
	{
		workflow_constraints_check(workflow, problems);
		workflow_fit_check(workflow, schemas, problems);
	}
	if (row != NULL)
		check_slug(workflow, row, problems);
	return workflow;
}

/*
 * Merged at the top only: a list of steps replaces the old list, for nobody
 * could say which step of one is which of the other.
 */
static Workflow *
read_changes(const WorkflowRow *row, Jsonb *changes, WorkflowLock lock,
             ProblemList *problems)
{
	Jsonb *current = workflow_store_get_definition(row, lock);
	JsonObject object;
	Datum merged;

	if (!json_object_open(&object, changes, "workflow", problems))
		return NULL;
	merged = DirectFunctionCall2(
		jsonb_concat, JsonbPGetDatum(current), JsonbPGetDatum(changes));
	return read_document(DatumGetJsonbP(merged), row, lock, problems);
}

/* Who gives back what he read gives its slug, too. */
static void
check_slug(const Workflow *workflow, const WorkflowRow *row,
           ProblemList *problems)
{
	JsonPath root = json_path_root();
	JsonPath path = json_path_key(&root, "slug", 4);

	if (workflow->slug != NULL && strcmp(workflow->slug, row->slug) != 0)
		problem_add(problems,
		            PROBLEM_DEFINITION,
		            "fixed_key",
		            &path,
		            "Links to it would break; \"name\" may change.",
		            "\"slug\" of a workflow never changes");
}

static bool
is_same(Jsonb *a, Jsonb *b)
{
	return compareJsonbContainers(&a->root, &b->root) == 0;
}

static void
tell(const char *action, const pg_uuid_t *id, const char *name, Jsonb *before,
     Jsonb *after)
{
	AuditEntry entry = {.action = action,
	                    .kind = "workflow",
	                    .object_id = DatumGetCString(
							DirectFunctionCall1(uuid_out, UUIDPGetDatum(id))),
	                    .object_name = name};

	audit_write(&entry, before, after);
}

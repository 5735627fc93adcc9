/*
 * schedule_registry.c
 *		Schedules as their users change them: checked whole, told to the audit
 *		log.
 */
#include "postgres.h"

#include "access.h"
#include "audit.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "json_reader.h"
#include "run_start.h"
#include "schedule_definition.h"
#include "schedule_fire.h"
#include "schedule_registry.h"
#include "schedule_store.h"
#include "statement.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static Schedule *read_document(Jsonb *document, ProblemList *problems);
static void find_workflow(Schedule *schedule, ProblemList *problems);
static void check_slug(const Schedule *schedule, const Schedule *before,
                       ProblemList *problems);
static void lock_workflow(const pg_uuid_t *workflow_id);
static Jsonb *set_paused(const char *schedule, bool is_paused);
static Jsonb *tell(const char *action, const Schedule *schedule, Jsonb *before);

void
schedule_registry_check(const char *schedule, Jsonb *document,
                        ProblemList *problems)
{
	SPI_connect();
	if (schedule != NULL)
	{
		JsonObject changes;

		if (!json_object_open(&changes, document, "schedule", problems))
			document = NULL;
		else
			document = schedule_store_merge(schedule, document);
	}
	if (document != NULL)
		(void) read_document(document, problems);
	SPI_finish();
}

Jsonb *
schedule_registry_create(Jsonb *document)
{
	ProblemList *problems = problem_list_create();
	Schedule *schedule;
	Jsonb *created;

	SPI_connect();
	schedule = read_document(document, problems);
	problem_raise_first(problems);
	lock_workflow(&schedule->workflow_id);
	schedule_fire_plan(schedule, GetCurrentTimestamp());
	schedule_store_insert(schedule);
	created = tell("create", schedule, NULL);
	SPI_finish();
	return created;
}

Jsonb *
schedule_registry_update(const char *schedule, Jsonb *changes)
{
	ProblemList *problems = problem_list_create();
	JsonObject object;
	Schedule *current;
	Schedule *changed;
	Jsonb *before;
	Jsonb *after;

	SPI_connect();
	current = schedule_store_lock(schedule);
	access_require_ownership("schedule", current->name, current->owner);
	(void) json_object_open(&object, changes, "schedule", problems);
	problem_raise_first(problems);
	before = schedule_store_get(&current->id);
	changed = read_document(schedule_store_merge(schedule, changes), problems);
	check_slug(changed, current, problems);
	problem_raise_first(problems);
	lock_workflow(&changed->workflow_id);
	changed->id = current->id;
	changed->waiting_count = current->waiting_count;
	schedule_fire_plan(changed, GetCurrentTimestamp());
	schedule_store_update(changed);
	after = tell("update", changed, before);
	SPI_finish();
	return after;
}

Jsonb *
schedule_registry_pause(const char *schedule)
{
	return set_paused(schedule, true);
}

Jsonb *
schedule_registry_resume(const char *schedule)
{
	return set_paused(schedule, false);
}

void
schedule_registry_delete(const char *schedule)
{
	AuditEntry entry = {.action = "delete", .kind = "schedule"};
	Schedule *row;
	Jsonb *before;

	SPI_connect();
	row = schedule_store_lock(schedule);
	access_require_ownership("schedule", row->name, row->owner);
	before = schedule_store_get(&row->id);
	schedule_store_delete(&row->id);
	entry.object_id =
		DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&row->id)));
	entry.object_name = row->name;
	audit_write(&entry, before, NULL);
	SPI_finish();
}

pg_uuid_t
schedule_registry_trigger(const char *schedule)
{
	pg_uuid_t run_id;

	SPI_connect();
	run_id =
		schedule_fire_now(schedule_store_lock(schedule), GetCurrentTimestamp());
	SPI_finish();
	return run_id;
}

static Schedule *
read_document(Jsonb *document, ProblemList *problems)
{
	Schedule *schedule = schedule_definition_read(document, problems);

	if (schedule->workflow != NULL)
		find_workflow(schedule, problems);
	return schedule;
}

static void
find_workflow(Schedule *schedule, ProblemList *problems)
{
	JsonPath root = json_path_root();
	JsonPath path = json_path_key(&root, "workflow", 8);
	WorkflowRef workflow;

	if (run_start_find_workflow(schedule->workflow, &workflow))
		schedule->workflow_id = workflow.workflow_id;
	else
		problem_add(problems,
		            PROBLEM_REFERENCE,
		            "unknown_workflow",
		            &path,
		            "Give the id or the slug of one that "
		            "mcp.list_workflows() shows.",
		            "workflow \"%s\" does not exist",
		            schedule->workflow);
}

/* Who gives back what he read gives its slug, too. */
static void
check_slug(const Schedule *schedule, const Schedule *before,
           ProblemList *problems)
{
	JsonPath root = json_path_root();
	JsonPath path = json_path_key(&root, "slug", 4);

	if (schedule->slug == NULL || strcmp(schedule->slug, before->slug) != 0)
		problem_add(problems,
		            PROBLEM_DEFINITION,
		            "fixed_key",
		            &path,
		            "Links to it would break; \"name\" may change.",
		            "\"slug\" of a schedule never changes");
}

/* Nobody deletes it while a schedule comes to start it. */
static void
lock_workflow(const pg_uuid_t *workflow_id)
{
	static Statement lock = {"SELECT FROM mcp.workflow_definitions AS d"
	                         " WHERE d.workflow_id = $1"
	                         " FOR KEY SHARE",
	                         1,
	                         {UUIDOID},
	                         NULL};
	Datum values[1] = {UUIDPGetDatum(workflow_id)};

	statement_run(&lock, values, NULL);
}

/* From when it rests no time is missed. */
static Jsonb *
set_paused(const char *schedule, bool is_paused)
{
	Schedule *row;
	Jsonb *after;

	SPI_connect();
	row = schedule_store_lock(schedule);
	if (row->is_paused == is_paused)
		after = schedule_store_get(&row->id);
	else
	{
		Jsonb *before = schedule_store_get(&row->id);

		row->is_paused = is_paused;
		schedule_fire_plan(row, GetCurrentTimestamp());
		schedule_store_update(row);
		after = tell(is_paused ? "pause" : "resume", row, before);
	}
	SPI_finish();
	return after;
}

/* Returns it as it is now. */
static Jsonb *
tell(const char *action, const Schedule *schedule, Jsonb *before)
{
	Jsonb *after = schedule_store_get(&schedule->id);
	AuditEntry entry = {.action = action,
	                    .kind = "schedule",
	                    .object_id = DatumGetCString(DirectFunctionCall1(
							uuid_out, UUIDPGetDatum(&schedule->id))),
	                    .object_name = schedule->name};

	audit_write(&entry, before, after);
	return after;
}

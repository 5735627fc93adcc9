/*
 * workflow_wait.c
 *		A step of a workflow document that waits: for a time, a signal, somebody.
 */
#include "postgres.h"

#include "json_array.h"
#include "json_time.h"
#include "workflow_wait.h"

/* Of roles, as of all names of PostgreSQL, in bytes; fewer in characters. */
static const JsonTextLimits role_limits = {JSON_TEXT_LINE, 1, NAMEDATALEN - 1};
static const JsonTextLimits message_limits = {JSON_TEXT_BODY, 1, 2000};

static int find_kind(const JsonObject *object);
static void
read_kind(const JsonObject *object, WorkflowPlace place, WorkflowWait *wait);
static void
read_until(const JsonObject *object, WorkflowPlace place, WorkflowWait *wait);
static void read_approval(const JsonObject *object, WorkflowWait *wait);
static void check_timeout(const JsonObject *object, const WorkflowWait *wait);

WorkflowWait *
workflow_wait_read(const JsonObject *step, WorkflowPlace place)
{
	static const char *const keys[] = {
		"seconds", "until", "signal", "approval", "timeout_seconds"};
	JsonObject object;
	WorkflowWait *wait;
	int kind;

	if (!json_object_read_object(step, "wait", JSON_OPTIONAL, "wait", &object))
		return NULL;
	wait = palloc0_object(WorkflowWait);
	json_object_check_keys(&object, keys, lengthof(keys));
	kind = find_kind(&object);
	if (kind < 0)
		return wait;
	wait->kind = (WorkflowWaitKind) kind;
	read_kind(&object, place, wait);
	check_timeout(&object, wait);
	return wait;
}

/* Exactly one of them. */
static int
find_kind(const JsonObject *object)
{
	int kind = -1;
	int count = 0;

	for (int i = 0; i < (int) lengthof(workflow_waits); i++)
	{
		if (!json_object_has(object, workflow_waits[i]))
			continue;
		kind = i;
		count++;
	}
	if (count == 1)
		return kind;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            count == 0 ? "required_key" : "conflicting_keys",
	            &object->path,
	            "Give one of \"seconds\", \"until\", \"signal\" and "
	            "\"approval\".",
	            count == 0 ? "wait does not say for what"
	                       : "wait is for more than one thing");
	return -1;
}

static void
read_kind(const JsonObject *object, WorkflowPlace place, WorkflowWait *wait)
{
	static const JsonRange seconds = {0, 315360000};

	switch (wait->kind)
	{
		case WORKFLOW_WAIT_SECONDS:
			(void) json_object_read_number(
				object, "seconds", JSON_REQUIRED, &seconds, &wait->seconds);
			break;
		case WORKFLOW_WAIT_UNTIL:
			read_until(object, place, wait);
			break;
		case WORKFLOW_WAIT_SIGNAL:
			wait->signal = json_object_read_string(
				object, "signal", JSON_REQUIRED, &workflow_name_limits);
			(void) json_object_read_number(object,
			                               "timeout_seconds",
			                               JSON_OPTIONAL,
			                               &workflow_seconds_range,
			                               &wait->timeout);
			break;
		case WORKFLOW_WAIT_APPROVAL:
			read_approval(object, wait);
			break;
	}
}

/* A time as it stands, or where it comes from. */
static void
read_until(const JsonObject *object, WorkflowPlace place, WorkflowWait *wait)
{
	JsonbValue value;
	JsonObject source;
	TimestampTz ignored;

	(void) json_object_find(object, "until", &value);
	if (value.type != jbvBinary)
	{
		if (json_time_read(object, "until", JSON_REQUIRED, &ignored))
			wait->until =
				pnstrdup(value.val.string.val, (Size) value.val.string.len);
		return;
	}
	if (!json_object_read_object(
			object, "until", JSON_REQUIRED, "source of a time", &source))
		return;
	wait->source = palloc0_object(WorkflowInput);
	wait->source->name = pstrdup("until");
	workflow_source_read(&source, place, wait->source);
}

static void
read_approval(const JsonObject *object, WorkflowWait *wait)
{
	static const char *const keys[] = {"roles", "message", "timeout_seconds"};
	JsonObject approval;
	JsonArray roles;

	if (!json_object_read_object(
			object, "approval", JSON_REQUIRED, "approval", &approval))
		return;
	if (json_object_read_array(&approval, "roles", JSON_OPTIONAL, &roles))
		wait->roles = json_array_read_strings(&roles, &role_limits);
	if (roles.container != NULL && roles.length == 0)
		problem_add(object->problems,
		            PROBLEM_DEFINITION,
		            "empty",
		            &roles.path,
		            "Leave it out to let every operator decide.",
		            "\"roles\" names nobody who could approve");
	wait->message = json_object_read_string(
		&approval, "message", JSON_OPTIONAL, &message_limits);
	(void) json_object_read_number(&approval,
	                               "timeout_seconds",
	                               JSON_OPTIONAL,
	                               &workflow_seconds_range,
	                               &wait->timeout);
	json_object_check_keys(&approval, keys, lengthof(keys));
}

/* Times end by themselves, and an approval has it among its own keys. */
static void
check_timeout(const JsonObject *object, const WorkflowWait *wait)
{
	JsonPath path = json_object_path(object, "timeout_seconds");

	if (wait->kind == WORKFLOW_WAIT_SIGNAL ||
	    !json_object_has(object, "timeout_seconds"))
		return;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "conflicting_keys",
	            &path,
	            wait->kind == WORKFLOW_WAIT_APPROVAL
	                ? "That of an approval goes inside \"approval\"."
	                : "It goes with \"signal\".",
	            "\"timeout_seconds\" has no meaning beside \"%s\"",
	            workflow_waits[wait->kind]);
}

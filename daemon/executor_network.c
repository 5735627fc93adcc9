/*
 * executor_network.c
 *		What a version says of the network, and the proxy that follows from it.
 *
 * As for http_request the list of the database is asked each time: what a DBA has
 * taken from it is shut for the next attempt.
 */
#include "executor_network.h"

#include "loop.h"
#include "runner.h"

static const char *const *read_hosts(const ExecutorTask *task);
static void list_told(void *context, DbResult *result, const Error *error);

bool
executor_network_open(ExecutorNetwork *network)
{
	const ExecutorTask *task = network->task;

	if (json_view_kind(json_view_find(task->config, "network")) !=
	    JSON_VIEW_OBJECT)
		return false;
	if (runner_ready()->level == RUNNER_BASIC)
	{
		error_set(network->error,
		          STATUS_MISSING,
		          "its network would be that of this machine, for the basic "
		          "sandbox has none of its own; see MCP_SANDBOX=standard");
		loop_defer(network->go_on, network->context);
	}
	else
		network->asking = db_send(
			task->tools->db, DB_LIST_HTTP_TARGETS, NULL, list_told, network);
	return true;
}

void
executor_network_cancel(ExecutorNetwork *network)
{
	if (network->asking == NULL)
		return;
	db_forget(network->asking);
	network->asking = NULL;
	loop_defer(network->go_on, network->context);
}

void
executor_network_close(ExecutorNetwork *network)
{
	proxy_destroy(network->proxy);
	network->proxy = NULL;
}

static void
list_told(void *context, DbResult *result, const Error *error)
{
	ExecutorNetwork *network = context;
	const ExecutorTask *task = network->task;
	Arena *arena = task->arena;

	network->asking = NULL;
	if (error)
		error_set(network->error,
		          STATUS_UNAVAILABLE,
		          "the allow-list cannot be read: %s",
		          error->message);
	else
		network->proxy = proxy_create(&(ProxyRules){
			.hosts = read_hosts(task),
			.egress = egress_create(
				json_view_trust(db_result_text(result, 0, 0)), arena),
			.limits = proxy_limits,
			.run_id = task->run_id,
			.step_id = task->step_id,
		});
	network->go_on(network->context);
}

/* No text is shorter than its quotes. */
static const char *const *
read_hosts(const ExecutorTask *task)
{
	JsonView network = json_view_find(task->config, "network");
	JsonView list = json_view_find(network, "hosts");
	JsonWalk walk = json_view_walk(list);
	size_t count = 0;
	const char **hosts =
		arena_alloc(task->arena, (list.length / 2 + 1) * sizeof(char *));

	while (json_view_next(&walk))
	{
		const char *host = json_view_text(walk.value, task->arena);

		if (host)
			hosts[count++] = host;
	}
	return hosts;
}

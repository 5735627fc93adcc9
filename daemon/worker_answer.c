/*
 * worker_answer.c
 *		What the database says in a turn: tasks, runs that ended, refusals.
 */
#include "worker_answer.h"

#include "log.h"

static void start_tasks(const WorkerListeners *listeners, JsonView tasks,
                        int64_t registration);
static void tell_finished(const WorkerListeners *listeners, JsonView runs);
static void stop_refused(const WorkerListeners *listeners, JsonView refused);
static void
stop_task(const WorkerListeners *listeners, JsonView refusal, Arena *arena);

int64_t
worker_answer_take(JsonView answer, int64_t registration,
                   const WorkerListeners *listeners)
{
	int64_t sleep_time = -1;

	tell_finished(listeners, json_view_find(answer, "finished"));
	stop_refused(listeners, json_view_find(answer, "refused"));
	start_tasks(listeners, json_view_find(answer, "tasks"), registration);
	json_view_integer(json_view_find(answer, "sleep_ms"), &sleep_time);
	return sleep_time;
}

static void
start_tasks(const WorkerListeners *listeners, JsonView tasks,
            int64_t registration)
{
	JsonWalk walk = json_view_walk(tasks);

	while (json_view_next(&walk))
	{
		worker_demand_take(listeners->demand,
		                   json_view_find(walk.value, "queue"));
		worker_running_start(listeners->running, walk.value, registration);
	}
}

static void
tell_finished(const WorkerListeners *listeners, JsonView runs)
{
	JsonWalk walk = json_view_walk(runs);
	Arena *arena = arena_create();

	while (json_view_next(&walk))
	{
		const char *run_id =
			json_view_text(json_view_find(walk.value, "run_id"), arena);

		if (run_id)
		{
			worker_running_cancel_run(listeners->running, run_id);
			run_watch_tell(listeners->run_watch, run_id);
			trace_export_add(listeners->traces, run_id);
		}
	}
	arena_destroy(arena);
}

static void
stop_refused(const WorkerListeners *listeners, JsonView refused)
{
	JsonWalk walk = json_view_walk(refused);
	Arena *arena = arena_create();

	while (json_view_next(&walk))
		stop_task(listeners, walk.value, arena);
	arena_destroy(arena);
}

/* What is refused is somebody else's now, or nobody's. */
static void
stop_task(const WorkerListeners *listeners, JsonView refusal, Arena *arena)
{
	const char *run_id =
		json_view_text(json_view_find(refusal, "run_id"), arena);
	const char *reason =
		json_view_text(json_view_find(refusal, "reason"), arena);
	int64_t ordinal = 0;
	int64_t attempt = 0;

	json_view_integer(json_view_find(refusal, "step_ordinal"), &ordinal);
	json_view_integer(json_view_find(refusal, "attempt"), &attempt);
	log_info("the database refused an attempt",
	         LOG_FIELDS(log_text("run", run_id),
	                    log_number("step", ordinal),
	                    log_number("attempt", attempt),
	                    log_text("reason", reason)));
	if (run_id)
		worker_running_cancel_task(
			listeners->running, run_id, ordinal, attempt);
}

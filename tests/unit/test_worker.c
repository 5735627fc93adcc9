/*
 * test_worker.c
 *		The worker between a database and an executor that the test plays.
 *
 * needs: daemon/worker.c daemon/worker_lease.c daemon/worker_turn.c
 * needs: daemon/worker_answer.c daemon/worker_demand.c
 * needs: daemon/worker_start.c
 * needs: daemon/worker_results.c daemon/worker_running.c
 * needs: daemon/worker_task.c daemon/worker_name.c daemon/worker_pace.c
 * needs: daemon/mcp_version.c daemon/token_feed.c daemon/redact.c daemon/text_buffer.c
 * needs: daemon/json_view.c daemon/json_check.c daemon/json_write.c
 * needs: daemon/utf8.c daemon/loop.c daemon/log.c daemon/log_line.c daemon/arena.c
 * needs: daemon/memory.c daemon/status.c daemon/metrics_work.c
 * links: -luv
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <cmocka.h>

#include "db.h"
#include "executor.h"
#include "loop.h"
#include "memory.h"
#include "worker.h"
#include "worker_demand.h"

/* What was sent to the database and not answered yet. */
struct DbRequest
{
	TAILQ_ENTRY(DbRequest) link;
	DbStatement statement;
	char *values[DB_MAX_PARAMETERS];
	DbCallback callback;
	void *context;
};

struct DbResult
{
	const char *text;
	const char *second;
};

struct Execution
{
	TAILQ_ENTRY(Execution) link;
	ExecutorTask task;
	bool is_cancelled;
	ExecutorCallback callback;
	void *context;
};

static TAILQ_HEAD(, DbRequest) requests = TAILQ_HEAD_INITIALIZER(requests);
static TAILQ_HEAD(, Execution) executions = TAILQ_HEAD_INITIALIZER(executions);
static DbListenCallback listeners[2]; /* mcp_work, mcp_run */
static void *listening;
static char told_run[64];
static const ExecutorTools no_tools;
static bool is_online;

void
trace_export_add(TraceExport *export, const char *run_id)
{
	(void) export;
	(void) run_id;
}

Db *
db_open(const Config *config, const char *name, int connections,
        int timeout_seconds)
{
	return (Db *) &requests;
}

static DbRequest *take_request(DbRequest *request);
static void free_request(DbRequest *request);
static void fail_request(DbRequest *request, Status status);

void
db_close(Db *db)
{
	DbRequest *request;

	while ((request = TAILQ_FIRST(&requests)) != NULL)
		fail_request(take_request(request), STATUS_UNAVAILABLE);
}

bool
db_is_online(const Db *db)
{
	return is_online;
}

int
db_backend_pid(const Db *db)
{
	return 4711;
}

DbRequest *
db_send(Db *db, DbStatement statement, const char *const *values,
        DbCallback callback, void *context)
{
	int count = statement == DB_WORKER_TURN         ? 5
	            : statement == DB_REGISTER_WORKER   ? 3
	            : statement == DB_GET_VERSION_BY_ID ? 1
	                                                : 2;
	DbRequest *request = memory_alloc(sizeof(*request));

	request->statement = statement;
	request->callback = callback;
	request->context = context;
	for (int i = 0; i < count; i++)
		request->values[i] = memory_copy_text(values[i]);
	TAILQ_INSERT_TAIL(&requests, request, link);
	return request;
}

/* A start, which brings a turn along. */
DbRequest *
db_send_as(Db *db, const DbCaller *caller, DbStatement statement,
           const char *const *values, DbCallback callback, void *context)
{
	DbRequest *request = db_send(db, statement, values, callback, context);

	assert_int_equal(caller->then, DB_WORKER_TURN);
	for (int i = 0; i < 4; i++)
		request->values[2 + i] = memory_copy_text(caller->then_values[i]);
	assert_null(caller->then_values[4]);
	return request;
}

const char *
db_result_second(const DbResult *result)
{
	return result->second;
}

void
db_forget(DbRequest *request)
{
	request->callback = NULL;
}

int
db_result_rows(const DbResult *result)
{
	return 1;
}

const char *
db_result_text(const DbResult *result, int row, int column)
{
	return result->text;
}

size_t
db_result_length(const DbResult *result, int row, int column)
{
	return strlen(result->text);
}

/* The texts of the test are constants. */
void
db_result_keep(DbResult *result, Arena *arena)
{
}

void
db_listen_subscribe(DbListen *listen, const char *channel,
                    DbListenCallback callback, void *context)
{
	listeners[strcmp(channel, "mcp_run") == 0] = callback;
	listening = context;
}

void
run_watch_tell(RunWatch *watch, const char *run_id)
{
	snprintf(told_run, sizeof(told_run), "%s", run_id);
}

Execution *
executor_start(const ExecutorTask *task, ExecutorCallback callback,
               void *context)
{
	Execution *execution = memory_alloc(sizeof(*execution));

	execution->task = *task;
	execution->callback = callback;
	execution->context = context;
	TAILQ_INSERT_TAIL(&executions, execution, link);
	return execution;
}

static void
end_execution(Execution *execution, ExecutorResult result)
{
	TAILQ_REMOVE(&executions, execution, link);
	execution->callback(execution->context, &result);
	free(execution);
}

static void
end_cancelled(void *context)
{
	end_execution(
		context,
		(ExecutorResult){.failure = EXECUTOR_CANCELLED, .error = "stopped"});
}

void
executor_cancel(Execution *execution)
{
	if (!execution->is_cancelled)
		loop_defer(end_cancelled, execution);
	execution->is_cancelled = true;
}

const char *
executor_failure_name(ExecutorFailure failure)
{
	return failure == EXECUTOR_SUCCESS       ? NULL
	       : failure == EXECUTOR_CANCELLED   ? "cancelled"
	       : failure == EXECUTOR_BAD_OUTPUT  ? "bad_output"
	       : failure == EXECUTOR_UNAVAILABLE ? "unavailable"
	                                         : "script_error";
}

static DbRequest *
take_request(DbRequest *request)
{
	TAILQ_REMOVE(&requests, request, link);
	return request;
}

static void
free_request(DbRequest *request)
{
	for (int i = 0; i < DB_MAX_PARAMETERS; i++)
		free(request->values[i]);
	free(request);
}

/* Takes the request. */
static void
answer(DbRequest *request, const char *text)
{
	DbResult result = {text, text};

	if (request->callback)
		request->callback(request->context, &result, NULL);
	free_request(request);
}

static void
fail_request(DbRequest *request, Status status)
{
	Error error;

	error_set(&error, status, "told to fail");
	if (request->callback)
		request->callback(request->context, NULL, &error);
	free_request(request);
}

static uint64_t
milliseconds(void)
{
	return uv_hrtime() / 1000000;
}

static void
ring(void *context)
{
	*(bool *) context = true;
}

/* A turn of the loop that does not wait long where there is nothing to do. */
static void
turn_loop(void)
{
	bool is_over = false;
	LoopTimer *timer = loop_timer_create(ring, &is_over);

	loop_timer_set(timer, 5);
	loop_run_once();
	loop_timer_destroy(timer);
}

static DbRequest *
find_request(DbStatement statement)
{
	DbRequest *request;

	TAILQ_FOREACH(request, &requests, link)
	{
		if (request->statement == statement && request->callback)
			break;
	}
	return request;
}

/* The next request of that kind, which is there within the time or fails. */
static DbRequest *
await(DbStatement statement)
{
	bool is_late = false;
	LoopTimer *timer = loop_timer_create(ring, &is_late);
	DbRequest *request = find_request(statement);

	loop_timer_set(timer, 20000);
	while (request == NULL && !is_late)
	{
		turn_loop();
		request = find_request(statement);
	}
	loop_timer_destroy(timer);
	assert_non_null(request);
	return take_request(request);
}

/* Lets the loop turn for a while; nothing of that kind may be asked. */
static void
assert_quiet(DbStatement statement, uint64_t time)
{
	bool is_over = false;
	LoopTimer *timer = loop_timer_create(ring, &is_over);
	DbRequest *request;

	loop_timer_set(timer, time);
	while (!is_over)
		turn_loop();
	loop_timer_destroy(timer);
	TAILQ_FOREACH(request, &requests, link)
	{
		assert_int_not_equal(request->statement, statement);
	}
}

static Config settings;
static MetricsWork *metrics;

static int
set_up(void **state)
{
	Error error;

	settings = (Config){
		.worker_name = "tester",
		.queues = "default",
		.worker_slots = 2,
		.drain_timeout = 30,
	};
	told_run[0] = '\0';
	is_online = true;
	assert_int_equal(loop_open(&error), STATUS_OK);
	metrics = metrics_work_create(settings.worker_slots);
	*state = worker_create(&settings, &no_tools, NULL, NULL, NULL, metrics);
	return 0;
}

static int
tear_down(void **state)
{
	worker_destroy(*state);
	metrics_work_destroy(metrics);
	assert_null(TAILQ_FIRST(&executions));
	loop_close();
	return 0;
}

#define QUIET \
	"{\"tasks\": [], \"finished\": [], \"refused\": [], \"sleep_ms\": 500}"

#define TASK(run, step, attempt)                                            \
	"{\"run_id\": \"" run "\", \"step_id\": \"s\", \"step_ordinal\": " step \
	", \"attempt\": " attempt ", \"name\": \"S\", \"queue\": \"default\","  \
	" \"mcp_version_id\": \"v1\", \"inputs\": {\"n\": 1.50},"               \
	" \"timeout_seconds\": 2.5, \"idempotency_token\": \"" run "/s\"}"

#define TASKS(tasks) "{\"tasks\": [" tasks "], \"sleep_ms\": 500}"

static const char version[] =
	"{\"id\": \"v1\", \"executor\": \"python_script\", \"config\": {\"a\": 1}}";

/* Registers with epoch 7 and hands out the tasks of the first turn. */
static void
begin(const char *first_answer)
{
	DbRequest *turn;

	answer(await(DB_REGISTER_WORKER), "7");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[0], "tester");
	assert_string_equal(turn->values[1], "7");
	assert_string_equal(turn->values[2], "[]");
	assert_string_equal(turn->values[3], "{\"default\":2}");
	assert_null(turn->values[4]);
	answer(turn, first_answer);
}

static void
begin_with_tasks(const char *tasks)
{
	begin(tasks);
	answer(await(DB_GET_VERSION_BY_ID), version);
}

/* Once it is started, which takes the loop a turn or two. */
static Execution *
find_execution(const char *run_id)
{
	Execution *execution = NULL;

	for (int i = 0; execution == NULL && i < 1000; i++)
	{
		TAILQ_FOREACH(execution, &executions, link)
		{
			if (strcmp(execution->task.run_id, run_id) == 0)
				break;
		}
		if (execution == NULL)
			turn_loop();
	}
	assert_non_null(execution);
	return execution;
}

static void
succeed(const char *run_id, const char *result)
{
	end_execution(find_execution(run_id),
	              (ExecutorResult){.result = json_view_trust(result)});
}

#define RESULT(run, result)                                     \
	"{\"run_id\":\"" run "\",\"step_ordinal\":0,\"attempt\":1," \
	"\"success\":true,\"result\":" result ",\"error\":null,"    \
	"\"error_class\":null,\"stdout\":\"\",\"stderr\":\"\"}"

#define FAILURE(run, error, class)                               \
	"{\"run_id\":\"" run "\",\"step_ordinal\":0,\"attempt\":1,"  \
	"\"success\":false,\"result\":null,\"error\":\"" error "\"," \
	"\"error_class\":\"" class "\",\"stdout\":\"\",\"stderr\":\"\"}"

#define KEY(run) "{\"run_id\":\"" run "\",\"step_ordinal\":0,\"attempt\":1}"

static void
registers_with_its_capacity(void **state)
{
	DbRequest *request = await(DB_REGISTER_WORKER);

	assert_string_equal(request->values[0], "tester");
	assert_string_equal(request->values[1],
	                    "{\"slots\":2,\"queues\":[\"default\"]}");
	/* As long as it cannot, it tries again. */
	fail_request(request, STATUS_UNAVAILABLE);
	fail_request(await(DB_REGISTER_WORKER), STATUS_MISSING);
	begin(QUIET);
}

static void
without_a_connection_it_waits(void **state)
{
	is_online = false;
	assert_quiet(DB_REGISTER_WORKER, 200);
	is_online = true;
	begin(QUIET);
}

static void
a_task_reaches_the_executor_as_it_is(void **state)
{
	const ExecutorTask *task;

	begin_with_tasks(TASKS(TASK("r1", "0", "1")));
	task = &find_execution("r1")->task;
	assert_string_equal(task->executor, "python_script");
	assert_string_equal(task->run_id, "r1");
	assert_string_equal(task->step_id, "s");
	assert_string_equal(task->idempotency_token, "r1/s");
	assert_int_equal(task->attempt, 1);
	assert_true(task->time_limit > 2.4 && task->time_limit < 2.6);
	assert_int_equal(task->inputs.length, 11);
	assert_memory_equal(task->inputs.text, "{\"n\": 1.50}", 11);
	assert_memory_equal(task->config.text, "{\"a\": 1}", 8);
	assert_ptr_equal(task->settings, &settings);
}

static void
a_result_goes_with_the_next_turn_at_once(void **state)
{
	DbRequest *turn;
	uint64_t start;

	begin_with_tasks(TASKS(TASK("r1", "0", "1")));
	start = milliseconds();
	end_execution(find_execution("r1"),
	              (ExecutorResult){
					  .failure = EXECUTOR_FAILED,
					  .result = json_view_trust("[1.0]"),
					  .error = "no \"luck\"",
					  .output = {"o\xFFt\n", 4},
					  .errors = {"e\0r", 3},
				  });
	turn = await(DB_WORKER_TURN);
	assert_true(milliseconds() - start < 400);
	assert_string_equal(
		turn->values[2],
		"[{\"run_id\":\"r1\",\"step_ordinal\":0,\"attempt\":1,"
		"\"success\":false,\"result\":[1.0],\"error\":\"no \\\"luck\\\"\","
		"\"error_class\":\"script_error\",\"stdout\":\"o\xEF\xBF\xBDt\\u000a\","
		"\"stderr\":\"e\xEF\xBF\xBDr\"}]");
	assert_string_equal(turn->values[3], "{\"default\":2}");
	answer(turn,
	       "{\"finished\": [{\"run_id\": \"r1\", \"status\": \"FAILED\"}]}");
	assert_string_equal(told_run, "r1");
}

static void
one_turn_is_in_flight_and_results_gather(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r1", "1") "]");
	assert_string_equal(turn->values[3], "{\"default\":1}");
	succeed("r2", "2");
	assert_quiet(DB_WORKER_TURN, 300);
	/* The version is known by now. */
	answer(turn, TASKS(TASK("r3", "0", "1")));
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r2", "2") "]");
	assert_string_equal(turn->values[3], "{\"default\":1}");
	succeed("r3", "3");
	answer(turn, QUIET);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r3", "3") "]");
	assert_string_equal(turn->values[3], "{\"default\":2}");
	answer(turn, QUIET);
}

static void
what_ends_together_goes_together(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
	succeed("r2", "2");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2],
	                    "[" RESULT("r1", "1") "," RESULT("r2", "2") "]");
	answer(turn, QUIET);
}

static void
a_notification_wakes_it(void **state)
{
	uint64_t start = milliseconds();

	begin("{\"sleep_ms\": 1000}");
	assert_quiet(DB_WORKER_TURN, 100);
	listeners[0](listening, "another");
	assert_quiet(DB_WORKER_TURN, 100);
	listeners[0](listening, "default");
	answer(await(DB_WORKER_TURN), "{\"sleep_ms\": 1000}");
	assert_true(milliseconds() - start < 900);
	/* Without one it comes when the database said. */
	answer(await(DB_WORKER_TURN), QUIET);
	assert_true(milliseconds() - start >= 1100);
}

static void
without_room_it_only_renews_its_lease(void **state)
{
	uint64_t start;
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	start = milliseconds();
	listeners[0](listening, "default");
	turn = await(DB_WORKER_TURN);
	assert_true(milliseconds() - start >= 4000);
	assert_true(milliseconds() - start < 7500);
	assert_string_equal(turn->values[3], "{}");
	answer(turn, QUIET);
	succeed("r1", "1");
	succeed("r2", "2");
}

static void
a_lost_turn_is_repeated_and_says_what_is_held(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
	fail_request(await(DB_WORKER_TURN), STATUS_UNAVAILABLE);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r1", "1") "]");
	assert_string_equal(turn->values[4], "[" KEY("r2") "]");
	fail_request(turn, STATUS_UNAVAILABLE);
	succeed("r2", "2");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2],
	                    "[" RESULT("r1", "1") "," RESULT("r2", "2") "]");
	assert_string_equal(turn->values[4], "[]");
	answer(turn, QUIET);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[]");
	assert_null(turn->values[4]);
	answer(turn, QUIET);
}

/* One result that cannot be read costs nothing but itself. */
static void
a_bad_result_shows_itself(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
	succeed("r2", "2");
	fail_request(await(DB_WORKER_TURN), STATUS_INVALID);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r1", "1") "]");
	fail_request(turn, STATUS_INVALID);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(
		turn->values[2],
		"[" FAILURE("r1",
	                "the result could not be recorded: told to fail",
	                "bad_output") "]");
	answer(turn, QUIET);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r2", "2") "]");
	answer(turn, TASKS(TASK("r3", "0", "1") "," TASK("r4", "0", "1")));
	/* From now on they go together again. */
	find_execution("r4");
	succeed("r3", "3");
	succeed("r4", "4");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2],
	                    "[" RESULT("r3", "3") "," RESULT("r4", "4") "]");
	answer(turn, QUIET);
}

/* A fault of the server is no reason to turn a success into a failure. */
static void
a_result_that_makes_the_server_fail_goes_last(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
	succeed("r2", "2");
	fail_request(await(DB_WORKER_TURN), STATUS_INTERNAL);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r1", "1") "]");
	fail_request(turn, STATUS_INTERNAL);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r2", "2") "]");
	answer(turn, QUIET);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r1", "1") "]");
	answer(turn, QUIET);
}

static void
a_lost_lease_ends_all_that_runs(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
	fail_request(await(DB_WORKER_TURN), STATUS_LEASE_LOST);
	assert_true(find_execution("r2")->is_cancelled);
	answer(await(DB_REGISTER_WORKER), "8");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[1], "8");
	assert_string_equal(turn->values[2], "[]");
	assert_string_equal(turn->values[3], "{\"default\":2}");
	assert_null(turn->values[4]);
	answer(turn, QUIET);
	assert_null(TAILQ_FIRST(&executions));
}

static void
with_a_new_lease_it_goes_on(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
	fail_request(await(DB_WORKER_TURN), STATUS_LEASE_LOST);
	answer(await(DB_REGISTER_WORKER), "8");
	answer(await(DB_WORKER_TURN), TASKS(TASK("r2", "0", "2")));
	succeed("r2", "5");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[1], "8");
	assert_non_null(strstr(turn->values[2], "\"attempt\":2"));
	assert_null(strstr(turn->values[2], "\"attempt\":1"));
	answer(turn, QUIET);
}

static void
a_cancelled_run_ends_here_too(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	listeners[1](listening, "r1");
	assert_true(find_execution("r1")->is_cancelled);
	assert_false(find_execution("r2")->is_cancelled);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2],
	                    "[" FAILURE("r1", "stopped", "cancelled") "]");
	answer(turn,
	       "{\"refused\": [{\"run_id\": \"r1\", \"step_ordinal\": 0,"
	       " \"attempt\": 1, \"reason\": \"run_over\"}]}");
	succeed("r2", "2");
}

/* One step of a run failed: what runs beside it is for nothing. */
static void
a_run_that_ended_in_the_turn_takes_its_other_steps_along(void **state)
{
	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r1", "1", "1")));
	succeed("r1", "1");
	answer(await(DB_WORKER_TURN),
	       "{\"finished\": [{\"run_id\": \"r1\", \"status\": \"FAILED\"}]}");
	assert_true(find_execution("r1")->is_cancelled);
}

static void
after_lost_words_it_compares(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	listeners[1](listening, NULL);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[4], "[" KEY("r1") "," KEY("r2") "]");
	answer(turn,
	       "{\"refused\": [{\"run_id\": \"r2\", \"step_ordinal\": 0,"
	       " \"attempt\": 1, \"reason\": \"not_held\"}]}");
	assert_false(find_execution("r1")->is_cancelled);
	assert_true(find_execution("r2")->is_cancelled);
}

static void
a_version_that_is_not_there_fails_the_task(void **state)
{
	DbRequest *turn;

	begin(TASKS(TASK("r1", "0", "1")));
	fail_request(await(DB_GET_VERSION_BY_ID), STATUS_NOT_FOUND);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(
		turn->values[2],
		"[" FAILURE("r1",
	                "the MCP's version cannot be read: told to fail",
	                "unavailable") "]");
	/* Nothing wrong is remembered. */
	answer(turn, TASKS(TASK("r2", "0", "1")));
	answer(await(DB_GET_VERSION_BY_ID), version);
	succeed("r2", "2");
}

static void
a_version_is_asked_for_again_when_the_database_is_back(void **state)
{
	DbRequest *request;

	begin(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	fail_request(await(DB_GET_VERSION_BY_ID), STATUS_UNAVAILABLE);
	request = await(DB_GET_VERSION_BY_ID);
	assert_string_equal(request->values[0], "v1");
	answer(request, version);
	/* Once for both. */
	succeed("r1", "1");
	succeed("r2", "2");
}

static void
a_task_that_waits_for_its_version_can_be_cancelled(void **state)
{
	DbRequest *turn;

	begin(TASKS(TASK("r1", "0", "1")));
	listeners[1](listening, "r1");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2],
	                    "[" FAILURE("r1", "cancelled", "cancelled") "]");
	answer(turn, QUIET);
	answer(await(DB_GET_VERSION_BY_ID), version);
	assert_null(TAILQ_FIRST(&executions));
}

static void
draining_finishes_what_runs_and_retires(void **state)
{
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	worker_drain(*state);
	succeed("r1", "1");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[3], "{}");
	answer(turn, QUIET);
	assert_false(worker_is_drained(*state));
	succeed("r2", "2");
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r2", "2") "]");
	answer(turn, QUIET);
	turn = await(DB_RETIRE_WORKER);
	assert_string_equal(turn->values[0], "tester");
	assert_string_equal(turn->values[1], "7");
	assert_false(worker_is_drained(*state));
	answer(turn, "");
	assert_true(worker_is_drained(*state));
}

static void
draining_hands_back_what_does_not_finish(void **state)
{
	DbRequest *turn;

	settings.drain_timeout = 0.3;
	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	worker_drain(*state);
	succeed("r1", "1");
	turn = await(DB_WORKER_TURN);
	assert_quiet(DB_RETIRE_WORKER, 600);
	answer(turn, QUIET);
	/* r2 was stopped, and of that the database hears nothing. */
	turn = await(DB_RETIRE_WORKER);
	assert_null(TAILQ_FIRST(&executions));
	answer(turn, "");
	assert_true(worker_is_drained(*state));
}

static void
draining_ends_though_the_database_is_away(void **state)
{
	uint64_t start = milliseconds();

	settings.drain_timeout = 0.3;
	begin_with_tasks(TASKS(TASK("r1", "0", "1")));
	succeed("r1", "1");
	worker_drain(*state);
	while (!worker_is_drained(*state))
	{
		DbRequest *request = TAILQ_FIRST(&requests);

		if (request)
			fail_request(take_request(request), STATUS_UNAVAILABLE);
		turn_loop();
	}
	assert_true(milliseconds() - start < 15000);
}

static void
draining_before_there_is_a_lease_is_quick(void **state)
{
	DbRequest *request = await(DB_REGISTER_WORKER);

	worker_drain(*state);
	assert_false(worker_is_drained(*state));
	answer(request, "7");
	answer(await(DB_RETIRE_WORKER), "");
	assert_true(worker_is_drained(*state));
}

/* tear_down sees that nothing is left. */
static void
destroying_stops_what_runs(void **state)
{
	begin_with_tasks(TASKS(TASK("r1", "0", "1") "," TASK("r2", "0", "1")));
	succeed("r1", "1");
}

static void
assert_demand(WorkerDemand *demand, int slots, const char *expected)
{
	JsonWriter *writer = json_writer_create();

	worker_demand_share(demand, slots);
	worker_demand_print(demand, writer);
	assert_string_equal(json_writer_text(writer), expected);
	json_writer_destroy(writer);
}

static void
demand_is_shared_among_queues(void **state)
{
	Arena *arena = arena_create();
	WorkerDemand *demand = worker_demand_create(" a, b c ,, a\t,", arena);

	assert_true(worker_demand_has_queue(demand, "a"));
	assert_true(worker_demand_has_queue(demand, "b c"));
	assert_false(worker_demand_has_queue(demand, ""));
	assert_demand(demand, 4, "{\"a\":2,\"b c\":2}");
	assert_false(worker_demand_may_have_more(demand));
	worker_demand_take(demand, json_view_trust("\"a\""));
	assert_false(worker_demand_may_have_more(demand));
	worker_demand_take(demand, json_view_trust("\"a\""));
	assert_true(worker_demand_may_have_more(demand));
	/* The odd one goes to each in turn. */
	assert_demand(demand, 1, "{\"a\":1}");
	assert_demand(demand, 1, "{\"b c\":1}");
	assert_demand(demand, 1, "{\"a\":1}");
	assert_demand(demand, 0, "{}");
	assert_true(worker_demand_is_empty(demand));
	assert_false(worker_demand_may_have_more(demand));
	arena_destroy(arena);
}

static void
note_start(void *context, DbResult *result, const Error *error)
{
	*(bool *) context = error == NULL;
}

static bool
start_a_run(Worker *worker, bool *is_started)
{
	const DbCaller caller = {.enter = DB_NOTHING};
	const char *values[] = {"flow", "{}"};

	return worker_start_run(
		worker, &caller, DB_START_RUN, values, note_start, is_started);
}

static void
a_run_is_started_in_a_turn(void **state)
{
	bool is_started = false;
	DbRequest *request;

	assert_false(start_a_run(*state, &is_started));
	begin(QUIET);
	assert_true(start_a_run(*state, &is_started));
	assert_false(start_a_run(*state, &is_started));
	request = await(DB_START_RUN);
	assert_string_equal(request->values[2], "tester");
	assert_string_equal(request->values[3], "7");
	assert_string_equal(request->values[4], "[]");
	assert_string_equal(request->values[5], "{\"default\":2}");
	answer(request, TASKS(TASK("r1", "0", "1")));
	assert_true(is_started);
	answer(await(DB_GET_VERSION_BY_ID), version);
	succeed("r1", "1");
	request = await(DB_WORKER_TURN);
	assert_string_equal(request->values[2], "[" RESULT("r1", "1") "]");
	answer(request, QUIET);
}

static void
a_start_that_fails_costs_the_worker_nothing(void **state)
{
	bool is_started = true;
	DbRequest *turn;

	begin_with_tasks(TASKS(TASK("r1", "0", "1")));
	assert_true(start_a_run(*state, &is_started));
	succeed("r1", "1");
	fail_request(await(DB_START_RUN), STATUS_MISSING);
	assert_false(is_started);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[2], "[" RESULT("r1", "1") "]");
	assert_null(turn->values[4]);
	answer(turn, QUIET);
}

/* It may have happened: what is held is compared. */
static void
after_a_lost_start_it_compares(void **state)
{
	bool is_started = true;
	DbRequest *turn;

	begin(QUIET);
	assert_true(start_a_run(*state, &is_started));
	fail_request(await(DB_START_RUN), STATUS_UNAVAILABLE);
	assert_false(is_started);
	turn = await(DB_WORKER_TURN);
	assert_string_equal(turn->values[4], "[]");
	assert_false(start_a_run(*state, &is_started));
	answer(turn, QUIET);
}

#define WITH_WORKER(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORKER(registers_with_its_capacity),
		WITH_WORKER(without_a_connection_it_waits),
		WITH_WORKER(a_task_reaches_the_executor_as_it_is),
		WITH_WORKER(a_result_goes_with_the_next_turn_at_once),
		WITH_WORKER(one_turn_is_in_flight_and_results_gather),
		WITH_WORKER(what_ends_together_goes_together),
		WITH_WORKER(a_notification_wakes_it),
		WITH_WORKER(without_room_it_only_renews_its_lease),
		WITH_WORKER(a_lost_turn_is_repeated_and_says_what_is_held),
		WITH_WORKER(a_bad_result_shows_itself),
		WITH_WORKER(a_result_that_makes_the_server_fail_goes_last),
		WITH_WORKER(a_lost_lease_ends_all_that_runs),
		WITH_WORKER(with_a_new_lease_it_goes_on),
		WITH_WORKER(a_cancelled_run_ends_here_too),
		WITH_WORKER(a_run_that_ended_in_the_turn_takes_its_other_steps_along),
		WITH_WORKER(after_lost_words_it_compares),
		WITH_WORKER(a_version_that_is_not_there_fails_the_task),
		WITH_WORKER(a_version_is_asked_for_again_when_the_database_is_back),
		WITH_WORKER(a_task_that_waits_for_its_version_can_be_cancelled),
		WITH_WORKER(draining_finishes_what_runs_and_retires),
		WITH_WORKER(draining_hands_back_what_does_not_finish),
		WITH_WORKER(draining_ends_though_the_database_is_away),
		WITH_WORKER(draining_before_there_is_a_lease_is_quick),
		WITH_WORKER(a_run_is_started_in_a_turn),
		WITH_WORKER(a_start_that_fails_costs_the_worker_nothing),
		WITH_WORKER(after_a_lost_start_it_compares),
		WITH_WORKER(destroying_stops_what_runs),
		cmocka_unit_test(demand_is_shared_among_queues),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}

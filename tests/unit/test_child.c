/*
 * test_child.c
 *		Programs that misbehave, on a real loop: each ends, and says how.
 *
 * At the level basic, where a process has the same number for all.
 *
 * needs: daemon/child.c daemon/child_request.c daemon/child_word.c daemon/runner.c
 * needs: daemon/proxy.c daemon/proxy_flow.c daemon/proxy_head.c
 * needs: daemon/proxy_opening.c daemon/proxy_route.c daemon/proxy_tunnel.c
 * needs: daemon/egress.c daemon/resolve.c daemon/json_view.c
 * needs: daemon/runner_queue.c daemon/capture.c daemon/loop.c
 * needs: daemon/log.c daemon/log_line.c daemon/utf8.c daemon/arena.c daemon/memory.c daemon/status.c
 * links: -luv
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "loop.h"
#include "runner.h"

#define LIMIT 65536

/* What a program did; filled in when it is over. */
typedef struct Outcome
{
	char directory[32];
	Arena *arena;
	Child *child;
	ChildEnd end;
	int code;
	char *output;
	char *errors;
	size_t said; /* on stdout, in all */
	int reports;
} Outcome;

static int
set_up(void **state)
{
	Outcome *outcome = calloc(1, sizeof(*outcome));
	Error error;

	assert_non_null(outcome);
	outcome->arena = arena_create();
	strcpy(outcome->directory, "/tmp/test_child-XXXXXX");
	assert_non_null(mkdtemp(outcome->directory));
	*state = outcome;
	assert_int_equal(runner_open(TEST_RUNNER, &error), STATUS_OK);
	assert_int_equal(runner_set_up(RUNNER_BASIC, "", &error), STATUS_OK);
	assert_int_equal(runner_ready()->level, RUNNER_BASIC);
	return loop_open(&error) == STATUS_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	Outcome *outcome = *state;

	runner_close();
	loop_close();
	assert_int_equal(rmdir(outcome->directory), 0);
	/* Nothing that was started may be left as a zombie. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	arena_destroy(outcome->arena);
	free(outcome);
	return 0;
}

static void
is_over(void *context, const ChildReport *report)
{
	Outcome *outcome = context;
	size_t length;

	outcome->end = report->end;
	outcome->code = report->code;
	outcome->output = capture_text(report->output, outcome->arena, &length);
	outcome->errors = capture_text(report->errors, outcome->arena, &length);
	outcome->said = report->output->total;
	outcome->reports++;
	/* Too late, and to no harm: the number may already be another's. */
	child_cancel(outcome->child);
	loop_stop();
}

static ChildPlan
plan_of(const Outcome *outcome, char *const *arguments)
{
	static char *const environment[] = {
		"PATH=/usr/bin:/bin",
		"HOME=/tmp",
		NULL,
	};
	ChildPlan plan = {
		.arguments = arguments,
		.environment = environment,
		.directory = outcome->directory,
		.processes = 64,
		.memory = (uint64_t) 1 << 30,
		.disk = (uint64_t) 1 << 26,
		.time_limit = 30000,
		.grace = 5000,
		.output_limit = LIMIT,
	};

	return plan;
}

static void
run(Outcome *outcome, const ChildPlan *plan)
{
	Error error;

	assert_int_equal(
		child_start(plan, is_over, outcome, &outcome->child, &error),
		STATUS_OK);
	assert_int_equal(outcome->reports, 0);
	loop_run();
	assert_int_equal(outcome->reports, 1);
}

static void
run_shell(Outcome *outcome, const char *script, uint64_t limit, uint64_t grace)
{
	char *arguments[] = {
		"/bin/sh",
		"-c",
		arena_copy_text(outcome->arena, script),
		NULL,
	};
	ChildPlan plan = plan_of(outcome, arguments);

	plan.time_limit = limit;
	plan.grace = grace;
	run(outcome, &plan);
}

static uint64_t
milliseconds(void)
{
	return uv_hrtime() / 1000000;
}

static void
exit_code_and_streams_are_reported(void **state)
{
	Outcome *outcome = *state;

	run_shell(outcome, "echo out; echo err >&2; exit 3", 30000, 1000);
	assert_int_equal(outcome->end, CHILD_EXITED);
	assert_int_equal(outcome->code, 3);
	assert_string_equal(outcome->output, "out\n");
	assert_string_equal(outcome->errors, "err\n");
}

static void
a_signal_is_reported(void **state)
{
	Outcome *outcome = *state;

	run_shell(outcome, "kill -SEGV $$", 30000, 1000);
	assert_int_equal(outcome->end, CHILD_SIGNALLED);
	assert_int_equal(outcome->code, SIGSEGV);
}

static void
a_program_that_is_not_there_is_reported(void **state)
{
	Outcome *outcome = *state;
	char *arguments[] = {"/nonexistent/program", NULL};
	ChildPlan plan = plan_of(outcome, arguments);

	run(outcome, &plan);
	assert_int_equal(outcome->end, CHILD_NOT_STARTED);
	assert_int_equal(outcome->code, ENOENT);
}

static void
a_directory_that_is_not_there_is_reported(void **state)
{
	Outcome *outcome = *state;
	char *arguments[] = {"/bin/true", NULL};
	ChildPlan plan = plan_of(outcome, arguments);

	plan.directory = "/nonexistent";
	run(outcome, &plan);
	assert_int_equal(outcome->end, CHILD_NOT_STARTED);
	assert_int_equal(outcome->code, ENOENT);
}

static void
the_environment_is_only_what_is_named(void **state)
{
	Outcome *outcome = *state;
	char *arguments[] = {"/usr/bin/env", NULL};
	ChildPlan plan = plan_of(outcome, arguments);

	setenv("POSTGRES_PASSWORD", "hush", 1);
	run(outcome, &plan);
	unsetenv("POSTGRES_PASSWORD");
	assert_string_equal(outcome->output, "PATH=/usr/bin:/bin\nHOME=/tmp\n");
}

static void
no_descriptor_is_inherited(void **state)
{
	Outcome *outcome = *state;
	int leak[2];

	/* Without O_CLOEXEC, as a library may open one. */
	assert_int_equal(pipe(leak), 0);
	run_shell(outcome,
	          "i=3; while [ $i -lt 64 ]; do "
	          "[ -e /proc/$$/fd/$i ] && echo $i; i=$((i + 1)); done; "
	          "readlink /proc/$$/fd/0",
	          30000,
	          1000);
	close(leak[0]);
	close(leak[1]);
	assert_string_equal(outcome->output, "/dev/null\n");
}

static void
limits_session_and_signals_are_its_own(void **state)
{
	Outcome *outcome = *state;

	signal(SIGPIPE, SIG_IGN);
	/* Signals 32 and 33 are the C library's own, beyond anybody's reach. */
	run_shell(outcome,
	          "ulimit -c; umask; pwd; "
	          "read -r _ _ _ _ _ session _ </proc/$$/stat; "
	          "[ $session = $$ ] && echo leads; "
	          "for set in Blk Ign; do"
	          " bits=$(sed -n \"s/^Sig$set:.//p\" /proc/$$/status);"
	          " echo $set $((0x$bits & 0x7FFFFFFF)); done",
	          30000,
	          1000);
	signal(SIGPIPE, SIG_DFL);
	assert_string_equal(outcome->output,
	                    arena_print(outcome->arena,
	                                "0\n0077\n%s\nleads\nBlk 0\nIgn 0\n",
	                                outcome->directory));
}

static void
a_time_limit_ends_it_by_term(void **state)
{
	Outcome *outcome = *state;
	uint64_t start = milliseconds();

	run_shell(outcome, "echo before; sleep 60", 300, 20000);
	assert_int_equal(outcome->end, CHILD_TIMED_OUT);
	assert_string_equal(outcome->output, "before\n");
	assert_true(milliseconds() - start >= 300);
	assert_true(milliseconds() - start < 15000);
}

/* The trap is set before the limit is near: the shell says when. */
static void
who_sleeps_through_term_is_killed(void **state)
{
	Outcome *outcome = *state;
	uint64_t start = milliseconds();

	run_shell(outcome,
	          "trap 'echo deaf' TERM; while :; do sleep 0.05; done",
	          1000,
	          500);
	assert_int_equal(outcome->end, CHILD_TIMED_OUT);
	assert_string_equal(outcome->output, "deaf\n");
	assert_true(milliseconds() - start >= 1500);
}

/* A clean exit after TERM is still a timeout, not a success. */
static void
obeying_term_with_exit_0_is_no_success(void **state)
{
	Outcome *outcome = *state;

	run_shell(outcome,
	          "trap 'exit 0' TERM; while :; do sleep 0.05; done",
	          500,
	          20000);
	assert_int_equal(outcome->end, CHILD_TIMED_OUT);
}

static void
cancel_now(void *context)
{
	Outcome *outcome = context;

	child_cancel(outcome->child);
	child_cancel(outcome->child);
}

static void
cancelling_ends_it(void **state)
{
	Outcome *outcome = *state;
	LoopTimer *timer = loop_timer_create(cancel_now, outcome);

	loop_timer_set(timer, 200);
	run_shell(outcome, "sleep 60 & sleep 60", 0, 20000);
	assert_int_equal(outcome->end, CHILD_CANCELLED);
	loop_timer_destroy(timer);
}

/* Before the new process has come to setsid(): it dies all the same. */
static void
cancelling_at_once_ends_it(void **state)
{
	Outcome *outcome = *state;
	uint64_t start = milliseconds();

	loop_defer(cancel_now, outcome);
	run_shell(outcome, "sleep 60", 0, 300);
	assert_int_equal(outcome->end, CHILD_CANCELLED);
	assert_true(milliseconds() - start < 15000);
}

/* A zombie is dead, though nobody may have reaped it yet. */
static int
is_alive(const char *pid)
{
	char path[64];
	char word = 'X';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", atoi(pid));
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%*d (%*[^)]) %c", &word) != 1)
		word = 'X';
	fclose(file);
	return word != 'Z' && word != 'X';
}

static void
await_death(const char *pid)
{
	assert_true(atoi(pid) > 1);
	for (int i = 0; i < 1000 && is_alive(pid); i++)
		usleep(10000);
	assert_false(is_alive(pid));
}

static void
its_group_dies_with_it(void **state)
{
	Outcome *outcome = *state;

	run_shell(outcome, "sleep 60 & echo $!", 30000, 1000);
	assert_int_equal(outcome->end, CHILD_EXITED);
	assert_int_equal(outcome->code, 0);
	await_death(outcome->output);
}

/* It left the session, holds both pipes, and ends with the rest. */
static void
a_grandchild_that_holds_the_pipe_is_not_waited_for(void **state)
{
	Outcome *outcome = *state;
	uint64_t start = milliseconds();

	run_shell(outcome,
	          "setsid sh -c 'sleep 60 & echo $!' & wait; echo done",
	          30000,
	          1000);
	assert_int_equal(outcome->end, CHILD_EXITED);
	assert_non_null(strstr(outcome->output, "done\n"));
	assert_true(milliseconds() - start < 15000);
	await_death(outcome->output);
}

static void
a_gigabyte_of_output_is_drained_and_cut(void **state)
{
	Outcome *outcome = *state;

	run_shell(outcome, "head -c 1073741824 /dev/zero | tr '\\0' x", 0, 1000);
	assert_int_equal(outcome->end, CHILD_EXITED);
	assert_int_equal(outcome->code, 0);
	assert_int_equal(outcome->said, 1073741824);
	assert_int_equal(strspn(outcome->output, "x"), LIMIT);
	assert_string_equal(outcome->output + LIMIT,
	                    "\n[cut: the first 65536 of 1073741824 bytes]\n");
}

static void
closing_its_streams_is_not_its_end(void **state)
{
	Outcome *outcome = *state;

	run_shell(outcome, "exec >&- 2>&-; sleep 0.3; exit 4", 30000, 1000);
	assert_int_equal(outcome->end, CHILD_EXITED);
	assert_int_equal(outcome->code, 4);
}

/* The last words are in the pipe when the exit is noticed. */
static void
last_words_are_kept(void **state)
{
	Outcome *outcome = *state;

	for (int i = 0; i < 50; i++)
	{
		outcome->reports = 0;
		run_shell(outcome, "head -c 60000 /dev/zero", 30000, 1000);
		assert_int_equal(outcome->said, 60000);
	}
}

/* A daemon that starts a child, which writes its number to path. */
static _Noreturn void
play_daemon(const char *directory, const char *path)
{
	Outcome outcome = {.arena = arena_create()};
	Error error;

	snprintf(outcome.directory, sizeof(outcome.directory), "%s", directory);
	runner_close();
	if (runner_open(TEST_RUNNER, &error) == STATUS_OK &&
	    runner_set_up(RUNNER_BASIC, "", &error) == STATUS_OK &&
	    loop_open(&error) == STATUS_OK)
		run_shell(&outcome,
		          arena_print(outcome.arena,
		                      "echo $$ >%s.new; mv %s.new %s; exec sleep 60",
		                      path,
		                      path,
		                      path),
		          0,
		          1000);
	_exit(1);
}

static void
it_dies_with_the_daemon(void **state)
{
	char directory[] = "/tmp/test_child-XXXXXX";
	char path[64];
	char number[32] = "";
	FILE *file = NULL;
	pid_t pid;

	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/pid", directory);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		play_daemon(directory, path);
	for (int i = 0; i < 1000 && file == NULL; i++)
	{
		usleep(10000);
		file = fopen(path, "r");
	}
	assert_non_null(file);
	assert_non_null(fgets(number, sizeof(number), file));
	fclose(file);
	assert_true(is_alive(number));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	await_death(number);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
}

#define ON_LOOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_LOOP(exit_code_and_streams_are_reported),
		ON_LOOP(a_signal_is_reported),
		ON_LOOP(a_program_that_is_not_there_is_reported),
		ON_LOOP(a_directory_that_is_not_there_is_reported),
		ON_LOOP(the_environment_is_only_what_is_named),
		ON_LOOP(no_descriptor_is_inherited),
		ON_LOOP(limits_session_and_signals_are_its_own),
		ON_LOOP(a_time_limit_ends_it_by_term),
		ON_LOOP(who_sleeps_through_term_is_killed),
		ON_LOOP(obeying_term_with_exit_0_is_no_success),
		ON_LOOP(cancelling_ends_it),
		ON_LOOP(cancelling_at_once_ends_it),
		ON_LOOP(its_group_dies_with_it),
		ON_LOOP(a_grandchild_that_holds_the_pipe_is_not_waited_for),
		ON_LOOP(a_gigabyte_of_output_is_drained_and_cut),
		ON_LOOP(closing_its_streams_is_not_its_end),
		ON_LOOP(last_words_are_kept),
		cmocka_unit_test(it_dies_with_the_daemon),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}

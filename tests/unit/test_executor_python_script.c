/*
 * test_executor_python_script.c
 *		Real scripts on a real loop, by the rules of COMPAT "How each runs".
 *
 * needs: daemon/redact.c daemon/text_buffer.c daemon/executor_secrets.c
 * needs: daemon/seal.c daemon/base64url.c
 * needs: daemon/executor.c daemon/executor_python_script.c
 * needs: daemon/executor_python_answer.c daemon/executor_python_launcher.c
 * needs: daemon/executor_python_child.c daemon/executor_python_files.c
 * needs: daemon/executor_python_venv.c daemon/executor_python_end.c
 * needs: daemon/executor_python_index.c
 * needs: daemon/child.c daemon/child_request.c daemon/child_word.c daemon/runner.c
 * needs: daemon/proxy.c daemon/proxy_flow.c daemon/proxy_head.c
 * needs: daemon/proxy_opening.c daemon/proxy_route.c daemon/proxy_tunnel.c
 * needs: daemon/bundle.c daemon/egress.c daemon/resolve.c daemon/executor_network.c
 * needs: daemon/runner_queue.c daemon/runner_level.c daemon/capture.c
 * needs: daemon/workdir.c daemon/confined_path.c daemon/pool.c daemon/loop.c
 * needs: daemon/json_view.c daemon/json_check.c daemon/json_write.c
 * needs: daemon/utf8.c daemon/log.c daemon/log_line.c daemon/arena.c daemon/memory.c
 * needs: daemon/status.c
 * links: -luv -lcrypto
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "executor.h"
#include "executor_kind.h"
#include "json_write.h"
#include "loop.h"
#include "runner.h"
#include "workdir.h"

const ExecutorKind *const executor_kinds[] = {&executor_python_script, NULL};

/* No config of these tests names a secret, so the database is not asked. */
DbRequest *
db_send(Db *db, DbStatement statement, const char *const *values,
        DbCallback callback, void *context)
{
	fail_msg("the database was asked");
	return NULL;
}

void
db_forget(DbRequest *request)
{
	fail_msg("the database was asked");
}

const char *
db_result_text(const DbResult *result, int row, int column)
{
	fail_msg("the database was asked");
	return NULL;
}

typedef struct Fixture
{
	Arena *arena;
	Config settings;
	char *root; /* holds work/ and scripts/ */
	ExecutorTask task;
	Execution *execution;
	ExecutorResult result;
	int results;
} Fixture;

static char *
below(Fixture *fixture, const char *name)
{
	return arena_print(fixture->arena, "%s/%s", fixture->root, name);
}

/* The best that this machine has. */
static void
set_up_runner(void)
{
	Error error;

	for (RunnerLevel level = RUNNER_STANDARD; level > RUNNER_NONE; level--)
	{
		assert_int_equal(runner_open(TEST_RUNNER, &error), STATUS_OK);
		assert_int_equal(runner_set_up(level, "/usr/bin/python3", &error),
		                 STATUS_OK);
		if (runner_ready()->level != RUNNER_NONE)
			return;
		runner_close();
	}
	fail_msg("no sandbox: %s", runner_ready()->missing);
}

static int
set_up(void **state)
{
	Fixture *fixture = calloc(1, sizeof(*fixture));
	Error error;

	assert_non_null(fixture);
	*state = fixture;
	fixture->arena = arena_create();
	assert_int_equal(
		workdir_create("/tmp", fixture->arena, &fixture->root, &error),
		STATUS_OK);
	fixture->settings.python = "/usr/bin/python3";
	fixture->settings.default_timeout = 60;
	fixture->settings.sandbox_memory = 1024;
	fixture->settings.sandbox_disk = 256;
	fixture->settings.sandbox_processes = 64;
	set_up_runner();
	fixture->settings.work_dir = below(fixture, "work");
	fixture->settings.scripts_dir = below(fixture, "scripts");
	assert_int_equal(mkdir(fixture->settings.work_dir, 0700), 0);
	assert_int_equal(mkdir(fixture->settings.scripts_dir, 0755), 0);
	/* Root's tasks are somebody else, who must be able to read. */
	umask(022);
	fixture->task = (ExecutorTask){
		.arena = fixture->arena,
		.settings = &fixture->settings,
		.executor = "python_script",
		.config = json_view_trust("{}"),
		.inputs = json_view_trust("{}"),
		.run_id = "the-run",
		.step_id = "the-step",
		.attempt = 2,
		.idempotency_token = "the-run/the-step",
	};
	return loop_open(&error) == STATUS_OK ? 0 : -1;
}

/* They are to stay; all else in the work directory is not. */
static void
remove_environments(Fixture *fixture)
{
	char *folder = arena_print(fixture->arena,
	                           "%s/mcp-venvs-%u",
	                           fixture->settings.work_dir,
	                           (unsigned int) geteuid());
	Error error;

	if (access(folder, F_OK) == 0)
		assert_int_equal(workdir_remove(folder, &error), STATUS_OK);
}

/* Whatever a script did, its work directory is gone in the end. */
static int
tear_down(void **state)
{
	Fixture *fixture = *state;
	Error error;

	runner_close();
	loop_close();
	remove_environments(fixture);
	assert_int_equal(rmdir(fixture->settings.work_dir), 0);
	assert_int_equal(workdir_remove(fixture->root, &error), STATUS_OK);
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

static void
take_result(void *context, const ExecutorResult *result)
{
	Fixture *fixture = context;

	fixture->result = *result;
	fixture->results++;
	loop_stop();
}

static void
run(Fixture *fixture)
{
	fixture->results = 0;
	fixture->execution = executor_start(&fixture->task, take_result, fixture);
	assert_int_equal(fixture->results, 0);
	loop_run();
	assert_int_equal(fixture->results, 1);
}

static void
set_content(Fixture *fixture, const char *script)
{
	JsonWriter *writer = json_writer_create();

	json_write_open(writer, '{');
	json_write_name(writer, "script_content");
	json_write_text(writer, script);
	json_write_close(writer, '}');
	fixture->task.config = json_view_trust(
		arena_copy_text(fixture->arena, json_writer_text(writer)));
	json_writer_destroy(writer);
}

static void
run_script(Fixture *fixture, const char *script, const char *inputs)
{
	set_content(fixture, script);
	fixture->task.inputs = json_view_trust(inputs);
	run(fixture);
}

static void
assert_success(Fixture *fixture, const char *result)
{
	assert_string_equal(fixture->result.error ? fixture->result.error : "", "");
	assert_int_equal(fixture->result.failure, EXECUTOR_SUCCESS);
	assert_int_equal(fixture->result.result.length, strlen(result));
	assert_memory_equal(fixture->result.result.text, result, strlen(result));
}

static void
assert_failure(Fixture *fixture, ExecutorFailure failure, const char *error)
{
	assert_int_equal(fixture->result.failure, failure);
	assert_string_equal(fixture->result.error, error);
}

static void
assert_failure_says(Fixture *fixture, ExecutorFailure failure,
                    const char *words)
{
	assert_int_equal(fixture->result.failure, failure);
	if (strstr(fixture->result.error, words) == NULL)
		assert_string_equal(fixture->result.error, words);
}

#define BY_FILE                               \
	"import json, sys\n"                      \
	"inputs = json.load(open(sys.argv[1]))\n" \
	"def write(answer):\n"                    \
	"    json.dump(answer, open(sys.argv[2], 'w'))\n"

static void
the_output_file_is_the_answer(void **state)
{
	run_script(*state,
	           BY_FILE "print('noise')\n"
	                   "write({'success': True, 'error': None,"
	                   " 'result': {'twice': inputs['a'] * 2}})\n",
	           "{\"a\": 21}");
	assert_success(*state, "{\"twice\": 42}");
	assert_int_equal(((Fixture *) *state)->result.output.length, 6);
	assert_memory_equal(
		((Fixture *) *state)->result.output.bytes, "noise\n", 6);
}

static void
a_script_with_a_guard_of_its_own_runs_unchanged(void **state)
{
	run_script(*state,
	           "import json, sys\n"
	           "def main(path_in, path_out):\n"
	           "    x = json.load(open(path_in))['x']\n"
	           "    json.dump({'success': True, 'result': x}, "
	           "open(path_out, 'w'))\n"
	           "if __name__ == '__main__':\n"
	           "    main(sys.argv[1], sys.argv[2])\n",
	           "{\"x\": [1]}");
	assert_success(*state, "[1]");
}

static void
numbers_keep_every_digit(void **state)
{
	run_script(*state,
	           "import sys\n"
	           "text = open(sys.argv[1]).read()\n"
	           "open(sys.argv[2], 'w').write("
	           "'{\"success\": true, \"result\": ' + text + '}')\n",
	           "{\"n\":0.10000000000000000000000000001e400}");
	assert_success(*state, "{\"n\":0.10000000000000000000000000001e400}");
}

static void
main_is_called_with_the_inputs(void **state)
{
	run_script(*state,
	           "import logging\n"
	           "log = logging.getLogger(__name__)\n"
	           "def main(a, b=2, **rest):\n"
	           "    print('{\"not\": \"this\"}')\n"
	           "    return [a, b, rest]\n",
	           "{\"a\": 1, \"c\": 3}");
	assert_success(*state, "[1, 2, {\"c\": 3}]");
}

static void
main_is_not_called_twice(void **state)
{
	Fixture *fixture = *state;

	run_script(fixture,
	           "def main(n=3):\n"
	           "    print('called', n)\n"
	           "if __name__ == '__main__':\n"
	           "    main()\n",
	           "{\"n\": 4}");
	assert_success(fixture, "\"called 3\"");
	run_script(fixture,
	           "def main():\n"
	           "    print('called')\n"
	           "def cli():\n"
	           "    main()\n"
	           "cli()\n",
	           "{}");
	assert_success(fixture, "\"called\"");
	run_script(fixture,
	           BY_FILE "def main(**inputs):\n"
	                   "    raise ValueError('called')\n"
	                   "write({'success': True, 'result': 1})\n",
	           "{}");
	assert_success(fixture, "1");
}

/* What is not the script's own function is not its main. */
static void
only_a_function_of_the_script_is_its_main(void **state)
{
	run_script(*state, "from timeit import main\nprint('ok')\n", "{}");
	assert_success(*state, "\"ok\"");
	run_script(*state, "class main: pass\nprint('ok')\n", "{}");
	assert_success(*state, "\"ok\"");
}

static void
main_that_recurses_is_still_called(void **state)
{
	run_script(*state,
	           "def main(n):\n"
	           "    return 1 if n < 2 else n * main(n=n - 1)\n",
	           "{\"n\": 5}");
	assert_success(*state, "120");
}

static void
main_that_raises_fails(void **state)
{
	run_script(*state, "def main():\n    raise ValueError('no luck')\n", "{}");
	assert_failure_says(*state,
	                    EXECUTOR_FAILED,
	                    "Script execution failed with code 1. Stderr: "
	                    "Traceback (most recent call last):\n  File ");
	assert_failure_says(*state, EXECUTOR_FAILED, "ValueError: no luck");
	/* No frame of the launcher is in it. */
	assert_null(strstr(((Fixture *) *state)->result.error, "<string>"));
	run_script(*state, "def main(a):\n    return a\n", "{\"b\": 1}");
	assert_failure_says(*state, EXECUTOR_FAILED, "keyword argument 'b'");
	run_script(*state, "def main():\n    return {1, 2}\n", "{}");
	assert_failure_says(*state, EXECUTOR_FAILED, "not JSON serializable");
	run_script(*state, "def main():\n    return float('nan')\n", "{}");
	assert_failure_says(*state, EXECUTOR_FAILED, "not JSON compliant");
}

static void
without_a_file_the_last_json_line_is_the_result(void **state)
{
	run_script(*state,
	           "print('[1]')\nprint('{\"a\": 2}')\nprint('bye {')\nprint()\n",
	           "{}");
	assert_success(*state, "{\"a\": 2}");
	run_script(*state, "print('x' * 100000)\nprint('7')\n", "{}");
	assert_success(*state, "7");
	/* The rest of a cut line is no line of its own. */
	run_script(*state, "print('x' + ' ' * 100 + '1' * 131072)\n", "{}");
	assert_int_equal(json_view_kind(((Fixture *) *state)->result.result),
	                 JSON_VIEW_STRING);
}

static void
without_json_stdout_is_the_result_as_text(void **state)
{
	run_script(
		*state, "print('hello \\u00e9\\n\"big world\" it is\\n')\n", "{}");
	assert_success(*state, "\"hello \xC3\xA9\\u000a\\\"big world\\\" it is\"");
	run_script(*state, "pass\n", "{}");
	assert_success(*state, "\"\"");
	run_script(*state, "import os\nos.write(1, b'a\\xff\\x00b')\n", "{}");
	assert_success(*state,
	               "\"a\xEF\xBF\xBD\xEF\xBF\xBD"
	               "b\"");
}

static void
an_exit_code_is_a_failure(void **state)
{
	Fixture *fixture = *state;

	run_script(fixture,
	           BY_FILE "print('out'); print('err', file=sys.stderr)\n"
	                   "write({'success': True, 'result': 1})\n"
	                   "sys.exit(3)\n",
	           "{}");
	assert_failure(fixture,
	               EXECUTOR_FAILED,
	               "Script execution failed with code 3. Stderr: err");
	assert_memory_equal(fixture->result.output.bytes, "out\n", 4);
	assert_memory_equal(fixture->result.errors.bytes, "err\n", 4);
	assert_null(fixture->result.result.text);
	run_script(fixture, "import sys\nsys.exit('told so')\n", "{}");
	assert_failure(fixture,
	               EXECUTOR_FAILED,
	               "Script execution failed with code 1. Stderr: told so");
	run_script(fixture, "def broken(:\n", "{}");
	assert_failure_says(fixture, EXECUTOR_FAILED, "SyntaxError");
}

static void
a_long_stderr_is_quoted_from_its_end(void **state)
{
	Fixture *fixture = *state;

	run_script(fixture,
	           "import sys\n"
	           "sys.stderr.write('\\u00e9' * 200000 + 'the reason')\n"
	           "sys.exit(1)\n",
	           "{}");
	assert_failure_says(fixture, EXECUTOR_FAILED, "Stderr: [...] \xC3\xA9");
	assert_failure_says(fixture, EXECUTOR_FAILED, "\xC3\xA9the reason");
	assert_true(strlen(fixture->result.error) < 5000);
	assert_true(fixture->result.errors.length < 66000);
}

static void
a_reported_failure_is_a_failure(void **state)
{
	Fixture *fixture = *state;

	run_script(fixture,
	           BY_FILE "write({'success': False, 'error': 'no \\u00e9',"
	                   " 'result': {'partial': 1}})\n",
	           "{}");
	assert_failure(fixture, EXECUTOR_FAILED, "no \xC3\xA9");
	run_script(fixture, BY_FILE "write({'success': False})\n", "{}");
	assert_failure(
		fixture, EXECUTOR_FAILED, "Script reported a failure without an error");
	run_script(fixture,
	           BY_FILE "write({'success': False, 'error': {'a': 1}})\n",
	           "{}");
	assert_failure(fixture, EXECUTOR_FAILED, "{\"a\": 1}");
}

static void
an_answer_that_is_none_is_refused(void **state)
{
	Fixture *fixture = *state;
	static const struct
	{
		const char *script;
		const char *words;
	} cases[] = {
		{BY_FILE "open(sys.argv[2], 'w').write('{')\n", "not valid JSON"},
		{BY_FILE "open(sys.argv[2], 'w')\n", "not valid JSON"},
		{BY_FILE "write([1])\n", "not an object"},
		{BY_FILE "write({'result': 1})\n", "not an object"},
		{BY_FILE "write({'success': 'yes', 'result': 1})\n", "not an object"},
		{BY_FILE "write({'success': True, 'result': '\\0'})\n", "u0000"},
		{BY_FILE "write({'success': True, 'result': float('nan')})\n",
	     "not valid JSON"},
		{BY_FILE "open(sys.argv[2], 'w').write('[' * 5000)\n", "too deep"},
		{BY_FILE "open(sys.argv[2], 'w').write('1e131071')\n", "digits"},
		{BY_FILE "open(sys.argv[2], 'w').truncate(1 << 25)\n", "limit"},
		{BY_FILE "import os; os.mkfifo(sys.argv[2])\n", "no regular file"},
		{BY_FILE "import os; os.mkdir(sys.argv[2])\n", "no regular file"},
		{BY_FILE "import os; os.symlink('/etc/passwd', sys.argv[2])\n",
	     "symbolic link"},
		{BY_FILE "import os; os.symlink('/dev/zero', sys.argv[2])\n",
	     "symbolic link"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		run_script(fixture, cases[i].script, "{}");
		assert_failure_says(fixture, EXECUTOR_BAD_OUTPUT, cases[i].words);
	}
}

static void
a_signal_is_named(void **state)
{
	run_script(*state,
	           "import os, sys\n"
	           "print('x', file=sys.stderr, flush=True)\n"
	           "os.kill(os.getpid(), 11)\n",
	           "{}");
	assert_failure(*state,
	               EXECUTOR_KILLED,
	               "Script execution failed with signal 11 (SIGSEGV). "
	               "Stderr: x");
}

static void
a_time_limit_ends_a_script_and_keeps_its_words(void **state)
{
	Fixture *fixture = *state;

	fixture->task.time_limit = 1.5;
	run_script(
		fixture, "import time\nprint('so far')\ntime.sleep(600)\n", "{}");
	assert_failure(fixture,
	               EXECUTOR_TIMED_OUT,
	               "Script execution timed out after 1.5 seconds");
	assert_int_equal(fixture->result.output.length, 7);
}

static void
cancel_now(void *context)
{
	Fixture *fixture = context;

	executor_cancel(fixture->execution);
	executor_cancel(fixture->execution);
}

static void
cancelling_ends_a_script(void **state)
{
	Fixture *fixture = *state;
	LoopTimer *timer = loop_timer_create(cancel_now, fixture);

	loop_timer_set(timer, 300);
	run_script(fixture, "import time\ntime.sleep(600)\n", "{}");
	assert_failure(
		fixture, EXECUTOR_CANCELLED, "Script execution was cancelled");
	loop_timer_destroy(timer);
	/* Also before there is a child. */
	loop_defer(cancel_now, fixture);
	run_script(fixture, "import time\ntime.sleep(600)\n", "{}");
	assert_failure(
		fixture, EXECUTOR_CANCELLED, "Script execution was cancelled");
}

static void
the_environment_is_clean_and_the_directory_its_own(void **state)
{
	Fixture *fixture = *state;

	setenv("POSTGRES_PASSWORD", "hush", 1);
	run_script(fixture,
	           "import json, os, stat\n"
	           "def main():\n"
	           "    here = os.getcwd()\n"
	           "    assert os.environ.pop('HOME') == here\n"
	           "    assert os.environ.pop('TMPDIR') == here\n"
	           "    os.environ.pop('LC_CTYPE', None)\n"
	           "    mode = stat.S_IMODE(os.stat(here).st_mode)\n"
	           "    task = json.load(open('task.json'))\n"
	           "    return [oct(mode), dict(sorted(os.environ.items())),"
	           " task]\n",
	           "{}");
	unsetenv("POSTGRES_PASSWORD");
	assert_success(fixture,
	               "[\"0o700\", {\"LANG\": \"C.UTF-8\", "
	               "\"PATH\": \"/usr/local/bin:/usr/bin:/bin\"}, "
	               "{\"run_id\": \"the-run\", \"step_id\": \"the-step\", "
	               "\"attempt\": 2, "
	               "\"idempotency_token\": \"the-run/the-step\"}]");
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
a_path_below_the_scripts_directory_runs(void **state)
{
	Fixture *fixture = *state;

	write_file(below(fixture, "scripts/helper.py"), "value = 5\n");
	write_file(below(fixture, "scripts/run.py"),
	           "import helper\nprint(helper.value)\n");
	assert_int_equal(symlink("run.py", below(fixture, "scripts/alias.py")), 0);
	fixture->task.config = json_view_trust("{\"script_path\": \"run.py\"}");
	run(fixture);
	assert_success(fixture, "5");
	fixture->task.config = json_view_trust("{\"script_path\": \"alias.py\"}");
	run(fixture);
	assert_success(fixture, "5");
	fixture->task.config =
		json_view_trust(arena_print(fixture->arena,
	                                "{\"script_path\": \"%s\"}",
	                                below(fixture, "scripts/run.py")));
	run(fixture);
	assert_success(fixture, "5");
	/* Content wins, and no __pycache__ was left beside the script. */
	fixture->task.config = json_view_trust(
		"{\"script_path\": \"run.py\", \"script_content\": \"print(6)\"}");
	run(fixture);
	assert_success(fixture, "6");
	assert_int_equal(access(below(fixture, "scripts/__pycache__"), F_OK), -1);
}

static void
a_path_that_leads_elsewhere_is_refused(void **state)
{
	Fixture *fixture = *state;
	static const char *const paths[] = {
		"../outside.py",
		"/etc/passwd",
		"link.py",
		"missing.py",
		"sub",
		"",
		"pipe",
		"../scripts-too/x.py",
	};

	write_file(below(fixture, "outside.py"), "print('out')\n");
	assert_int_equal(mkdir(below(fixture, "scripts-too"), 0700), 0);
	write_file(below(fixture, "scripts-too/x.py"), "print('out')\n");
	assert_int_equal(
		symlink("../outside.py", below(fixture, "scripts/link.py")), 0);
	assert_int_equal(mkdir(below(fixture, "scripts/sub"), 0700), 0);
	assert_int_equal(mkfifo(below(fixture, "scripts/pipe"), 0600), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
	{
		fixture->task.config = json_view_trust(
			arena_print(fixture->arena, "{\"script_path\": \"%s\"}", paths[i]));
		run(fixture);
		assert_failure_says(
			fixture, EXECUTOR_REFUSED, "Script could not be run: path ");
	}
	fixture->settings.scripts_dir = NULL;
	run(fixture);
	assert_failure_says(fixture, EXECUTOR_REFUSED, "MCP_SCRIPTS_DIR is not");
}

static void
what_the_daemon_lacks_is_unavailable(void **state)
{
	Fixture *fixture = *state;

	fixture->settings.python = "/nonexistent/python3";
	run_script(fixture, "print(1)\n", "{}");
	assert_failure(
		fixture,
		EXECUTOR_UNAVAILABLE,
		"Script execution could not be started: /nonexistent/python3: "
		"No such file or directory");
	fixture->settings.python = "/usr/bin/python3";
	fixture->settings.work_dir = "/nonexistent";
	run_script(fixture, "print(1)\n", "{}");
	assert_failure_says(
		fixture, EXECUTOR_UNAVAILABLE, "could not reach the directory");
	fixture->settings.work_dir = below(fixture, "work");
}

/* A package in a file of its own: no index is needed to install it. */
static char *
make_wheel(Fixture *fixture)
{
	char *wheels = below(fixture, "wheels");
	char *wheel =
		arena_print(fixture->arena, "%s/tiny-1.0-py3-none-any.whl", wheels);
	char *command = arena_print(
		fixture->arena,
		"/usr/bin/python3 -c \"import zipfile as z; f = z.ZipFile('%s', 'w');"
		"f.writestr('tiny.py', 'value = 42\\n');"
		"f.writestr('tiny-1.0.dist-info/METADATA',"
		" 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n');"
		"f.writestr('tiny-1.0.dist-info/WHEEL',"
		" 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n');"
		"f.writestr('tiny-1.0.dist-info/RECORD', '')\"",
		wheel);

	mkdir(wheels, 0755);
	assert_int_equal(system(command), 0);
	setenv("PIP_NO_INDEX", "1", 1);
	setenv("PIP_FIND_LINKS", wheels, 1);
	return wheel;
}

static void
set_requirement(Fixture *fixture, const char *requirement, const char *more)
{
	fixture->task.config = json_view_trust(arena_print(
		fixture->arena,
		"{\"script_content\": \"import sys, tiny\\nprint(tiny.value)\\n"
		"print(sys.prefix, file=sys.stderr)\", \"requirements\": [\"%s\"]%s}",
		requirement,
		more));
}

/* Into a virtual environment that the next task finds again. */
static void
requirements_are_installed_once(void **state)
{
	Fixture *fixture = *state;
	char *wheel = make_wheel(fixture);
	char *marker;

	set_requirement(fixture, "tiny", "");
	run(fixture);
	assert_success(fixture, "42");
	marker = arena_print(fixture->arena,
	                     "%.*s/mark",
	                     (int) fixture->result.errors.length - 1,
	                     fixture->result.errors.bytes);
	assert_non_null(strstr(marker, "/mcp-venvs-"));
	write_file(marker, "");
	/* Without the wheel it cannot be made again. */
	assert_int_equal(unlink(wheel), 0);
	run(fixture);
	assert_success(fixture, "42");
	assert_int_equal(access(marker, F_OK), 0);
	/* The system's interpreter knows nothing of it. */
	set_requirement(fixture, "tiny", ", \"virtual_env\": false");
	run(fixture);
	assert_failure_says(fixture, EXECUTOR_FAILED, "No module named 'tiny'");
}

/* A simple index of what lies below root/simple; its port, and who to end. */
static int
serve_index(Fixture *fixture, pid_t *server)
{
	char *root = fixture->root;
	char said[200] = "";
	const char *port;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	*server = fork();
	if (*server == 0)
	{
		dup2(ends[1], STDOUT_FILENO);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		execl("/usr/bin/python3",
		      "python3",
		      "-um",
		      "http.server",
		      "--bind",
		      "127.0.0.1",
		      "--directory",
		      root,
		      "0",
		      NULL);
		_exit(127);
	}
	close(ends[1]);
	assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
	close(ends[0]);
	port = strstr(said, " port ");
	assert_non_null(port);
	return (int) strtol(port + 6, NULL, 10);
}

/* What a package executes reaches its index, and nothing of the machine else. */
static void
requirements_come_from_the_index_and_reach_no_further(void **state)
{
	static const char setup[] =
		"import os, socket, sys, urllib.request\n"
		"def end_of(function, *given):\n"
		"    try:\n"
		"        function(*given)\n"
		"        return 'reached'\n"
		"    except OSError as error:\n"
		"        return str(error).split(':')[0]\n"
		"index, other = %d, %d\n"
		"to = 'http://127.0.0.1:%%d/simple/'\n"
		"sys.exit('setup heard %%s, %%s, %%s, %%s' %% (\n"
		"    end_of(urllib.request.urlopen, to %% index),\n"
		"    end_of(urllib.request.urlopen, to %% other),\n"
		"    end_of(socket.create_connection, ('127.0.0.1', other)),\n"
		"    'MCP_TESTS_SECRET' in os.environ))\n";
	Fixture *fixture = *state;
	pid_t servers[2];
	int index = serve_index(fixture, &servers[0]);
	int other = serve_index(fixture, &servers[1]);
	char *command = arena_print(fixture->arena,
	                            "cd %s && mkdir -p simple/tiny simple/nosy &&"
	                            " mv wheels/tiny-* simple/tiny/ &&"
	                            " tar czf simple/nosy/nosy-1.0.tar.gz nosy-1.0",
	                            fixture->root);
	const char *errors;

	if (runner_ready()->level == RUNNER_BASIC)
		skip();
	make_wheel(fixture);
	unsetenv("PIP_NO_INDEX");
	unsetenv("PIP_FIND_LINKS");
	setenv("MCP_TESTS_SECRET", "secret", 1);
	setenv("PIP_RETRIES", "0", 1);
	setenv("PIP_INDEX_URL",
	       arena_print(
			   fixture->arena, "http://name:word@127.0.0.1:%d/simple", index),
	       1);
	mkdir(below(fixture, "nosy-1.0"), 0755);
	write_file(below(fixture, "nosy-1.0/setup.py"),
	           arena_print(fixture->arena, setup, index, other));
	write_file(below(fixture, "nosy-1.0/PKG-INFO"),
	           "Metadata-Version: 1.0\nName: nosy\nVersion: 1.0\n");
	assert_int_equal(system(command), 0);
	set_requirement(fixture, "tiny", "");
	run(fixture);
	assert_success(fixture, "42");
	set_requirement(fixture, "nosy", "");
	run(fixture);
	assert_failure_says(fixture,
	                    EXECUTOR_UNAVAILABLE,
	                    "its requirements could not be installed: ");
	errors = fixture->result.errors.bytes;
	if (strstr(errors,
	           "setup heard reached, HTTP Error 403, "
	           "[Errno 111] Connection refused, False") == NULL)
		fail_msg("%s", errors);
	for (int i = 0; i < 2; i++)
	{
		kill(servers[i], SIGTERM);
		waitpid(servers[i], NULL, 0);
	}
	unsetenv("PIP_INDEX_URL");
	unsetenv("PIP_RETRIES");
}

static void
requirements_that_cannot_be_had_fail_the_step(void **state)
{
	Fixture *fixture = *state;

	set_requirement(
		fixture, below(fixture, "missing-1.0-py3-none-any.whl"), "");
	run(fixture);
	assert_failure_says(fixture,
	                    EXECUTOR_UNAVAILABLE,
	                    "its requirements could not be installed: ");
	assert_failure_says(fixture, EXECUTOR_UNAVAILABLE, "missing-1.0");
	set_requirement(fixture, "--index-url=http://127.0.0.1:9/", "");
	run(fixture);
	assert_failure_says(fixture, EXECUTOR_REFUSED, "is an option of pip");
}

static void
installing_can_be_cancelled(void **state)
{
	Fixture *fixture = *state;
	LoopTimer *timer = loop_timer_create(cancel_now, fixture);

	make_wheel(fixture);
	set_requirement(fixture, "tiny", "");
	loop_timer_set(timer, 500);
	run(fixture);
	assert_failure(
		fixture, EXECUTOR_CANCELLED, "Script execution was cancelled");
	loop_timer_destroy(timer);
	/* What it left half made is made whole. */
	run(fixture);
	assert_success(fixture, "42");
}

/* Who was there before us in a public directory is not trusted. */
static void
a_folder_of_environments_that_others_can_enter_is_refused(void **state)
{
	Fixture *fixture = *state;
	char *folder = arena_print(fixture->arena,
	                           "%s/mcp-venvs-%u",
	                           fixture->settings.work_dir,
	                           (unsigned int) geteuid());

	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	set_requirement(fixture, "tiny", "");
	run(fixture);
	assert_failure_says(
		fixture, EXECUTOR_UNAVAILABLE, "is not a directory of ours alone");
}

static void
an_unknown_kind_is_unsupported(void **state)
{
	Fixture *fixture = *state;

	fixture->task.executor = "quantum";
	run(fixture);
	assert_failure(fixture,
	               EXECUTOR_UNSUPPORTED,
	               "this worker has no executor \"quantum\"");
	assert_string_equal(executor_failure_name(fixture->result.failure),
	                    "unsupported");
	loop_defer(cancel_now, fixture);
	run(fixture);
	assert_int_equal(fixture->result.failure, EXECUTOR_UNSUPPORTED);
}

#define ON_LOOP(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_LOOP(the_output_file_is_the_answer),
		ON_LOOP(a_script_with_a_guard_of_its_own_runs_unchanged),
		ON_LOOP(numbers_keep_every_digit),
		ON_LOOP(main_is_called_with_the_inputs),
		ON_LOOP(main_is_not_called_twice),
		ON_LOOP(only_a_function_of_the_script_is_its_main),
		ON_LOOP(main_that_recurses_is_still_called),
		ON_LOOP(main_that_raises_fails),
		ON_LOOP(without_a_file_the_last_json_line_is_the_result),
		ON_LOOP(without_json_stdout_is_the_result_as_text),
		ON_LOOP(an_exit_code_is_a_failure),
		ON_LOOP(a_long_stderr_is_quoted_from_its_end),
		ON_LOOP(a_reported_failure_is_a_failure),
		ON_LOOP(an_answer_that_is_none_is_refused),
		ON_LOOP(a_signal_is_named),
		ON_LOOP(a_time_limit_ends_a_script_and_keeps_its_words),
		ON_LOOP(cancelling_ends_a_script),
		ON_LOOP(the_environment_is_clean_and_the_directory_its_own),
		ON_LOOP(a_path_below_the_scripts_directory_runs),
		ON_LOOP(a_path_that_leads_elsewhere_is_refused),
		ON_LOOP(what_the_daemon_lacks_is_unavailable),
		ON_LOOP(requirements_are_installed_once),
		ON_LOOP(requirements_come_from_the_index_and_reach_no_further),
		ON_LOOP(requirements_that_cannot_be_had_fail_the_step),
		ON_LOOP(installing_can_be_cancelled),
		ON_LOOP(a_folder_of_environments_that_others_can_enter_is_refused),
		ON_LOOP(an_unknown_kind_is_unsupported),
	};

	return cmocka_run_group_tests_name(
		"executor_python_script", tests, NULL, NULL);
}

/*
 * executor_python_child.c
 *		Starts a Python interpreter as a child with what COMPAT gives it.
 */
#include "executor_python_child.h"

#include "executor_python_index.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* COMPAT: "64 KiB each, then cut and said so". */
#define STREAM_LIMIT ((size_t) 65536)

/* Milliseconds between TERM and KILL. */
#define GRACE 3000

/* PATH, LANG, HOME, TMPDIR, and the end. */
#define OWN_VARIABLES 5

/* Where the proxy of a task listens; programs read one spelling or the other. */
#define PROXY_URL "http://127.0.0.1:" TEXT_OF(RUNNER_PROXY_PORT)
#define TEXT_OF(number) TEXT(number)
#define TEXT(number) #number

/*
 * Nothing is exempt, and that is said: a library that finds nothing said may take
 * local names past the proxy by a list of its own, where there is a closed port
 * and no reason.  Nor is this machine, which a DBA can open as any other.
 */
static const char *const proxy_variables[] = {
	"http_proxy=" PROXY_URL,
	"https_proxy=" PROXY_URL,
	"HTTP_PROXY=" PROXY_URL,
	"HTTPS_PROXY=" PROXY_URL,
	"no_proxy=",
	"NO_PROXY=",
	NULL,
};

/* The interpreter's, the script's, two of pip, an environment, the end. */
#define MOST_READABLE 6

#define MEBIBYTE ((uint64_t) 1 << 20)

static char *const *make_arguments(const PythonCommand *command, Arena *arena);
static char *const *
make_environment(const PythonCommand *command, Arena *arena);
static const char *const *
make_readable(const PythonCommand *command, Arena *arena);
static const char *find_prefix(const char *program, Arena *arena);
static size_t count(const char *const *texts);
static bool is_inherited(const char *variable, const char *const *names);

Status
executor_python_child_start(const PythonCommand *command, Arena *arena,
                            ChildCallback callback, void *context,
                            Child **child, Error *error)
{
	const Config *settings = command->settings;
	ChildPlan plan = {
		.arguments = make_arguments(command, arena),
		.environment = make_environment(command, arena),
		.directory = command->directory,
		.files = command->files,
		.readable = make_readable(command, arena),
		.writable = command->writable,
		.answer = command->answer,
		.answer_limit = PYTHON_ANSWER_LIMIT,
		.is_online = command->is_online,
		.proxy = command->proxy,
		.processes = (uint32_t) settings->sandbox_processes,
		.memory = (uint64_t) settings->sandbox_memory * MEBIBYTE,
		.disk = (uint64_t) settings->sandbox_disk * MEBIBYTE,
		.time_limit = command->time_limit,
		.grace = GRACE,
		.output_limit = STREAM_LIMIT,
	};

	return child_start(&plan, callback, context, child, error);
}

ExecutorText
executor_python_child_text(const Capture *capture, Arena *arena)
{
	ExecutorText text;

	text.bytes = capture_text(capture, arena, &text.length);
	return text;
}

ExecutorText
executor_python_child_end(const Capture *capture, Arena *arena)
{
	ExecutorText text;

	text.bytes = capture_end(capture, arena, &text.length);
	return text;
}

static char *const *
make_arguments(const PythonCommand *command, Arena *arena)
{
	size_t rest = count(command->arguments);
	char **arguments = arena_alloc(arena, (rest + 2) * sizeof(char *));

	arguments[0] = arena_copy_text(arena, command->python);
	for (size_t i = 0; i < rest; i++)
		arguments[i + 1] = arena_copy_text(arena, command->arguments[i]);
	return arguments;
}

/* All there is: what the daemon has in its own is no business of a script. */
static char *const *
make_environment(const PythonCommand *command, Arena *arena)
{
	size_t most = OWN_VARIABLES + count(proxy_variables) +
	              count((const char *const *) environ);
	char **environment = arena_alloc(arena, most * sizeof(char *));
	size_t length = 0;

	environment[length++] = arena_print(arena,
	                                    "PATH=%s%s/usr/local/bin:/usr/bin:/bin",
	                                    command->path ? command->path : "",
	                                    command->path ? ":" : "");
	environment[length++] = arena_copy_text(arena, "LANG=C.UTF-8");
	environment[length++] = arena_print(arena, "HOME=%s", command->directory);
	environment[length++] = arena_print(arena, "TMPDIR=%s", command->directory);
	for (const char *const *one = proxy_variables; command->proxy && *one;
	     one++)
		environment[length++] = arena_copy_text(arena, *one);
	for (char **variable = environ; *variable; variable++)
	{
		if (is_inherited(*variable, command->inherited))
			environment[length++] = arena_copy_text(arena, *variable);
	}
	return environment;
}

static const char *const *
make_readable(const PythonCommand *command, Arena *arena)
{
	const char **list = arena_alloc(arena, MOST_READABLE * sizeof(char *));
	size_t length = 0;
	const char *prefix = find_prefix(command->settings->python, arena);
	const char *links = getenv("PIP_FIND_LINKS");

	if (prefix)
		list[length++] = prefix;
	if (command->readable)
		list[length++] = command->readable;
	/* Where pip may look for packages beside its index. */
	if (command->is_installing && links && *links == '/')
		list[length++] = links;
	/* With our network comes this too. */
	if (command->is_installing && !command->is_online &&
	    access(PIP_SETTINGS_FILE, R_OK) == 0)
		list[length++] = PIP_SETTINGS_FILE;
	if (command->environment)
		list[length++] = command->environment;
	return list;
}

/* Of an interpreter that does not come with the system; else NULL. */
static const char *
find_prefix(const char *program, Arena *arena)
{
	char real[PATH_MAX];

	if (realpath(program, real) == NULL || strncmp(real, "/usr/", 5) == 0)
		return NULL;
	for (int i = 0; i < 2; i++)
	{
		char *slash = strrchr(real, '/');

		if (slash == NULL || slash == real)
			return NULL;
		*slash = '\0';
	}
	return arena_copy_text(arena, real);
}

static size_t
count(const char *const *texts)
{
	size_t number = 0;

	while (texts[number])
		number++;
	return number;
}

static bool
is_inherited(const char *variable, const char *const *names)
{
	for (; names && *names; names++)
	{
		size_t length = strlen(*names);
		bool is_prefix = (*names)[length - 1] == '*';

		if (is_prefix)
			length--;
		if (strncmp(variable, *names, length) == 0 &&
		    (is_prefix || variable[length] == '='))
			return true;
	}
	return false;
}

/*
 * executor_python_child.c
 *		Starts a Python interpreter as a child with what COMPAT gives it.
 */
#include "executor_python_child.h"

#include <string.h>
#include <unistd.h>

/* COMPAT: "64 KiB each, then cut and said so". */
#define STREAM_LIMIT ((size_t) 65536)

/* Milliseconds between TERM and KILL. */
#define GRACE 3000

/* PATH, LANG, HOME, TMPDIR, and the end. */
#define OWN_VARIABLES 5

static char *const *make_arguments(const PythonCommand *command, Arena *arena);
static char *const *
make_environment(const PythonCommand *command, Arena *arena);
static size_t count(const char *const *texts);
static bool is_inherited(const char *variable, const char *const *names);

Status
executor_python_child_start(const PythonCommand *command, Arena *arena,
                            ChildCallback callback, void *context,
                            Child **child, Error *error)
{
	ChildPlan plan = {
		.arguments = make_arguments(command, arena),
		.environment = make_environment(command, arena),
		.directory = command->directory,
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
	size_t most = OWN_VARIABLES + count((const char *const *) environ);
	char **environment = arena_alloc(arena, most * sizeof(char *));
	size_t length = 0;

	environment[length++] = arena_print(arena,
	                                    "PATH=%s%s/usr/local/bin:/usr/bin:/bin",
	                                    command->path ? command->path : "",
	                                    command->path ? ":" : "");
	environment[length++] = arena_copy_text(arena, "LANG=C.UTF-8");
	environment[length++] = arena_print(arena, "HOME=%s", command->directory);
	environment[length++] = arena_print(arena, "TMPDIR=%s", command->directory);
	for (char **variable = environ; *variable; variable++)
	{
		if (is_inherited(*variable, command->inherited))
			environment[length++] = arena_copy_text(arena, *variable);
	}
	return environment;
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

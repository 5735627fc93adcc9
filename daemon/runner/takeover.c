/*
 * takeover.c
 *		Our main() in the place of python3's, in whose process we are.
 *
 * Before it comes to main() every program asks the C library to start it; the
 * library that is loaded first is asked, and that is ours.  Nothing of python3
 * has run by then, so the interpreter is set up by us as in a program of our
 * own, but it is the machine code of python3 that runs.
 */
#include "takeover.h"

#include "python_program.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef int (*Main)(int argc, char **argv, char **variables);
typedef void (*Step)(void);
typedef int (*Start)(Main program, int argc, char **argv, Step begin, Step end,
                     Step unload, void *stack_end);

/* The C library's own name, which whoever writes C may not use. */
#define START_NAME "__libc_start_main"

extern int
start_program(Main program, int argc, char **argv, Step begin, Step end,
              Step unload, void *stack_end) __asm__(START_NAME)
	__attribute__((visibility("default")));

static int run(int argc, char **argv, char **variables);

int /* NOLINTNEXTLINE(readability-function-size): as many as it always has */
start_program(Main program, int argc, char **argv, Step begin, Step end,
              Step unload, void *stack_end)
{
	void *found = dlsym(RTLD_NEXT, START_NAME);
	Start start;

	if (found == NULL)
		_exit(EXIT_FAILURE);
	memcpy(&start, &found, sizeof(start));
	return start(run, argc, argv, begin, end, unload, stack_end);
}

/* What a task starts is to have nothing of ours in it. */
static int
run(int argc, char **argv, char **variables)
{
	unsetenv("LD_PRELOAD");
	unsetenv("LD_BIND_NOW");
	close(PYTHON_LIBRARY_FILENO);
	prctl(PR_SET_NAME, "mcp-runner");
	return runner_main(argc, argv);
}

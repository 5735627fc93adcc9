/*
 * script.c
 *		What the second process of a task's world does to become the script.
 */
#include "script.h"

#include "interpreter.h"
#include "sandbox_landlock.h"
#include "sandbox_limits.h"
#include "sandbox_seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What it has beside its streams, until it runs. */
#define TROUBLE_FILENO (STDERR_FILENO + 1)

/* Descriptors are moved up here before their places are given away. */
#define LIFTED 64

static int take_descriptors(const Task *task, int trouble);
static void reset_signals(void);
static _Noreturn void fail(const char *what);

_Noreturn void
script_become(const Task *task, int trouble)
{
	const Allowances *allowances = &task->allowances;
	bool is_prepared = interpreter_is_asked_for(task->arguments);
	const char *open_lock;

	if (take_descriptors(task, trouble) < 0)
		fail("take its descriptors");
	/* Its keeper may have been killed, by a script without a cage. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		fail("end with its keeper");
	if (setsid() < 0 || chdir(allowances->directory) < 0)
		fail("enter the work directory");
	/* Others read what an installer leaves, and nothing else. */
	umask(allowances->writable[0] ? 022 : 077);
	open_lock = script_shut_in(allowances);
	if (open_lock)
		fail(open_lock);
	if (is_prepared)
	{
		signal(SIGCHLD, SIG_DFL);
		close(TROUBLE_FILENO);
		interpreter_run(task->arguments, task->variables);
	}
	reset_signals();
	execve(task->arguments[0], task->arguments, task->variables);
	fail(task->arguments[0]);
}

const char *
script_shut_in(const Allowances *allowances)
{
	int version = sandbox_landlock_version();

	if (sandbox_limits_set(allowances) < 0)
		return "set limits";
	if (sandbox_limits_drop_privileges() < 0)
		return "drop privileges";
	/* Its own /proc, which a change of user has closed. */
	if (prctl(PR_SET_DUMPABLE, 1) < 0)
		return "open its /proc";
	if (version == 0 && allowances->cage == CAGE_NONE)
	{
		errno = EOPNOTSUPP;
		return "use Landlock";
	}
	if (version > 0 && sandbox_landlock_enforce(allowances, version) < 0)
		return "use Landlock";
	if (sandbox_seccomp_enforce(allowances) < 0)
		return "use seccomp";
	return NULL;
}

static int
take_descriptors(const Task *task, int trouble)
{
	int output = fcntl(task->fds[RUNNER_FD_OUTPUT], F_DUPFD, LIFTED);
	int errors = fcntl(task->fds[RUNNER_FD_ERRORS], F_DUPFD, LIFTED);
	int moved = fcntl(trouble, F_DUPFD, LIFTED);
	int null;

	if (moved < 0 || dup3(moved, TROUBLE_FILENO, O_CLOEXEC) < 0)
		_exit(EXIT_FAILURE);
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(output, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
		return -1;
	return close_range(TROUBLE_FILENO + 1, ~0U, 0);
}

/* exec keeps what is ignored, and what is blocked. */
static void
reset_signals(void)
{
	struct sigaction fresh = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		sigaction(i, &fresh, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void
fail(const char *what)
{
	ScriptTrouble trouble = {.problem = errno};

	snprintf(trouble.what, sizeof(trouble.what), "%s", what);
	if (write(TROUBLE_FILENO, &trouble, sizeof(trouble)) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

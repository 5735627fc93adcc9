/*
 * script.c
 *		What the second process of a task's world does to become the script.
 */
#include "script.h"

#include "interpreter.h"
#include "order.h"
#include "sandbox_files.h"
#include "sandbox_landlock.h"
#include "sandbox_limits.h"
#include "sandbox_seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What it has beside its streams, until it runs. */
enum
{
	TROUBLE_FILENO = STDERR_FILENO + 1,
	ORDERS_FILENO
};

/* Descriptors are moved up here before their places are given away. */
#define LIFTED 64

static int arrange_descriptors(int orders, int trouble);
static void offer_itself(void);
static bool is_ordered(void);
static void take_order(Task *task);
static void reset_signals(void);
static _Noreturn void fail(const char *what);

_Noreturn void
script_become(const Allowances *allowances, int orders, int trouble)
{
	static Task task;
	const char *open_lock;

	if (arrange_descriptors(orders, trouble) < 0)
		fail("take its descriptors");
	/* Its keeper may have been killed, by a script without a cage. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		fail("end with its keeper");
	if (setsid() < 0)
		fail("lead a session");
	/* Others read what an installer leaves, and nothing else. */
	umask(allowances->writable[0] ? 022 : 077);
	offer_itself();
	open_lock = script_shut_in(allowances);
	if (open_lock)
		fail(open_lock);
	interpreter_warm_up(!is_ordered());
	take_order(&task);
	if (chdir(task.directory) < 0)
		fail("enter the work directory");
	if (interpreter_is_asked_for(task.arguments))
	{
		signal(SIGCHLD, SIG_DFL);
		close(TROUBLE_FILENO);
		interpreter_run(task.arguments, task.variables);
	}
	reset_signals();
	execve(task.arguments[0], task.arguments, task.variables);
	fail(task.arguments[0]);
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

/* Nothing else that the keeper or the runner has may come along. */
static int
arrange_descriptors(int orders, int trouble)
{
	int lifted_orders = fcntl(orders, F_DUPFD, LIFTED);
	int lifted_trouble = fcntl(trouble, F_DUPFD, LIFTED);
	int null;

	if (lifted_trouble < 0 || lifted_orders < 0 ||
	    dup3(lifted_trouble, TROUBLE_FILENO, O_CLOEXEC) < 0)
		_exit(EXIT_FAILURE);
	if (dup3(lifted_orders, ORDERS_FILENO, O_CLOEXEC) < 0)
		return -1;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return -1;
	return close_range(ORDERS_FILENO + 1, ~0U, 0);
}

/* Where memory is short it goes before its keeper, and before the daemon. */
static void
offer_itself(void)
{
	if (prctl(PR_SET_DUMPABLE, 1) == 0)
		(void) sandbox_files_write("/proc/self/oom_score_adj", "500");
}

/* Whoever is waited for already has no time for rehearsals. */
static bool
is_ordered(void)
{
	struct pollfd orders = {.fd = ORDERS_FILENO, .events = POLLIN};

	return poll(&orders, 1, 0) > 0;
}

/* A sandbox that is not needed any more ends here. */
static void
take_order(Task *task)
{
	if (order_receive(ORDERS_FILENO, task, SCRIPT_FDS) == NULL)
		_exit(EXIT_FAILURE);
	close(ORDERS_FILENO);
	for (int i = 0; i < SCRIPT_FDS; i++)
	{
		if (dup2(task->fds[i], STDOUT_FILENO + i) < 0)
			fail("take its streams");
		close(task->fds[i]);
	}
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

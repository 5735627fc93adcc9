/*
 * child_become.c
 *		What a forked copy of the daemon does to become a child's program.
 *
 * It has one thread of a process that may have had several, so every call here
 * is one that a signal handler may make.
 */
#include "child_become.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* What it inherits beside its streams: exec closes it, so success is silent. */
#define REPORT_FILENO (STDERR_FILENO + 1)

/* Descriptors are moved up here before their places are given away. */
#define LIFTED 16

static void take_descriptors(const ChildEnds *ends);
static void reset_signals(void);
static _Noreturn void fail(void);

_Noreturn void
child_become(const ChildPlan *plan, const ChildEnds *ends, pid_t parent)
{
	static const struct rlimit none = {0, 0};

	take_descriptors(ends);
	/* The parent may have died before it was asked for. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		fail();
	if (setsid() < 0 || setrlimit(RLIMIT_CORE, &none) < 0 ||
	    chdir(plan->directory) < 0)
		fail();
	umask(077);
	reset_signals();
	execve(plan->arguments[0], plan->arguments, plan->environment);
	fail();
}

static void
take_descriptors(const ChildEnds *ends)
{
	int report = fcntl(ends->report, F_DUPFD_CLOEXEC, LIFTED);
	int output = fcntl(ends->output, F_DUPFD_CLOEXEC, LIFTED);
	int errors = fcntl(ends->errors, F_DUPFD_CLOEXEC, LIFTED);
	int null;

	if (report < 0 || dup3(report, REPORT_FILENO, O_CLOEXEC) < 0)
		_exit(EXIT_FAILURE);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(output, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0 ||
	    close_range(REPORT_FILENO + 1, ~0U, 0) < 0)
		fail();
}

/* exec keeps what is ignored, as SIGPIPE is here, and what is blocked. */
static void
reset_signals(void)
{
	struct sigaction fresh = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		sigaction(i, &fresh, NULL);
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void
fail(void)
{
	int problem = errno;

	if (write(REPORT_FILENO, &problem, sizeof(problem)) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

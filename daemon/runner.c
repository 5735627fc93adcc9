/*
 * runner.c
 *		mcp-runner as mcpd knows it: started first, asked for each child.
 */
#include "runner.h"

#include "loop.h"
#include "memory.h"
#include "runner_queue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Milliseconds that it may take to try all locks and start an interpreter. */
#define SET_UP_LIMIT 30000

#define PROGRAM_NAME "mcp-runner"

typedef struct Runner
{
	char program[PATH_MAX];
	pid_t pid; /* 0: it was never started */
	int socket;
	RunnerSetup setup;
	RunnerReady ready;
} Runner;

static Runner runner = {.socket = -1};

static Status find_program(const char *program, Error *error);
static Status start(Error *error);
static _Noreturn void become_runner(int socket);
static Status ask(Error *error);
static Status start_again(Error *error);
static void end(void);

Status
runner_open(const char *program, Error *error)
{
	Status status = find_program(program, error);

	return status == STATUS_OK ? start(error) : status;
}

Status
runner_set_up(RunnerLevel wanted, const char *python, Error *error)
{
	runner.setup.wanted = wanted;
	snprintf(runner.setup.python, sizeof(runner.setup.python), "%s", python);
	return ask(error);
}

const RunnerReady *
runner_ready(void)
{
	return &runner.ready;
}

Status
runner_send(const char *message, size_t length,
            const int descriptors[RUNNER_FDS], Error *error)
{
	if (length > RUNNER_MESSAGE_LIMIT)
		return error_set(error,
		                 STATUS_INVALID,
		                 "its arguments and environment have %zu bytes, more "
		                 "than the limit of %d",
		                 length,
		                 RUNNER_MESSAGE_LIMIT);
	if (runner_queue_send(runner.socket, message, length, descriptors))
		return STATUS_OK;
	if (start_again(error) != STATUS_OK)
		return error->status;
	if (runner_queue_send(runner.socket, message, length, descriptors))
		return STATUS_OK;
	return error_set(
		error, STATUS_UNAVAILABLE, PROGRAM_NAME " takes no requests");
}

void
runner_close(void)
{
	runner_queue_clear();
	end();
}

/* Beside our own program, wherever that is. */
static Status
find_program(const char *program, Error *error)
{
	ssize_t length;
	char *slash;

	if (program)
	{
		snprintf(runner.program, sizeof(runner.program), "%s", program);
		return STATUS_OK;
	}
	length = readlink("/proc/self/exe",
	                  runner.program,
	                  sizeof(runner.program) - sizeof(PROGRAM_NAME));
	runner.program[length > 0 ? length : 0] = '\0';
	slash = strrchr(runner.program, '/');
	if (slash == NULL)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not find out where " PROGRAM_NAME " is: %s",
		                 strerror(errno));
	memcpy(slash + 1, PROGRAM_NAME, sizeof(PROGRAM_NAME));
	return STATUS_OK;
}

static Status
start(Error *error)
{
	int ends[2];

	if (access(runner.program, X_OK) < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not find \"%s\": %s",
		                 runner.program,
		                 strerror(errno));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make a socket: %s",
		                 strerror(errno));
	runner.pid = fork();
	if (runner.pid == 0)
		become_runner(ends[1]);
	close(ends[1]);
	runner.socket = ends[0];
	if (runner.pid < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not start " PROGRAM_NAME ": %s",
		                 strerror(errno));
	return STATUS_OK;
}

/*
 * With calls that a signal handler may make, for we may have threads.  Its
 * stdout is ours, so that it has somewhere to complain; a terminal's signals
 * are for mcpd, which lets it end in its own time.
 */
static _Noreturn void
become_runner(int socket)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	static char language[] = "LANG=C.UTF-8";
	static char home[] = "HOME=/";
	static char name[] = PROGRAM_NAME;
	static char *const environment[] = {path, language, home, NULL};
	static char *const arguments[] = {name, NULL};
	sigset_t none;

	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	if (dup2(socket, RUNNER_SOCKET) < 0 ||
	    fcntl(RUNNER_SOCKET, F_SETFD, 0) < 0 ||
	    close_range(RUNNER_SOCKET + 1, ~0U, 0) < 0)
		_exit(EXIT_FAILURE);
	execve(runner.program, arguments, environment);
	_exit(EXIT_FAILURE);
}

static Status
ask(Error *error)
{
	struct pollfd patience = {.fd = runner.socket, .events = POLLIN};

	memset(&runner.ready, 0, sizeof(runner.ready));
	if (send(runner.socket, &runner.setup, sizeof(runner.setup), MSG_NOSIGNAL) <
	        0 ||
	    poll(&patience, 1, SET_UP_LIMIT) <= 0 ||
	    recv(
			runner.socket, &runner.ready, sizeof(runner.ready), MSG_DONTWAIT) !=
	        sizeof(runner.ready))
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "\"%s\" did not come to be ready",
		                 runner.program);
	if (fcntl(runner.socket, F_SETFL, O_NONBLOCK) < 0)
		return error_set(error,
		                 STATUS_INTERNAL,
		                 "could not prepare a socket: %s",
		                 strerror(errno));
	return STATUS_OK;
}

/* What waited for the old one went with it: each child hears its end. */
static Status
start_again(Error *error)
{
	Status status;

	runner_close();
	status = start(error);
	return status == STATUS_OK ? ask(error) : status;
}

static void
end(void)
{
	if (runner.socket >= 0)
		close(runner.socket);
	runner.socket = -1;
	if (runner.pid > 0)
	{
		while (waitpid(runner.pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	runner.pid = 0;
}

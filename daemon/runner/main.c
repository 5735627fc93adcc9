/*
 * main.c
 *		mcp-runner: starts tasks for mcpd, each shut in, and knows no secret.
 *
 * It hears requests on one socket and forks for each of them; all that follows
 * is between mcpd and the process that was forked.  It ends when mcpd does.
 */
#include "interpreter.h"
#include "keeper.h"
#include "probe.h"
#include "sandbox_namespaces.h"
#include "sandbox_seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Users that nobody else has, one for each of the last so many tasks. */
#define SLOT_FIRST 1879048192U
#define SLOT_COUNT 4096U

typedef struct Runner
{
	RunnerReady ready;
	CageKind cage;
	unsigned int tasks; /* so far */
} Runner;

static int check(const char *name);
static void set_up(Runner *runner);
static void serve(Runner *runner);
static ssize_t receive(void *message, size_t size, int descriptors[RUNNER_FDS]);
static void start(Runner *runner, Task *task);
static void choose_user(Runner *runner, Allowances *allowances);

int
main(int argc, char **argv)
{
	Runner runner = {.cage = CAGE_NONE};

	if (argc > 1 && strcmp(argv[1], "--check") == 0)
		return check(argc > 2 ? argv[2] : "standard");
	prctl(PR_SET_DUMPABLE, 0);
	set_up(&runner);
	serve(&runner);
	return EXIT_SUCCESS;
}

/* For people and scripts: the level to be had, and what is in the way. */
static int
check(const char *name)
{
	static const char *const names[] = {
		[RUNNER_NONE] = "none",
		[RUNNER_BASIC] = "basic",
		[RUNNER_STANDARD] = "standard",
	};
	RunnerReady ready = {.level = RUNNER_NONE};
	CageKind cage;

	for (unsigned int level = RUNNER_BASIC; level <= RUNNER_STANDARD; level++)
	{
		if (strcmp(name, names[level]) == 0 &&
		    sandbox_seccomp_prepare() == NULL)
			probe_level((RunnerLevel) level, &ready, &cage);
	}
	puts(names[ready.level]);
	if (ready.missing[0])
		fprintf(stderr, "%s\n", ready.missing);
	return ready.level == RUNNER_NONE ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void
set_up(Runner *runner)
{
	RunnerSetup setup;
	const char *trouble = sandbox_seccomp_prepare();

	if (recv(RUNNER_SOCKET, &setup, sizeof(setup), 0) != sizeof(setup))
		exit(EXIT_FAILURE);
	setup.python[sizeof(setup.python) - 1] = '\0';
	if (trouble)
		snprintf(runner->ready.missing,
		         sizeof(runner->ready.missing),
		         "%s",
		         trouble);
	else
		probe_level((RunnerLevel) setup.wanted, &runner->ready, &runner->cage);
	if (runner->ready.level != RUNNER_NONE)
		runner->ready.is_prepared = interpreter_prepare(setup.python);
	/* Nobody asks how a keeper ended: what it had to say it said. */
	signal(SIGCHLD, SIG_IGN);
	if (send(RUNNER_SOCKET,
	         &runner->ready,
	         sizeof(runner->ready),
	         MSG_NOSIGNAL) < 0)
		exit(EXIT_FAILURE);
}

static void
serve(Runner *runner)
{
	static char message[RUNNER_MESSAGE_LIMIT];
	static Task task;
	ssize_t length;

	while ((length = receive(message, sizeof(message), task.fds)) > 0)
	{
		if (task_read(&task, message, (size_t) length))
			start(runner, &task);
		else
			keeper_report_failure(
				task.fds[RUNNER_FD_CONTROL], EBADMSG, "read the request");
		for (int i = 0; i < RUNNER_FDS; i++)
			close(task.fds[i]);
		/* The next task is a fork of this, and must not find it. */
		explicit_bzero(message, (size_t) length);
	}
}

static ssize_t
receive(void *message, size_t size, int descriptors[RUNNER_FDS])
{
	union
	{
		struct cmsghdr header; /* for its alignment */
		char room[CMSG_SPACE(sizeof(int) * RUNNER_FDS)];
	} control;
	struct iovec part = {.iov_base = message, .iov_len = size};
	struct msghdr got = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	ssize_t length;

	do
		length = recvmsg(RUNNER_SOCKET, &got, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	header = CMSG_FIRSTHDR(&got);
	if (length <= 0 || header == NULL ||
	    header->cmsg_len != CMSG_LEN(sizeof(int) * RUNNER_FDS))
		return -1;
	memcpy(descriptors, CMSG_DATA(header), sizeof(int) * RUNNER_FDS);
	return length;
}

static void
start(Runner *runner, Task *task)
{
	Allowances *allowances = &task->allowances;
	int control = task->fds[RUNNER_FD_CONTROL];
	int gate;
	pid_t pid;

	choose_user(runner, allowances);
	if (runner->ready.level == RUNNER_NONE)
	{
		keeper_report_failure(control, EPERM, runner->ready.missing);
		return;
	}
	/* It is the installer's, who is somebody else where we are root. */
	if (geteuid() == 0 && allowances->writable[0] &&
	    chown(allowances->writable, allowances->user, allowances->group) < 0)
	{
		keeper_report_failure(control, errno, allowances->writable);
		return;
	}
	interpreter_learn(task->arguments);
	interpreter_before_fork();
	pid = sandbox_namespaces_fork(allowances, &gate);
	if (pid == 0)
		keeper_run(task, gate);
	interpreter_after_fork();
	if (pid < 0)
		keeper_report_failure(control, errno, "make namespaces");
}

static void
choose_user(Runner *runner, Allowances *allowances)
{
	allowances->cage = runner->cage;
	allowances->user = geteuid();
	allowances->group = getegid();
	if (geteuid() != 0 || runner->cage == CAGE_NONE)
		return;
	/* Who makes environments is always the same: he finds what is his. */
	if (allowances->writable[0])
		allowances->user = SLOT_FIRST + SLOT_COUNT;
	else
		allowances->user = SLOT_FIRST + runner->tasks++ % SLOT_COUNT;
	allowances->group = (gid_t) allowances->user;
}

/*
 * main.c
 *		mcp-runner: starts tasks for mcpd, each shut in, and knows no secret.
 *
 * It hears requests on one socket and forks for each of them; all that follows
 * is between mcpd and the process that was forked.  It ends when mcpd does.
 */
#include "interpreter.h"
#include "keeper.h"
#include "order.h"
#include "probe.h"
#include "sandbox_cgroup.h"
#include "sandbox_namespaces.h"
#include "sandbox_seccomp.h"
#include "spare.h"
#include "takeover.h"

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
static void start(Runner *runner, Task *task, const Order *request);
static bool hand_over(int orders, const Order *order);
static void choose_place(Task *task, char *room);
static int make_sandbox(Runner *runner, const Allowances *wanted);
static void choose_user(Runner *runner, Allowances *allowances);
static _Noreturn void
become_keeper(const Allowances *allowances, int gate, int orders);
static void make_spares(Runner *runner);

int
runner_main(int argc, char **argv)
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
		[RUNNER_STRICT] = "strict",
	};
	RunnerReady ready = {.level = RUNNER_NONE};
	CageKind cage;

	for (unsigned int level = RUNNER_BASIC; level <= RUNNER_STRICT; level++)
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
		const Order request = {
			.message = message,
			.length = (size_t) length,
			.fds = task.fds,
			.fd_count = RUNNER_FDS,
		};

		if (task_read(&task, message, request.length))
			start(runner, &task, &request);
		else
			keeper_report_failure(
				task.fds[RUNNER_FD_CONTROL], EBADMSG, "read the request");
		for (int i = 0; i < RUNNER_FDS; i++)
			close(task.fds[i]);
		/* The next task is a fork of this, and must not find it. */
		explicit_bzero(message, (size_t) length);
		make_spares(runner);
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
start(Runner *runner, Task *task, const Order *request)
{
	int control = task->fds[RUNNER_FD_CONTROL];
	Order order = *request;
	char place[PATH_MAX];

	if (runner->ready.level == RUNNER_NONE)
	{
		keeper_report_failure(control, EPERM, runner->ready.missing);
		return;
	}
	task->allowances.cage = runner->cage;
	choose_place(task, place);
	if (runner->cage != CAGE_NONE &&
	    sandbox_files_take(&order.files, task->directory) < 0)
	{
		keeper_report_failure(control, errno, "open the task's files");
		sandbox_files_close(&order.files);
		return;
	}
	/* A spare one may be lost, to who needed its memory. */
	if (!hand_over(spare_take(&task->allowances), &order))
	{
		interpreter_learn(task->arguments);
		if (!hand_over(make_sandbox(runner, &task->allowances), &order))
			keeper_report_failure(control, errno, "make a sandbox");
	}
	sandbox_files_close(&order.files);
}

/* To the keeper at the other end; returns whether there is one.  Keeps errno. */
static bool
hand_over(int orders, const Order *order)
{
	bool is_sent = orders >= 0 && order_send(orders, order) == 0;
	int problem = errno;

	if (orders >= 0)
		close(orders);
	errno = problem;
	return is_sent;
}

/*
 * In a cage nobody else's directory can be seen, so what is above a task's own
 * may be its own as well, and is the same for all tasks.
 */
static void
choose_place(Task *task, char *room)
{
	const char *slash = strrchr(task->directory, '/');
	size_t length = slash ? (size_t) (slash - task->directory) : 0;

	task->allowances.place = task->directory;
	if (task->allowances.cage == CAGE_NONE || length == 0 || length >= PATH_MAX)
		return;
	memcpy(room, task->directory, length);
	room[length] = '\0';
	task->allowances.place = room;
}

/* Returns the socket where its keeper waits for an order, or -1 with errno. */
static int
make_sandbox(Runner *runner, const Allowances *wanted)
{
	Allowances allowances = *wanted;
	int problem;
	int ends[2];
	int gate;
	pid_t pid;

	choose_user(runner, &allowances);
	allowances.cgroup = -1;
	/* It is the installer's, who is somebody else where we are root. */
	if (geteuid() == 0 && allowances.writable[0] &&
	    chown(allowances.writable, allowances.user, allowances.group) < 0)
		return -1;
	if (runner->ready.level == RUNNER_STRICT &&
	    (allowances.cgroup = sandbox_cgroup_make(&allowances)) < 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	interpreter_before_fork();
	pid = sandbox_namespaces_fork(&allowances, &gate);
	if (pid == 0)
		become_keeper(&allowances, gate, ends[1]);
	problem = errno;
	interpreter_after_fork();
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	close(ends[0]);
	errno = problem;
	return -1;
}

static void
choose_user(Runner *runner, Allowances *allowances)
{
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

/* With nothing of ours: neither requests nor what other sandboxes wait for. */
static _Noreturn void
become_keeper(const Allowances *allowances, int gate, int orders)
{
	enum
	{
		GATE = RUNNER_SOCKET,
		ORDERS,
		ABOVE
	};
	int lifted = fcntl(orders, F_DUPFD_CLOEXEC, ABOVE);

	if (lifted < 0 || dup3(gate, GATE, O_CLOEXEC) < 0 ||
	    dup3(lifted, ORDERS, O_CLOEXEC) < 0 || close_range(ABOVE, ~0U, 0) < 0)
		_exit(EXIT_FAILURE);
	keeper_run(allowances, GATE, ORDERS);
}

/* While nobody waits. */
static void
make_spares(Runner *runner)
{
	struct pollfd requests = {.fd = RUNNER_SOCKET, .events = POLLIN};
	const Allowances *wanted;
	int orders;

	while (poll(&requests, 1, 0) == 0 && (wanted = spare_find_wanted()) != NULL)
	{
		orders = make_sandbox(runner, wanted);
		if (orders < 0)
			return;
		spare_keep(orders);
	}
}

/*
 * keeper.c
 *		The first process of a task's world, which sees it through.
 *
 * The end of the script is what wait() says, never the end of a stream.  When
 * mcpd is gone the other end of control is, and the task goes with it.
 */
#include "keeper.h"

#include "answer.h"
#include "order.h"
#include "processes.h"
#include "sandbox_cgroup.h"
#include "sandbox_files.h"
#include "sandbox_limits.h"
#include "sandbox_namespaces.h"
#include "sandbox_proxy.h"
#include "sandbox_root.h"
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Milliseconds between two looks at the memory; the first comes sooner. */
#define FIRST_LOOK 20
#define NEXT_LOOK 50

typedef struct Keeper
{
	const Allowances *allowances;
	Task task; /* once it is ordered */
	Processes processes;
	int orders;    /* where it comes from */
	int control;   /* the task's */
	int deaths;    /* signalfd */
	int events;    /* what its cgroup counts; -1: none */
	int trouble;   /* where the script says that it cannot start */
	int work;      /* the directory, inside */
	int listener;  /* of its proxy, for mcpd; -1: there is none */
	int to_script; /* where it waits for its order; -1: there is none */
	pid_t script;
	bool is_over;
	int status; /* of the script, as wait() says it */
	bool is_too_large;
} Keeper;

static const char *prepare(Keeper *keeper, int gate);
static const char *start_script(Keeper *keeper);
static void take_order(Keeper *keeper, const char *trouble);
static const char *pass_order_on(Keeper *keeper, Order *order);
static void see_through(Keeper *keeper);
static void take_commands(Keeper *keeper);
static void reap(Keeper *keeper);
static void look_at_memory(Keeper *keeper);
static void end_all(const Keeper *keeper);
static void report(const Keeper *keeper);

_Noreturn void
keeper_run(const Allowances *allowances, int gate, int orders)
{
	/* A task has many texts: too much for a stack. */
	static Keeper keeper;
	const char *trouble;

	keeper.allowances = allowances;
	keeper.orders = orders;
	keeper.to_script = -1;
	keeper.listener = -1;
	keeper.events = -1;
	keeper.processes.proc = -1;
	keeper.processes.is_caged = allowances->cage != CAGE_NONE;
	trouble = prepare(&keeper, gate);
	if (trouble == NULL)
		trouble = start_script(&keeper);
	take_order(&keeper, trouble);
	see_through(&keeper);
	end_all(&keeper);
	report(&keeper);
	_exit(EXIT_SUCCESS);
}

void
keeper_report_failure(int control, int problem, const char *what)
{
	RunnerReport said = {.end = RUNNER_NOT_STARTED, .code = problem};

	snprintf(said.text, sizeof(said.text), "%s", what);
	send(control, &said, sizeof(said), MSG_NOSIGNAL);
}

static const char *
prepare(Keeper *keeper, int gate)
{
	const Allowances *allowances = keeper->allowances;
	sigset_t all;
	sigset_t deaths;

	signal(SIGCHLD, SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	if (sandbox_namespaces_wait(allowances, gate) < 0)
		return "map ids into a user namespace, or enter a cgroup";
	if (allowances->cgroup >= 0)
		keeper->events = sandbox_cgroup_open_events(allowances->cgroup);
	if (keeper->processes.is_caged && allowances->is_proxied &&
	    (keeper->listener = sandbox_proxy_listen()) < 0)
		return "listen in its network";
	if (keeper->processes.is_caged)
	{
		const char *trouble = sandbox_root_enter(allowances);

		if (trouble)
			return trouble;
	}
	else if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return "become the parent of orphans";
	keeper->processes.proc = open("/proc", O_DIRECTORY | O_CLOEXEC);
	sigemptyset(&deaths);
	sigaddset(&deaths, SIGCHLD);
	keeper->deaths = signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
	return keeper->deaths < 0 ? "watch for deaths" : NULL;
}

/* From then on the keeper itself has no more rights than the script. */
static const char *
start_script(Keeper *keeper)
{
	int ends[2];
	int orders[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, orders) < 0)
		return "make a pipe";
	keeper->script = fork();
	if (keeper->script < 0)
		return "start a process";
	if (keeper->script == 0)
		script_become(keeper->allowances, orders[1], ends[1]);
	close(ends[1]);
	close(orders[1]);
	keeper->trouble = ends[0];
	keeper->to_script = orders[0];
	/* What lies in here is out of reach for who has our ids. */
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || sandbox_limits_drop_privileges() < 0)
		return "drop privileges";
	return NULL;
}

/* Whoever has had trouble says so to the one who wants something of it. */
static void
take_order(Keeper *keeper, const char *trouble)
{
	int problem = errno;
	Order *order = order_receive(keeper->orders, &keeper->task, RUNNER_FDS);

	if (order == NULL)
	{
		end_all(keeper);
		_exit(EXIT_FAILURE);
	}
	close(keeper->orders);
	keeper->control = keeper->task.fds[RUNNER_FD_CONTROL];
	if (trouble == NULL)
	{
		trouble = pass_order_on(keeper, order);
		problem = errno;
	}
	if (trouble == NULL)
		return;
	end_all(keeper);
	keeper_report_failure(keeper->control, problem, trouble);
	_exit(EXIT_FAILURE);
}

/* A script that is gone already has said why, and is found out about later. */
static const char *
pass_order_on(Keeper *keeper, Order *order)
{
	const Task *task = &keeper->task;
	const Order onward = {
		.message = order->message,
		.length = order->length,
		.fds = &task->fds[RUNNER_FD_OUTPUT],
		.fd_count = SCRIPT_FDS,
	};

	if (keeper->listener >= 0 &&
	    sandbox_proxy_hand_over(keeper->listener, keeper->control) < 0)
		return "hand its listener over";
	if (keeper->processes.is_caged &&
	    sandbox_files_make_path(task->directory) < 0)
		return "make the work directory";
	if (keeper->processes.is_caged &&
	    sandbox_files_put(&order->files, task->directory) < 0)
		return "copy the task's files";
	if (keeper->processes.is_caged &&
	    sandbox_files_unpack(task->fds[RUNNER_FD_FILES], task->directory) < 0)
		return "make the task's files";
	close(task->fds[RUNNER_FD_FILES]);
	keeper->work = open(task->directory, O_DIRECTORY | O_CLOEXEC);
	if (keeper->work < 0)
		return "enter the work directory";
	(void) order_send(keeper->to_script, &onward);
	close(keeper->to_script);
	for (int i = RUNNER_FD_OUTPUT; i <= RUNNER_FD_ERRORS; i++)
		close(task->fds[i]);
	return NULL;
}

static void
see_through(Keeper *keeper)
{
	int patience = FIRST_LOOK;

	while (!keeper->is_over)
	{
		struct pollfd polls[] = {
			{.fd = keeper->control, .events = POLLIN},
			{.fd = keeper->deaths, .events = POLLIN},
		};
		int ready = poll(polls, 2, patience);

		if (ready > 0 && polls[0].revents)
			take_commands(keeper);
		if (ready > 0 && polls[1].revents)
			reap(keeper);
		if (ready == 0)
		{
			look_at_memory(keeper);
			patience = NEXT_LOOK;
		}
	}
}

static void
take_commands(Keeper *keeper)
{
	char command;
	ssize_t got = recv(keeper->control, &command, 1, MSG_DONTWAIT);

	if (got == 1 && command == RUNNER_TERM)
		processes_signal(&keeper->processes, SIGTERM);
	else if (got == 1 && command == RUNNER_KILL)
		processes_signal(&keeper->processes, SIGKILL);
	else if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
	{
		/* Nobody is left to tell. */
		end_all(keeper);
		_exit(EXIT_FAILURE);
	}
}

static void
reap(Keeper *keeper)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(keeper->deaths, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
	{
		if (pid != keeper->script)
			continue;
		keeper->is_over = true;
		keeper->status = status;
	}
}

/* Limits count a process; a task may have many. */
static void
look_at_memory(Keeper *keeper)
{
	if (processes_memory(&keeper->processes) <= keeper->allowances->memory)
		return;
	keeper->is_too_large = true;
	processes_signal(&keeper->processes, SIGKILL);
}

/* Again and again: whoever was just being born hears the next one. */
static void
end_all(const Keeper *keeper)
{
	for (;;)
	{
		processes_signal(&keeper->processes, SIGKILL);
		if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD)
			return;
	}
}

static void
report(const Keeper *keeper)
{
	RunnerReport said = {.end = RUNNER_EXITED};
	ScriptTrouble trouble;

	if (read(keeper->trouble, &trouble, sizeof(trouble)) == sizeof(trouble))
	{
		keeper_report_failure(keeper->control, trouble.problem, trouble.what);
		return;
	}
	said.code = WEXITSTATUS(keeper->status);
	if (WIFSIGNALED(keeper->status))
	{
		said.end =
			keeper->is_too_large || sandbox_cgroup_has_killed(keeper->events)
				? RUNNER_MEMORY
				: RUNNER_SIGNALLED;
		said.code = WTERMSIG(keeper->status);
	}
	else if (keeper->task.answer_name[0])
		answer_take(&keeper->task, keeper->work, &said);
	send(keeper->control, &said, sizeof(said), MSG_NOSIGNAL);
}

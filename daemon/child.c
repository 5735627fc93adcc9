/*
 * child.c
 *		A program that runs for us, and is sure to end.
 *
 * Its end is what its pidfd says, never the end of its streams: those may be
 * held by somebody it left behind.  The group is killed while the dead leader
 * is not reaped yet, for only until then its number cannot be another's.
 */
#include "child.h"

#include "child_become.h"
#include "loop.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

typedef enum ChildState
{
	CHILD_RUNNING,     /* the timer, if set, is the time limit's */
	CHILD_TERMINATING, /* TERM was sent; the timer is the grace time's */
	CHILD_KILLED,      /* KILL was sent; there is nothing left but to wait */
	CHILD_OVER /* it is reaped: its number is no longer ours to signal */
} ChildState;

typedef struct Stream
{
	Capture capture;
	LoopWatch *watch; /* NULL once it has ended */
	int fd;
} Stream;

struct Child
{
	ChildState state;
	ChildEnd stopped_by; /* CHILD_EXITED: nobody stopped it */
	pid_t pid;
	int pidfd;
	int report; /* says why the program could not be run */
	uint64_t grace;
	LoopWatch *exit_watch;
	LoopTimer *timer;
	Stream streams[2]; /* stdout, stderr */
	ChildCallback callback;
	void *context;
};

static Status open_pipes(Child *child, ChildEnds *ends, Error *error);
static Status open_pipe(int *reader, int *writer, Error *error);
static Status start_process(Child *child, const ChildPlan *plan,
                            const ChildEnds *ends, Error *error);
static Status watch(Child *child, Error *error);
static void destroy(Child *child);
static void close_end(int *fd);
static void reap_unwatched(Child *child);

static void stop(Child *child, ChildEnd reason);
static void move_on(Child *child, ChildState state);
static void send_group(const Child *child, int signal_number);
static void time_is_up(void *context);
static void stream_is_ready(void *context, int events);
static void end_stream(Stream *stream);
static void has_exited(void *context, int events);
static ChildReport make_report(const Child *child, const siginfo_t *info);

Status
child_start(const ChildPlan *plan, ChildCallback callback, void *context,
            Child **started, Error *error)
{
	Child *child = memory_alloc(sizeof(*child));
	ChildEnds ends = {-1, -1, -1};
	Status status;

	child->pidfd = -1;
	child->report = -1;
	child->grace = plan->grace;
	child->stopped_by = CHILD_EXITED;
	child->callback = callback;
	child->context = context;
	for (int i = 0; i < 2; i++)
	{
		capture_init(&child->streams[i].capture, plan->output_limit);
		child->streams[i].fd = -1;
	}
	status = open_pipes(child, &ends, error);
	if (status == STATUS_OK)
		status = start_process(child, plan, &ends, error);
	close_end(&ends.output);
	close_end(&ends.errors);
	close_end(&ends.report);
	if (status != STATUS_OK)
	{
		destroy(child);
		return status;
	}
	if (plan->time_limit > 0)
		loop_timer_set(child->timer, plan->time_limit);
	*started = child;
	return STATUS_OK;
}

void
child_cancel(Child *child)
{
	stop(child, CHILD_CANCELLED);
}

static Status
open_pipes(Child *child, ChildEnds *ends, Error *error)
{
	Status status = open_pipe(&child->streams[0].fd, &ends->output, error);

	if (status == STATUS_OK)
		status = open_pipe(&child->streams[1].fd, &ends->errors, error);
	if (status == STATUS_OK)
		status = open_pipe(&child->report, &ends->report, error);
	return status;
}

/* Our end does not block; the other is a program's, which expects that. */
static Status
open_pipe(int *reader, int *writer, Error *error)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make a pipe: %s",
		                 strerror(errno));
	*reader = ends[0];
	*writer = ends[1];
	if (fcntl(*reader, F_SETFL, O_NONBLOCK) < 0)
		return error_set(error,
		                 STATUS_INTERNAL,
		                 "could not prepare a pipe: %s",
		                 strerror(errno));
	return STATUS_OK;
}

/*
 * All signals are blocked over the fork: the loop's handlers write to a pipe
 * of the loop, and must not do so from the new process.
 */
static Status
start_process(Child *child, const ChildPlan *plan, const ChildEnds *ends,
              Error *error)
{
	pid_t parent = getpid();
	sigset_t all;
	sigset_t before;
	int problem;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	child->pid = fork();
	problem = errno;
	if (child->pid == 0)
		child_become(plan, ends, parent);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (child->pid < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not start a process: %s",
		                 strerror(problem));
	child->pidfd = pidfd_open(child->pid, 0);
	if (child->pidfd < 0)
		error_set(error,
		          STATUS_UNAVAILABLE,
		          "could not watch a process: %s",
		          strerror(errno));
	else if (watch(child, error) == STATUS_OK)
		return STATUS_OK;
	reap_unwatched(child);
	return error->status;
}

static Status
watch(Child *child, Error *error)
{
	Status status = loop_watch_create(
		child->pidfd, has_exited, child, &child->exit_watch, error);

	child->timer = loop_timer_create(time_is_up, child);
	if (status == STATUS_OK)
		loop_watch_set(child->exit_watch, LOOP_READABLE);
	for (int i = 0; i < 2 && status == STATUS_OK; i++)
	{
		Stream *stream = &child->streams[i];

		status = loop_watch_create(
			stream->fd, stream_is_ready, stream, &stream->watch, error);
		if (status == STATUS_OK)
			loop_watch_set(stream->watch, LOOP_READABLE);
	}
	return status;
}

static void
destroy(Child *child)
{
	if (child->exit_watch)
		loop_watch_destroy(child->exit_watch);
	if (child->timer)
		loop_timer_destroy(child->timer);
	for (int i = 0; i < 2; i++)
	{
		end_stream(&child->streams[i]);
		capture_clear(&child->streams[i].capture);
	}
	close_end(&child->pidfd);
	close_end(&child->report);
	free(child);
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* It cannot be watched, so it must not live.  KILL makes the wait short. */
static void
reap_unwatched(Child *child)
{
	send_group(child, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void
stop(Child *child, ChildEnd reason)
{
	if (child->state != CHILD_RUNNING)
		return;
	child->stopped_by = reason;
	move_on(child, CHILD_TERMINATING);
}

/* The one place that moves child->state, and only onward. */
static void
move_on(Child *child, ChildState state)
{
	if (state <= child->state)
		return;
	child->state = state;
	switch (state)
	{
		case CHILD_RUNNING:
			break;
		case CHILD_TERMINATING:
			send_group(child, SIGTERM);
			loop_timer_set(child->timer, child->grace);
			break;
		case CHILD_KILLED:
			send_group(child, SIGKILL);
			break;
		case CHILD_OVER:
			loop_timer_clear(child->timer);
			break;
	}
}

/* The leader by itself as well: it may not have come to its setsid() yet. */
static void
send_group(const Child *child, int signal_number)
{
	if (kill(-child->pid, signal_number) < 0)
		kill(child->pid, signal_number);
}

static void
time_is_up(void *context)
{
	Child *child = context;

	if (child->state == CHILD_TERMINATING)
		move_on(child, CHILD_KILLED);
	stop(child, CHILD_TIMED_OUT);
}

static void
stream_is_ready(void *context, int events)
{
	Stream *stream = context;

	(void) events;
	if (capture_read(&stream->capture, stream->fd) == CAPTURE_ENDED)
		end_stream(stream);
}

static void
end_stream(Stream *stream)
{
	if (stream->watch)
		loop_watch_destroy(stream->watch);
	stream->watch = NULL;
	close_end(&stream->fd);
}

static void
has_exited(void *context, int events)
{
	Child *child = context;
	siginfo_t info = {0};
	ChildReport report;

	(void) events;
	kill(-child->pid, SIGKILL);
	if (waitid(P_PIDFD, (id_t) child->pidfd, &info, WEXITED | WNOHANG) < 0 ||
	    info.si_pid == 0)
		return;
	move_on(child, CHILD_OVER);
	for (int i = 0; i < 2; i++)
	{
		if (child->streams[i].fd >= 0)
			capture_read_rest(&child->streams[i].capture, child->streams[i].fd);
	}
	report = make_report(child, &info);
	child->callback(child->context, &report);
	destroy(child);
}

static ChildReport
make_report(const Child *child, const siginfo_t *info)
{
	ChildReport report = {
		.end = child->stopped_by,
		.code = info->si_status,
		.output = &child->streams[0].capture,
		.errors = &child->streams[1].capture,
	};
	int problem;

	if (read(child->report, &problem, sizeof(problem)) == sizeof(problem))
	{
		report.end = CHILD_NOT_STARTED;
		report.code = problem;
	}
	else if (child->stopped_by == CHILD_EXITED && info->si_code != CLD_EXITED)
		report.end = CHILD_SIGNALLED;
	return report;
}

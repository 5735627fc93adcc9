/*
 * child.c
 *		A program that runs for us, and is sure to end.
 *
 * What happens to it is its keeper's business, in mcp-runner; here are the
 * clock, the streams, and the control socket that the keeper holds the other
 * end of.  Its end is what is said there, never the end of its streams.
 */
#include "child.h"

#include "child_request.h"
#include "child_word.h"
#include "loop.h"
#include "memory.h"
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

typedef enum ChildState
{
	CHILD_RUNNING,     /* the timer, if set, is the time limit's */
	CHILD_TERMINATING, /* TERM was sent; the timer is the grace time's */
	CHILD_KILLED,      /* KILL was sent; there is nothing left but to wait */
	CHILD_OVER         /* the keeper has said its last word, or is gone */
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
	int control;
	int answer;
	uint64_t grace;
	LoopWatch *control_watch;
	LoopTimer *timer;
	Proxy *proxy;
	Stream streams[2]; /* stdout, stderr */
	ChildCallback callback;
	void *context;
};

static int count; /* of those that are not destroyed yet */

static Status check_level(Error *error);
static Status
open_ends(Child *child, const int *files, int ends[RUNNER_FDS], Error *error);
static Status open_pipe(int *reader, int *writer, Error *error);
static Status watch(Child *child, Error *error);
static void destroy(Child *child);
static void close_end(int *fd);

static void stop(Child *child, ChildEnd reason);
static void move_on(Child *child, ChildState state);
static void tell_keeper(const Child *child, char command);
static void time_is_up(void *context);
static void stream_is_ready(void *context, int events);
static void end_stream(Stream *stream);
static void keeper_spoke(void *context, int events);
static ChildReport make_report(const Child *child, const RunnerReport *said);

Status
child_start(const ChildPlan *plan, ChildCallback callback, void *context,
            Child **started, Error *error)
{
	Child *child = memory_alloc(sizeof(*child));
	int ends[RUNNER_FDS] = {-1, -1, -1, -1, -1};
	Status status = check_level(error);

	count++;
	child->control = -1;
	child->answer = -1;
	child->grace = plan->grace;
	child->stopped_by = CHILD_EXITED;
	child->proxy = plan->proxy;
	child->callback = callback;
	child->context = context;
	for (int i = 0; i < 2; i++)
	{
		capture_init(&child->streams[i].capture, plan->output_limit);
		child->streams[i].fd = -1;
	}
	child->timer = loop_timer_create(time_is_up, child);
	if (status == STATUS_OK)
		status = open_ends(child, plan->files, ends, error);
	if (status == STATUS_OK)
		status = watch(child, error);
	if (status == STATUS_OK)
		status = child_request_send(plan, ends, error);
	for (int i = 0; i < RUNNER_FD_ANSWER; i++)
		close_end(&ends[i]);
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

int
child_count(void)
{
	return count;
}

/* Nobody runs a stranger's script in the open because a lock is missing. */
static Status
check_level(Error *error)
{
	if (runner_ready()->level != RUNNER_NONE)
		return STATUS_OK;
	return error_set(error,
	                 STATUS_UNAVAILABLE,
	                 "there is no sandbox to run it in: %s",
	                 runner_ready()->missing);
}

static Status
open_ends(Child *child, const int *files, int ends[RUNNER_FDS], Error *error)
{
	int sockets[2];
	Status status;

	if (socketpair(AF_UNIX,
	               SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
	               0,
	               sockets) < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make a socket: %s",
		                 strerror(errno));
	child->control = sockets[0];
	ends[RUNNER_FD_CONTROL] = sockets[1];
	child->answer = memfd_create("answer", MFD_CLOEXEC);
	ends[RUNNER_FD_FILES] = files ? fcntl(*files, F_DUPFD_CLOEXEC, 0)
	                              : memfd_create("files", MFD_CLOEXEC);
	if (child->answer < 0 || ends[RUNNER_FD_FILES] < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make a file in memory: %s",
		                 strerror(errno));
	ends[RUNNER_FD_ANSWER] = child->answer;
	status = open_pipe(&child->streams[0].fd, &ends[RUNNER_FD_OUTPUT], error);
	if (status == STATUS_OK)
		status =
			open_pipe(&child->streams[1].fd, &ends[RUNNER_FD_ERRORS], error);
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

static Status
watch(Child *child, Error *error)
{
	Status status = loop_watch_create(
		child->control, keeper_spoke, child, &child->control_watch, error);

	if (status == STATUS_OK)
		loop_watch_set(child->control_watch, LOOP_READABLE);
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
	if (child->control_watch)
		loop_watch_destroy(child->control_watch);
	loop_timer_destroy(child->timer);
	for (int i = 0; i < 2; i++)
	{
		end_stream(&child->streams[i]);
		capture_clear(&child->streams[i].capture);
	}
	close_end(&child->control);
	close_end(&child->answer);
	free(child);
	count--;
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
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
			tell_keeper(child, RUNNER_TERM);
			loop_timer_set(child->timer, child->grace);
			break;
		case CHILD_KILLED:
			tell_keeper(child, RUNNER_KILL);
			break;
		case CHILD_OVER:
			loop_timer_clear(child->timer);
			break;
	}
}

/* A socket that is full or broken is one whose keeper ends anyway. */
static void
tell_keeper(const Child *child, char command)
{
	if (send(child->control, &command, 1, MSG_NOSIGNAL) < 0)
		return;
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
keeper_spoke(void *context, int events)
{
	Child *child = context;
	RunnerReport said = {.end = RUNNER_SIGNALLED, .code = SIGKILL};
	ChildReport report;
	ssize_t got = child_word_hear(child->control, child->proxy, &said);

	(void) events;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* Gone without a word: somebody killed it, and all with it. */
	if (got != sizeof(said))
		said = (RunnerReport){.end = RUNNER_SIGNALLED, .code = SIGKILL};
	said.text[sizeof(said.text) - 1] = '\0';
	move_on(child, CHILD_OVER);
	for (int i = 0; i < 2; i++)
	{
		if (child->streams[i].fd >= 0)
			capture_read_rest(&child->streams[i].capture, child->streams[i].fd);
	}
	report = make_report(child, &said);
	child->callback(child->context, &report);
	destroy(child);
}

static ChildReport
make_report(const Child *child, const RunnerReport *said)
{
	static const ChildEnd ends[] = {
		[RUNNER_EXITED] = CHILD_EXITED,
		[RUNNER_SIGNALLED] = CHILD_SIGNALLED,
		[RUNNER_MEMORY] = CHILD_TOO_LARGE,
		[RUNNER_NOT_STARTED] = CHILD_NOT_STARTED,
	};
	ChildReport report = {
		.end = ends[said->end],
		.code = said->code,
		.output = &child->streams[0].capture,
		.errors = &child->streams[1].capture,
		.answer = (RunnerAnswer) said->answer,
		.answer_file = child->answer,
		.complaint = said->text,
	};

	if (child->stopped_by != CHILD_EXITED && report.end != CHILD_NOT_STARTED)
		report.end = child->stopped_by;
	return report;
}

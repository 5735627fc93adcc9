/*
 * runner_queue.c
 *		Requests on their way to mcp-runner, when its socket is full.
 */
#include "runner_queue.h"

#include "loop.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Waiting
{
	STAILQ_ENTRY(Waiting) link;
	int descriptors[RUNNER_FDS];
	size_t length;
	char message[];
} Waiting;

static STAILQ_HEAD(WaitingQueue,
                   Waiting) queue = STAILQ_HEAD_INITIALIZER(queue);
static LoopWatch *watch; /* while anything waits */
static int watched;

static bool send_message(int socket, const char *message, size_t length,
                         const int descriptors[RUNNER_FDS]);
static bool keep(int socket, const char *message, size_t length,
                 const int descriptors[RUNNER_FDS]);
static void go_on(void *context, int events);
static void drop_first(void);

bool
runner_queue_send(int socket, const char *message, size_t length,
                  const int descriptors[RUNNER_FDS])
{
	if (STAILQ_EMPTY(&queue))
	{
		if (send_message(socket, message, length, descriptors))
			return true;
		if (errno != EAGAIN)
			return false;
	}
	return keep(socket, message, length, descriptors);
}

void
runner_queue_clear(void)
{
	while (!STAILQ_EMPTY(&queue))
		drop_first();
	if (watch)
		loop_watch_destroy(watch);
	watch = NULL;
}

static bool
send_message(int socket, const char *message, size_t length,
             const int descriptors[RUNNER_FDS])
{
	union
	{
		struct cmsghdr header; /* for its alignment */
		char room[CMSG_SPACE(sizeof(int) * RUNNER_FDS)];
	} control = {.room = {0}};
	struct iovec part = {.iov_len = length};
	struct msghdr sent = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&sent);

	/* sendmsg() writes nothing there, whatever its type says. */
	memcpy(&part.iov_base, &message, sizeof(message));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int) * RUNNER_FDS);
	memcpy(CMSG_DATA(header), descriptors, sizeof(int) * RUNNER_FDS);
	return sendmsg(socket, &sent, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

static bool
keep(int socket, const char *message, size_t length,
     const int descriptors[RUNNER_FDS])
{
	Waiting *waiting = memory_alloc(sizeof(*waiting) + length);
	Error error;

	waiting->length = length;
	memcpy(waiting->message, message, length);
	for (int i = 0; i < RUNNER_FDS; i++)
		waiting->descriptors[i] = fcntl(descriptors[i], F_DUPFD_CLOEXEC, 0);
	STAILQ_INSERT_TAIL(&queue, waiting, link);
	if (watch)
		return true;
	watched = socket;
	if (loop_watch_create(socket, go_on, NULL, &watch, &error) != STATUS_OK)
	{
		drop_first();
		return false;
	}
	loop_watch_set(watch, LOOP_WRITABLE);
	return true;
}

static void
go_on(void *context, int events)
{
	Waiting *first;

	(void) events;
	while ((first = STAILQ_FIRST(&queue)) != NULL)
	{
		/* Where it fails for good its child hears that nobody holds control. */
		if (!send_message(
				watched, first->message, first->length, first->descriptors) &&
		    errno == EAGAIN)
			return;
		drop_first();
	}
	loop_watch_destroy(watch);
	watch = NULL;
}

static void
drop_first(void)
{
	Waiting *first = STAILQ_FIRST(&queue);

	STAILQ_REMOVE_HEAD(&queue, link);
	for (int i = 0; i < RUNNER_FDS; i++)
		close(first->descriptors[i]);
	free(first);
}

/*
 * order.c
 *		A task on its way to the sandbox that was made for it.
 */
#include "order.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Its alignment is that of a header. */
typedef union Control
{
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int) * ORDER_MOST_FDS)];
} Control;

static bool take_descriptors(struct msghdr *got, Task *task, int first_fds);

static Order received;
static char message[RUNNER_MESSAGE_LIMIT];

int
order_send(int socket, const Order *order)
{
	int count = order->fd_count + order->files.count;
	Control control = {.room = {0}};
	struct iovec parts[2] = {
		{.iov_len = sizeof(order->files)},
		{.iov_len = order->length},
	};
	const void *files = &order->files;
	struct msghdr sent = {
		.msg_iov = parts,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t) count),
	};
	struct cmsghdr *header = &control.header;
	size_t size = sizeof(int) * (size_t) order->fd_count;

	/* sendmsg() writes nothing there, whatever its type says. */
	memcpy(&parts[0].iov_base, &files, sizeof(files));
	memcpy(&parts[1].iov_base, &order->message, sizeof(order->message));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t) count);
	memcpy(CMSG_DATA(header), order->fds, size);
	memcpy(CMSG_DATA(header) + size,
	       order->files.fds,
	       sizeof(int) * (size_t) order->files.count);
	return sendmsg(socket, &sent, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

Order *
order_receive(int socket, Task *task, int first_fds)
{
	Control control;
	struct iovec parts[2] = {
		{.iov_base = &received.files, .iov_len = sizeof(received.files)},
		{.iov_base = message, .iov_len = sizeof(message)},
	};
	struct msghdr got = {
		.msg_iov = parts,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length;

	do
		length = recvmsg(socket, &got, MSG_CMSG_CLOEXEC);
	while (length < 0 && errno == EINTR);
	if (length <= (ssize_t) sizeof(received.files) ||
	    !take_descriptors(&got, task, first_fds))
		return NULL;
	received.message = message;
	received.length = (size_t) length - sizeof(received.files);
	return task_read(task, message, received.length) ? &received : NULL;
}

static bool
take_descriptors(struct msghdr *got, Task *task, int first_fds)
{
	SandboxFiles *files = &received.files;
	struct cmsghdr *header = CMSG_FIRSTHDR(got);
	size_t size = sizeof(int) * (size_t) first_fds;

	if (header == NULL || files->count < 0 ||
	    files->count > SANDBOX_FILES_MOST ||
	    header->cmsg_len !=
	        CMSG_LEN(sizeof(int) * (size_t) (first_fds + files->count)))
		return false;
	memcpy(task->fds, CMSG_DATA(header), size);
	memcpy(files->fds,
	       CMSG_DATA(header) + size,
	       sizeof(int) * (size_t) files->count);
	return true;
}

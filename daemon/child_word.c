/*
 * child_word.c
 *		What a child's keeper says on the control socket.
 */
#include "child_word.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int find_brought(struct msghdr *message);

ssize_t
child_word_hear(int control, Proxy *proxy, RunnerReport *said)
{
	union
	{
		struct cmsghdr header; /* for its alignment */
		char room[CMSG_SPACE(sizeof(int))];
	} rights;
	struct iovec part = {.iov_base = said, .iov_len = sizeof(*said)};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &rights,
		.msg_controllen = sizeof(rights),
	};
	ssize_t got = recvmsg(control, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int listener = got < 0 ? -1 : find_brought(&message);

	if (listener < 0)
		return got;
	if (proxy)
		proxy_listen(proxy, listener);
	else
		close(listener);
	errno = EAGAIN;
	return -1;
}

static int
find_brought(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int brought = -1;

	if (header && header->cmsg_level == SOL_SOCKET &&
	    header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&brought, CMSG_DATA(header), sizeof(int));
	return brought;
}

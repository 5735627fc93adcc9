/*
 * sandbox_proxy.c
 *		The one socket that is listened on in the network of a task.
 *
 * A socket stays in the network that it was made in, whoever holds it: mcpd takes
 * connections from in there with it, and the task has nothing but its loopback.
 */
#include "sandbox_proxy.h"

#include "runner_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 32

int
sandbox_proxy_listen(void)
{
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	const struct sockaddr_in place = {
		.sin_family = AF_INET,
		.sin_port = htons(RUNNER_PROXY_PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int problem;

	if (fd < 0)
		return -1;
	if (ioctl(fd, SIOCSIFFLAGS, &loopback) == 0 &&
	    bind(fd, (const struct sockaddr *) &place, sizeof(place)) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	problem = errno;
	close(fd);
	errno = problem;
	return -1;
}

int
sandbox_proxy_hand_over(int listener, int control)
{
	union
	{
		struct cmsghdr header; /* for its alignment */
		char room[CMSG_SPACE(sizeof(int))];
	} rights = {.room = {0}};
	char word = RUNNER_LISTENS;
	struct iovec part = {.iov_base = &word, .iov_len = 1};
	const struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &rights,
		.msg_controllen = sizeof(rights),
	};
	struct cmsghdr *header = &rights.header;
	ssize_t sent;

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &listener, sizeof(int));
	sent = sendmsg(control, &message, MSG_NOSIGNAL);
	close(listener);
	return sent < 0 ? -1 : 0;
}

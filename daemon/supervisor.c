/*
 * supervisor.c
 *		Word to whoever started us: the protocol of sd_notify(3).
 */
#include "supervisor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
supervisor_tell(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = path ? strlen(path) : 0;
	socklen_t size =
		(socklen_t) (offsetof(struct sockaddr_un, sun_path) + length);
	int fd;

	if (length == 0 || length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = '\0'; /* a name that is in no file system */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	/* It may not listen any more: that is its affair. */
	(void) sendto(fd,
	              state,
	              strlen(state),
	              MSG_NOSIGNAL,
	              (const struct sockaddr *) &address,
	              size);
	close(fd);
}

/*
 * http_listen.c
 *		The socket that HTTP comes in by.
 *
 * The name is looked up before the loop starts, where waiting is allowed.
 */
#include "http_listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 1024

static int open_address(const struct addrinfo *address, bool is_shared);
static int port_of(int fd);

Status
http_listen_open(const Config *config, int *fd, int *bound_port, Error *error)
{
	const char *host = config->api_host;
	int port = config->api_port;
	bool is_shared = config->api_shares_port != 0;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
	                         .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *addresses;
	char service[16];
	int problem;
	int cause = 0;

	snprintf(service, sizeof(service), "%d", port);
	problem = getaddrinfo(host, service, &hints, &addresses);
	if (problem != 0)
		return error_set(error,
		                 STATUS_INVALID,
		                 "cannot find the address of \"%s\": %s",
		                 host,
		                 gai_strerror(problem));
	*fd = -1;
	for (struct addrinfo *address = addresses; address && *fd < 0;
	     address = address->ai_next)
	{
		*fd = open_address(address, is_shared);
		cause = errno;
	}
	freeaddrinfo(addresses);
	if (*fd < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "cannot listen on %s port %d: %s",
		                 host,
		                 port,
		                 strerror(cause));
	*bound_port = port_of(*fd);
	return STATUS_OK;
}

/* Returns -1, with errno set, where the address cannot be had. */
static int
open_address(const struct addrinfo *address, bool is_shared)
{
	const int yes = 1;
	int fd = socket(address->ai_family,
	                address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
	                address->ai_protocol);
	int cause;

	if (fd < 0)
		return -1;
	/* A daemon that starts again must not wait for its old connections. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	/* Several daemons of one user may share a port: the kernel deals out. */
	if (is_shared)
		setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
	if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	cause = errno;
	close(fd);
	errno = cause;
	return -1;
}

static int
port_of(int fd)
{
	union
	{
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} address = {0};
	socklen_t length = sizeof(address);

	if (getsockname(fd, &address.any, &length) != 0)
		return 0;
	return ntohs(address.any.sa_family == AF_INET6 ? address.ipv6.sin6_port
	                                               : address.ipv4.sin_port);
}

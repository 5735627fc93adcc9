/*
 * proxy_head.h
 *		What a client asks of a proxy, as far as the proxy must understand it.
 */
#ifndef MCPD_PROXY_HEAD_H
#define MCPD_PROXY_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/* A head that is longer is refused. */
#define PROXY_HEAD_LIMIT 16384

#define PROXY_HOST_SIZE 256

typedef enum ProxyHeadState
{
	PROXY_HEAD_INCOMPLETE,
	PROXY_HEAD_BAD,
	PROXY_HEAD_WHOLE
} ProxyHeadState;

typedef struct ProxyHead
{
	bool is_connect;            /* bytes follow, whatever they are */
	char host[PROXY_HOST_SIZE]; /* without brackets */
	int port;
	size_t length; /* of the head, its empty line included */
} ProxyHead;

/* "CONNECT host:port" or "GET http://host:port/path", and fields. */
extern ProxyHeadState
proxy_head_read(const char *bytes, size_t length, ProxyHead *head);

/*
 * The head for the server itself, of a request that is no CONNECT: a path
 * instead of the URL, the host that was checked, and one request only.  Returns
 * its length, or 0 where it does not fit.
 */
extern size_t proxy_head_rewrite(const char *bytes, const ProxyHead *head,
                                 char *room, size_t size);

#endif

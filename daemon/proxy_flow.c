/*
 * proxy_flow.c
 *		Bytes on their way from one socket to another, a buffer at a time.
 *
 * Nothing is read while anything waits to be written, so who reads slowly is
 * written to slowly, and a connection costs two buffers whatever goes through.
 */
#include "proxy_flow.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

bool
proxy_flow_read(ProxyFlow *flow, int from, uint64_t *count)
{
	ssize_t got;

	if (flow->has_ended || flow->end == PROXY_FLOW_ROOM)
		return true;
	got = recv(from,
	           flow->bytes + flow->end,
	           PROXY_FLOW_ROOM - flow->end,
	           MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	flow->has_ended = got == 0;
	flow->end += (size_t) got;
	*count += (uint64_t) got;
	return true;
}

bool
proxy_flow_write(ProxyFlow *flow, int to)
{
	while (!proxy_flow_is_empty(flow))
	{
		ssize_t sent = send(to,
		                    flow->bytes + flow->start,
		                    flow->end - flow->start,
		                    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		flow->start += (size_t) sent;
	}
	flow->start = flow->end = 0;
	if (flow->has_ended && !flow->is_shut)
	{
		flow->is_shut = true;
		/* Who is gone already need not be told. */
		(void) shutdown(to, SHUT_WR);
	}
	return true;
}

bool
proxy_flow_is_empty(const ProxyFlow *flow)
{
	return flow->start == flow->end;
}

bool
proxy_flow_fill(ProxyFlow *flow, const char *bytes, size_t length)
{
	if (length > PROXY_FLOW_ROOM)
		return false;
	memmove(flow->bytes, bytes, length);
	flow->start = 0;
	flow->end = length;
	return true;
}

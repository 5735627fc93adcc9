/*
 * proxy_flow.h
 *		Bytes on their way from one socket to another, a buffer at a time.
 */
#ifndef MCPD_PROXY_FLOW_H
#define MCPD_PROXY_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a head, and as much again where it is written anew. */
#define PROXY_FLOW_ROOM 32768

typedef struct ProxyFlow
{
	size_t start; /* of what is not written yet */
	size_t end;
	bool has_ended; /* nothing more is read */
	bool is_shut;   /* and the reader knows it */
	char bytes[PROXY_FLOW_ROOM];
} ProxyFlow;

/* false where the socket failed. */
extern bool proxy_flow_read(ProxyFlow *flow, int from, uint64_t *count);
extern bool proxy_flow_write(ProxyFlow *flow, int to);

extern bool proxy_flow_is_empty(const ProxyFlow *flow);

/* Instead of all that is in it; false where it does not fit. */
extern bool proxy_flow_fill(ProxyFlow *flow, const char *bytes, size_t length);

#endif

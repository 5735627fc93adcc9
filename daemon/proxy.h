/*
 * proxy.h
 *		The one way out of a sandbox: an HTTP proxy for one task.
 *
 * The listening socket belongs to the network of the task, in which there is
 * nothing else; no other task can see it.  A connection is made where both the
 * version of the MCP names the host and the port, and the list of the database
 * opens the address that the name resolves to here.
 */
#ifndef MCPD_PROXY_H
#define MCPD_PROXY_H

#include "egress.h"

#include <stdint.h>

/* Of one task; times in milliseconds. */
typedef struct ProxyLimits
{
	uint64_t head_time; /* until a request is whole, however it trickles in */
	uint64_t
		idle_time;   /* until a connection on which nothing moves is closed */
	int connections; /* at once; who comes then waits to be taken */
	uint64_t bytes;  /* of all connections together, both ways */
} ProxyLimits;

typedef struct ProxyRules
{
	const char *const *hosts; /* "name:port", "*.name:port"; to NULL */
	const Egress *egress;
	ProxyLimits limits;
	const char *run_id; /* for the log */
	const char *step_id;
} ProxyRules;

typedef struct Proxy Proxy;

/* Those of every task. */
extern const ProxyLimits proxy_limits;

/* All that the rules point to must live as long as the proxy. */
extern Proxy *proxy_create(const ProxyRules *rules);

/* Takes the socket, which does not block, and serves who connects to it. */
extern void proxy_listen(Proxy *proxy, int listener);

/* Ends all its connections at once.  NULL is fine. */
extern void proxy_destroy(Proxy *proxy);

/* Whether a version that names these hosts may ask for that one. */
extern bool proxy_names(const ProxyRules *rules, const char *host, int port);

#endif

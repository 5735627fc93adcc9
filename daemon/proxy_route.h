/*
 * proxy_route.h
 *		From the name of a host to a socket that is connected to it.
 *
 * The address is judged that is connected to, so a name that resolves anew leads
 * nowhere else.
 */
#ifndef MCPD_PROXY_ROUTE_H
#define MCPD_PROXY_ROUTE_H

#include "loop.h"
#include "proxy_head.h"
#include "resolve.h"

#include "egress.h"

typedef struct ProxyRoute ProxyRoute;

/* server is the caller's from then on, or -1 with a status of HTTP and why. */
typedef void (*ProxyRouteCallback)(void *context, int server, int status,
                                   const char *why);

struct ProxyRoute
{
	const Egress *egress;
	const ProxyHead *head; /* which host, which port */
	ProxyRouteCallback callback;
	void *context;
	Resolve *resolve;
	ResolveAnswer found;
	int next; /* address to be tried */
	bool was_tried;
	int server;
	LoopWatch *watch;
	LoopTimer *timer;
};

/* The first four are set.  callback is called once, later. */
extern void proxy_route_start(ProxyRoute *route);

/* The callback is not called any more; also of one that is over. */
extern void proxy_route_stop(ProxyRoute *route);

#endif

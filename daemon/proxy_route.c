/*
 * proxy_route.c
 *		From the name of a host to a socket that is connected to it.
 */
#include "proxy_route.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* Milliseconds: of resolving, and of each address. */
#define TIME_LIMIT 10000

static void resolved(void *context, const ResolveAnswer *answer);
static void is_connected(void *context, int events);
static void time_is_up(void *context);
static void try_next(ProxyRoute *route);
static bool begin(ProxyRoute *route, const char *text);
static bool begin_connect(ProxyRoute *route, const struct addrinfo *address);
static void give_up(ProxyRoute *route);
static void end(ProxyRoute *route, int server, int status, const char *why);
static void drop_server(ProxyRoute *route);

void
proxy_route_start(ProxyRoute *route)
{
	route->server = -1;
	route->timer = loop_timer_create(time_is_up, route);
	route->resolve = resolve_start(route->head->host, resolved, route);
	loop_timer_set(route->timer, TIME_LIMIT);
}

void
proxy_route_stop(ProxyRoute *route)
{
	if (route->timer == NULL)
		return;
	if (route->resolve)
		resolve_stop(route->resolve);
	route->resolve = NULL;
	drop_server(route);
	loop_timer_destroy(route->timer);
	route->timer = NULL;
}

static void
resolved(void *context, const ResolveAnswer *answer)
{
	ProxyRoute *route = context;

	route->resolve = NULL;
	route->found = *answer;
	if (answer->count > 0)
		try_next(route);
	else
		end(route, -1, 502, route->found.error.message);
}

static void
is_connected(void *context, int events)
{
	ProxyRoute *route = context;
	int problem = 0;
	socklen_t size = sizeof(problem);
	int server = route->server;

	(void) events;
	if (getsockopt(server, SOL_SOCKET, SO_ERROR, &problem, &size) < 0 ||
	    problem != 0)
	{
		try_next(route);
		return;
	}
	loop_watch_destroy(route->watch);
	route->watch = NULL;
	route->server = -1;
	end(route, server, 200, NULL);
}

static void
time_is_up(void *context)
{
	ProxyRoute *route = context;

	if (route->resolve)
		end(route, -1, 504, "the host's name was not resolved in time");
	else
		try_next(route);
}

/* Of its addresses those that are open, in their order. */
static void
try_next(ProxyRoute *route)
{
	drop_server(route);
	while (route->next < route->found.count)
	{
		if (begin(route, route->found.addresses[route->next++]))
			return;
	}
	give_up(route);
}

static bool
begin(ProxyRoute *route, const char *text)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *address;
	char port[16];
	bool has_begun = false;

	snprintf(port, sizeof(port), "%d", route->head->port);
	/* No question to anybody: both are numbers. */
	if (getaddrinfo(text, port, &hints, &address) != 0)
		return false;
	if (egress_allows(route->egress, route->head->host, address->ai_addr))
	{
		route->was_tried = true;
		has_begun = begin_connect(route, address);
	}
	freeaddrinfo(address);
	return has_begun;
}

static bool
begin_connect(ProxyRoute *route, const struct addrinfo *address)
{
	Error error;

	route->server = socket(
		address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (route->server < 0)
		return false;
	if ((connect(route->server, address->ai_addr, address->ai_addrlen) < 0 &&
	     errno != EINPROGRESS) ||
	    loop_watch_create(
			route->server, is_connected, route, &route->watch, &error) !=
	        STATUS_OK)
	{
		drop_server(route);
		return false;
	}
	loop_watch_set(route->watch, LOOP_WRITABLE);
	loop_timer_set(route->timer, TIME_LIMIT);
	return true;
}

static void
give_up(ProxyRoute *route)
{
	const ProxyHead *head = route->head;
	char why[PROXY_HOST_SIZE + 160];

	if (route->was_tried)
		snprintf(why,
		         sizeof(why),
		         "%s:%d cannot be reached",
		         head->host,
		         head->port);
	else
		snprintf(why,
		         sizeof(why),
		         "%s:%d has no address that may be reached; a DBA may allow "
		         "it with mcp.allow_http_target()",
		         head->host,
		         head->port);
	end(route, -1, route->was_tried ? 502 : 403, why);
}

/* The route may be gone when the callback returns. */
static void
end(ProxyRoute *route, int server, int status, const char *why)
{
	proxy_route_stop(route);
	route->callback(route->context, server, status, why);
}

static void
drop_server(ProxyRoute *route)
{
	if (route->watch)
		loop_watch_destroy(route->watch);
	route->watch = NULL;
	if (route->server >= 0)
		close(route->server);
	route->server = -1;
}

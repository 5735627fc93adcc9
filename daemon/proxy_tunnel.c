/*
 * proxy_tunnel.c
 *		One connection through a task's proxy, from its request to its end.
 *
 * Who is refused reads why: in the line of the status too, which is all that
 * most clients show.
 */
#include "proxy_tunnel.h"

#include "log.h"
#include "memory.h"
#include "proxy_flow.h"
#include "proxy_opening.h"
#include "proxy_route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAREWELL_LIMIT 2000 /* milliseconds */

/* To whoever comes after one that was cut off for it, in the midst of bytes. */
#define USED_UP "what this task may send and receive is used up"

typedef enum Stage
{
	ASKED,   /* the head is being read */
	ROUTING, /* to the server */
	JOINED,  /* bytes flow */
	REFUSED  /* the answer is being written */
} Stage;

typedef enum Side
{
	CLIENT,
	SERVER,
	SIDES
} Side;

struct ProxyTunnel
{
	LIST_ENTRY(ProxyTunnel) link;
	ProxyTunnels *tunnels;
	Stage stage;
	int fds[SIDES];
	LoopWatch *watches[SIDES];
	ProxyFlow flows[SIDES]; /* by the side that they come from */
	LoopTimer *timer;
	ProxyHead head;
	ProxyRoute route;
};

static bool look_at(ProxyTunnel *tunnel, Side side);
static void side_is_ready(void *context, int events);
static void time_is_up(void *context);
static void read_head(ProxyTunnel *tunnel);
static void ask_for_server(ProxyTunnel *tunnel);
static void route_ended(void *context, int server, int status, const char *why);
static void join(ProxyTunnel *tunnel);
static void flow(ProxyTunnel *tunnel);
static void watch(const ProxyTunnel *tunnel);
static void refuse(ProxyTunnel *tunnel, int status, const char *why);
static void say_farewell(ProxyTunnel *tunnel);
static void close_side(ProxyTunnel *tunnel, Side side);
static void destroy(ProxyTunnel *tunnel);
static void end(ProxyTunnel *tunnel);

void
proxy_tunnel_start(ProxyTunnels *tunnels, int client)
{
	ProxyTunnel *tunnel = memory_alloc(sizeof(*tunnel));

	tunnel->tunnels = tunnels;
	tunnel->fds[CLIENT] = client;
	tunnel->fds[SERVER] = -1;
	tunnel->timer = loop_timer_create(time_is_up, tunnel);
	LIST_INSERT_HEAD(&tunnels->all, tunnel, link);
	tunnels->count++;
	if (!look_at(tunnel, CLIENT))
	{
		destroy(tunnel);
		return;
	}
	loop_timer_set(tunnel->timer, tunnels->rules->limits.head_time);
	watch(tunnel);
}

void
proxy_tunnels_end(ProxyTunnels *tunnels)
{
	ProxyTunnel *next;

	for (ProxyTunnel *one = LIST_FIRST(&tunnels->all); one; one = next)
	{
		next = LIST_NEXT(one, link);
		destroy(one);
	}
}

static bool
look_at(ProxyTunnel *tunnel, Side side)
{
	LoopWatch **watched = &tunnel->watches[side];
	Error error;

	if (loop_watch_create(
			tunnel->fds[side], side_is_ready, tunnel, watched, &error) ==
	    STATUS_OK)
		return true;
	log_failure("a script's connection cannot be watched", &error);
	return false;
}

/* The server is looked at when they are joined. */
static void
side_is_ready(void *context, int events)
{
	ProxyTunnel *tunnel = context;

	(void) events;
	switch (tunnel->stage)
	{
		case ASKED:
			read_head(tunnel);
			break;
		case ROUTING:
			/* It failed, for nothing else was asked for. */
			end(tunnel);
			break;
		case JOINED:
			flow(tunnel);
			break;
		case REFUSED:
			say_farewell(tunnel);
			break;
	}
}

static void
time_is_up(void *context)
{
	ProxyTunnel *tunnel = context;

	if (tunnel->stage == ASKED)
		refuse(tunnel, 408, "the request did not come in time");
	else
		end(tunnel);
}

static void
read_head(ProxyTunnel *tunnel)
{
	ProxyFlow *asked = &tunnel->flows[CLIENT];

	if (!proxy_flow_read(asked, tunnel->fds[CLIENT], &tunnel->tunnels->bytes) ||
	    asked->has_ended)
	{
		end(tunnel);
		return;
	}
	switch (proxy_head_read(asked->bytes, asked->end, &tunnel->head))
	{
		case PROXY_HEAD_INCOMPLETE:
			return;
		case PROXY_HEAD_BAD:
			refuse(tunnel,
			       400,
			       "a proxy takes CONNECT host:port, or http://host/path");
			return;
		case PROXY_HEAD_WHOLE:
			ask_for_server(tunnel);
			return;
	}
}

static void
ask_for_server(ProxyTunnel *tunnel)
{
	const ProxyHead *head = &tunnel->head;
	char why[PROXY_HOST_SIZE + 160];

	if (tunnel->tunnels->bytes > tunnel->tunnels->rules->limits.bytes)
	{
		refuse(tunnel, 403, USED_UP);
		return;
	}
	if (!proxy_names(tunnel->tunnels->rules, head->host, head->port))
	{
		snprintf(why,
		         sizeof(why),
		         "%s:%d is not among network.hosts of this version of the MCP",
		         head->host,
		         head->port);
		refuse(tunnel, 403, why);
		return;
	}
	tunnel->stage = ROUTING;
	tunnel->route = (ProxyRoute){
		.egress = tunnel->tunnels->rules->egress,
		.head = head,
		.callback = route_ended,
		.context = tunnel,
	};
	proxy_route_start(&tunnel->route);
	loop_timer_clear(tunnel->timer);
	watch(tunnel);
}

static void
route_ended(void *context, int server, int status, const char *why)
{
	ProxyTunnel *tunnel = context;

	tunnel->fds[SERVER] = server;
	if (server < 0)
		refuse(tunnel, status, why);
	else if (!look_at(tunnel, SERVER))
		end(tunnel);
	else
		join(tunnel);
}

static void
join(ProxyTunnel *tunnel)
{
	tunnel->stage = JOINED;
	if (proxy_opening_join(
			&tunnel->head, &tunnel->flows[CLIENT], &tunnel->flows[SERVER]))
		flow(tunnel);
	else
		refuse(tunnel, 431, "the head of the request is too large");
}

static void
flow(ProxyTunnel *tunnel)
{
	ProxyTunnels *tunnels = tunnel->tunnels;

	for (int side = CLIENT; side < SIDES; side++)
	{
		ProxyFlow *one = &tunnel->flows[side];

		if ((proxy_flow_is_empty(one) &&
		     !proxy_flow_read(one, tunnel->fds[side], &tunnels->bytes)) ||
		    !proxy_flow_write(one, tunnel->fds[SERVER - side]))
		{
			end(tunnel);
			return;
		}
	}
	if (tunnels->bytes > tunnels->rules->limits.bytes)
	{
		proxy_opening_note(tunnels->rules, &tunnel->head, "is cut", USED_UP);
		end(tunnel);
	}
	else if (tunnel->flows[CLIENT].is_shut && tunnel->flows[SERVER].is_shut)
		end(tunnel);
	else
	{
		loop_timer_set(tunnel->timer, tunnels->rules->limits.idle_time);
		watch(tunnel);
	}
}

static void
watch(const ProxyTunnel *tunnel)
{
	for (int side = CLIENT; side < SIDES; side++)
	{
		const ProxyFlow *from = &tunnel->flows[side];
		const ProxyFlow *to = &tunnel->flows[SERVER - side];
		int events = 0;

		if (tunnel->watches[side] == NULL)
			continue;
		if (tunnel->stage == ASKED ||
		    (tunnel->stage >= JOINED && !from->has_ended &&
		     proxy_flow_is_empty(from)))
			events |= LOOP_READABLE;
		if (tunnel->stage >= JOINED && !proxy_flow_is_empty(to))
			events |= LOOP_WRITABLE;
		loop_watch_set(tunnel->watches[side], events);
	}
}

static void
refuse(ProxyTunnel *tunnel, int status, const char *why)
{
	proxy_opening_refuse(tunnel->tunnels->rules,
	                     &tunnel->head,
	                     status,
	                     why,
	                     &tunnel->flows[SERVER]);
	close_side(tunnel, SERVER);
	tunnel->stage = REFUSED;
	tunnel->flows[CLIENT].start = tunnel->flows[CLIENT].end = 0;
	loop_timer_set(tunnel->timer, FAREWELL_LIMIT);
	say_farewell(tunnel);
}

/* Until the client has read it: what it still sends would take it away. */
static void
say_farewell(ProxyTunnel *tunnel)
{
	ProxyFlow *asked = &tunnel->flows[CLIENT];

	if (!proxy_flow_write(&tunnel->flows[SERVER], tunnel->fds[CLIENT]) ||
	    !proxy_flow_read(asked, tunnel->fds[CLIENT], &tunnel->tunnels->bytes) ||
	    asked->has_ended)
	{
		end(tunnel);
		return;
	}
	asked->start = asked->end = 0;
	watch(tunnel);
}

static void
close_side(ProxyTunnel *tunnel, Side side)
{
	if (tunnel->watches[side])
		loop_watch_destroy(tunnel->watches[side]);
	tunnel->watches[side] = NULL;
	if (tunnel->fds[side] >= 0)
		close(tunnel->fds[side]);
	tunnel->fds[side] = -1;
}

static void
destroy(ProxyTunnel *tunnel)
{
	proxy_route_stop(&tunnel->route);
	close_side(tunnel, CLIENT);
	close_side(tunnel, SERVER);
	loop_timer_destroy(tunnel->timer);
	LIST_REMOVE(tunnel, link);
	tunnel->tunnels->count--;
	free(tunnel);
}

static void
end(ProxyTunnel *tunnel)
{
	ProxyTunnels *tunnels = tunnel->tunnels;

	destroy(tunnel);
	tunnels->ended(tunnels->context);
}

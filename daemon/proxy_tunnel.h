/*
 * proxy_tunnel.h
 *		One connection through a task's proxy, from its request to its end.
 */
#ifndef MCPD_PROXY_TUNNEL_H
#define MCPD_PROXY_TUNNEL_H

#include "loop.h"
#include "proxy.h"

#include <sys/queue.h>

typedef struct ProxyTunnel ProxyTunnel;

/* Those of one task, which share its rules and its bytes. */
typedef struct ProxyTunnels
{
	const ProxyRules *rules;
	LIST_HEAD(ProxyTunnelList, ProxyTunnel) all;
	int count;
	uint64_t bytes;     /* that went through, both ways */
	LoopCallback ended; /* after each that has ended by itself */
	void *context;
} ProxyTunnels;

/* Takes the socket. */
extern void proxy_tunnel_start(ProxyTunnels *tunnels, int client);

/* All of them, without a word. */
extern void proxy_tunnels_end(ProxyTunnels *tunnels);

#endif

/*
 * proxy.c
 *		The one way out of a sandbox: an HTTP proxy for one task.
 *
 * Here is who may come, and how many at once; what becomes of a connection is
 * its tunnel's business.
 */
#include "proxy.h"

#include "log.h"
#include "loop.h"
#include "memory.h"
#include "proxy_tunnel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

const ProxyLimits proxy_limits = {
	.head_time = 5000,
	.idle_time = 60000,
	.connections = 32,
	.bytes = (uint64_t) 1 << 30,
};

struct Proxy
{
	ProxyRules rules;
	int listener;
	LoopWatch *watch;
	ProxyTunnels tunnels;
};

static void somebody_came(void *context, int events);
static void tunnel_ended(void *context);
static bool is_host(const char *pattern, size_t length, const char *host);

Proxy *
proxy_create(const ProxyRules *rules)
{
	Proxy *proxy = memory_alloc(sizeof(*proxy));

	proxy->rules = *rules;
	proxy->listener = -1;
	proxy->tunnels = (ProxyTunnels){
		.rules = &proxy->rules,
		.ended = tunnel_ended,
		.context = proxy,
	};
	LIST_INIT(&proxy->tunnels.all);
	return proxy;
}

void
proxy_listen(Proxy *proxy, int listener)
{
	Error error;

	/* A sandbox has one. */
	if (proxy->listener >= 0 ||
	    loop_watch_create(
			listener, somebody_came, proxy, &proxy->watch, &error) != STATUS_OK)
	{
		log_warning("a script's proxy cannot listen", NULL);
		close(listener);
		return;
	}
	proxy->listener = listener;
	loop_watch_set(proxy->watch, LOOP_READABLE);
}

void
proxy_destroy(Proxy *proxy)
{
	if (proxy == NULL)
		return;
	proxy_tunnels_end(&proxy->tunnels);
	if (proxy->watch)
		loop_watch_destroy(proxy->watch);
	if (proxy->listener >= 0)
		close(proxy->listener);
	free(proxy);
}

bool
proxy_names(const ProxyRules *rules, const char *host, int port)
{
	for (const char *const *one = rules->hosts; *one; one++)
	{
		const char *colon = strrchr(*one, ':');

		if (colon && strtol(colon + 1, NULL, 10) == port &&
		    is_host(*one, (size_t) (colon - *one), host))
			return true;
	}
	return false;
}

static void
somebody_came(void *context, int events)
{
	Proxy *proxy = context;
	int client =
		accept4(proxy->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void) events;
	if (client < 0)
	{
		/* A listener that fails for good would be reported for ever. */
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			loop_watch_set(proxy->watch, 0);
		return;
	}
	proxy_tunnel_start(&proxy->tunnels, client);
	/* Who comes now waits in the socket's own queue. */
	if (proxy->tunnels.count >= proxy->rules.limits.connections)
		loop_watch_set(proxy->watch, 0);
}

static void
tunnel_ended(void *context)
{
	Proxy *proxy = context;

	if (proxy->watch && proxy->tunnels.count < proxy->rules.limits.connections)
		loop_watch_set(proxy->watch, LOOP_READABLE);
}

/* An address of IPv6 stands in brackets, which are not part of it. */
static bool
is_host(const char *pattern, size_t length, const char *host)
{
	size_t end = strlen(host);

	if (length > 2 && pattern[0] == '[' && pattern[length - 1] == ']')
	{
		pattern++;
		length -= 2;
	}
	if (length > 2 && strncmp(pattern, "*.", 2) == 0)
		return end > length - 1 && strncasecmp(host + end - (length - 1),
		                                       pattern + 1,
		                                       length - 1) == 0;
	return end == length && strncasecmp(pattern, host, length) == 0;
}

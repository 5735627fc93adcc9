/*
 * proxy_opening.c
 *		The first bytes to either side of a tunnel, or the last of one refused.
 */
#include "proxy_opening.h"

#include "log.h"

#include <stdio.h>
#include <string.h>

bool
proxy_opening_join(const ProxyHead *head, ProxyFlow *asked, ProxyFlow *answered)
{
	static const char joined[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	size_t rest = asked->end - head->length;
	size_t length = 0;
	char room[PROXY_FLOW_ROOM];

	if (head->is_connect)
		(void) proxy_flow_fill(answered, joined, sizeof(joined) - 1);
	else
	{
		length = proxy_head_rewrite(
			asked->bytes, head, room, PROXY_FLOW_ROOM - rest);
		if (length == 0)
			return false;
	}
	memcpy(room + length, asked->bytes + head->length, rest);
	return proxy_flow_fill(asked, room, length + rest);
}

void
proxy_opening_refuse(const ProxyRules *rules, const ProxyHead *head, int status,
                     const char *why, ProxyFlow *answered)
{
	char answer[PROXY_FLOW_ROOM];
	int length =
		snprintf(answer,
	             sizeof(answer),
	             "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\n"
	             "Content-Length: %zu\r\nConnection: close\r\n\r\n%s\n",
	             status,
	             why,
	             strlen(why) + 1,
	             why);

	(void) proxy_flow_fill(answered, answer, (size_t) length);
	answered->has_ended = true;
	proxy_opening_note(rules, head, "is refused", why);
}

void
proxy_opening_note(const ProxyRules *rules, const ProxyHead *head,
                   const char *what, const char *why)
{
	char message[64];

	snprintf(message, sizeof(message), "a script's connection %s", what);
	log_warning(message,
	            LOG_FIELDS(log_text("run", rules->run_id),
	                       log_text("step", rules->step_id),
	                       log_text("host", head->host),
	                       log_number("port", head->port),
	                       log_text("reason", why)));
}

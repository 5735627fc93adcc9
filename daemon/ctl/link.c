/*
 * link.c
 *		The way to mcp: to the daemon by HTTP, or to the database by libpq.
 */
#include "link_way.h"
#include "memory.h"

#include <stdlib.h>

/* One of both is NULL. */
struct Link
{
	LinkHttp *http;
	LinkDirect *direct;
};

Link *
link_open(const Settings *settings)
{
	Link *link = memory_alloc(sizeof(*link));

	if (settings->is_direct)
		link->direct = link_direct_open(settings);
	else
		link->http = link_http_open(settings);
	return link;
}

void
link_close(Link *link)
{
	if (link == NULL)
		return;
	if (link->http)
		link_http_close(link->http);
	if (link->direct)
		link_direct_close(link->direct);
	free(link);
}

Status
link_ask(Link *link, Arena *arena, const Ask *ask, JsonView *answer,
         Fault *fault)
{
	*answer = (JsonView){NULL, 0};
	if (link->direct)
		return link_direct_ask(link->direct, arena, ask, answer, fault);
	return link_http_ask(link->http, arena, ask, answer, fault);
}

Status
link_request(Link *link, Arena *arena, const RawRequest *request,
             RawAnswer *answer, Error *error)
{
	if (link->http == NULL)
		return error_set(
			error, STATUS_INVALID, "a direct link to the database has no HTTP");
	return link_http_request(link->http, arena, request, answer, error);
}

Status
link_stream(Link *link, Arena *arena, const Ask *ask, LinkEvent event,
            void *context, Fault *fault)
{
	if (link->http == NULL)
		return error_set(&fault->error,
		                 STATUS_INVALID,
		                 "a direct link to the database has no streams");
	return link_http_stream(link->http, arena, ask, event, context, fault);
}

bool
link_has_http(const Link *link)
{
	return link->http != NULL;
}

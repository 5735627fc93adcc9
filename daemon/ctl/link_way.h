/*
 * link_way.h
 *		What each way to mcp gives to link.c.
 */
#ifndef MCPCTL_LINK_WAY_H
#define MCPCTL_LINK_WAY_H

#include "link.h"

typedef struct LinkHttp LinkHttp;
typedef struct LinkDirect LinkDirect;

extern LinkHttp *link_http_open(const Settings *settings);
extern void link_http_close(LinkHttp *http);
extern Status link_http_ask(LinkHttp *http, Arena *arena, const Ask *ask,
                            JsonView *answer, Fault *fault) MUST_CHECK;
extern Status
link_http_request(LinkHttp *http, Arena *arena, const RawRequest *request,
                  RawAnswer *answer, Error *error) MUST_CHECK;

extern Status
link_http_stream(LinkHttp *http, Arena *arena, const Ask *ask, LinkEvent event,
                 void *context, Fault *fault) MUST_CHECK;

extern LinkDirect *link_direct_open(const Settings *settings);
extern void link_direct_close(LinkDirect *direct);
extern Status link_direct_ask(LinkDirect *direct, Arena *arena, const Ask *ask,
                              JsonView *answer, Fault *fault) MUST_CHECK;

#endif

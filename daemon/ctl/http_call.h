/*
 * http_call.h
 *		One request of HTTP after another, by libcurl.
 *
 * The key goes to the address that was given and nowhere else: redirects are
 * not followed, and nothing but HTTP and HTTPS is spoken.
 */
#ifndef MCPCTL_HTTP_CALL_H
#define MCPCTL_HTTP_CALL_H

#include "link.h"

typedef struct HttpCall HttpCall;

typedef struct HttpCallRequest
{
	const char *method;
	const char *path; /* encoded, with its query */
	const char *body; /* JSON, or NULL */
	LinkEvent event;  /* of an answer that is a stream; NULL: none is wanted */
	void *context;
} HttpCallRequest;

extern HttpCall *http_call_open(const Settings *settings);
extern void http_call_close(HttpCall *call);

/* "Name: value", of the next request only. */
extern void http_call_add_header(HttpCall *call, const char *header);

/*
 * Sends it and waits for all of the answer, whatever it says.  Events of a stream
 * are handed out as they come and are no body.
 */
extern Status
http_call_send(HttpCall *call, Arena *arena, const HttpCallRequest *request,
               RawAnswer *answer, Error *error) MUST_CHECK;

#endif

/*
 * link.h
 *		The way to mcp: to the daemon by HTTP, or to the database by libpq.
 *
 * Both ways answer an operation with the same JSON.  A link does one thing at
 * a time and waits for it.
 */
#ifndef MCPCTL_LINK_H
#define MCPCTL_LINK_H

#include "fault.h"
#include "operation.h"
#include "settings.h"

typedef struct Link Link;

/* Texts that are NULL are not said. */
typedef struct Ask
{
	Operation operation;
	const char *names[OPERATION_MAX_NAMES];
	const char *query[OPERATION_MAX_QUERY];
	const char *body;            /* JSON */
	const char *idempotency_key; /* of a start */
} Ask;

/* What HTTP alone has. */
typedef struct RawRequest
{
	const char *method;
	const char *path; /* encoded, with its query */
	const char *body; /* JSON, or NULL */
} RawRequest;

typedef struct RawAnswer
{
	int code;
	const char *type; /* "" where it says none */
	const char *date; /* the header, or NULL */
	const char *body;
	size_t length;
} RawAnswer;

/* One event of a stream, JSON: false ends it. */
typedef bool (*LinkEvent)(void *context, const char *data, size_t length);

/* No link is made yet; settings outlive it. */
extern Link *link_open(const Settings *settings);
extern void link_close(Link *link);

/*
 * Sets *answer, absent where there is nothing to say; it lives as long as the
 * arena.  On failure fills *fault.
 */
extern Status link_ask(Link *link, Arena *arena, const Ask *ask,
                       JsonView *answer, Fault *fault) MUST_CHECK;

/* As it is said, whatever it is answered with.  Not for a direct link. */
extern Status link_request(Link *link, Arena *arena, const RawRequest *request,
                           RawAnswer *answer, Error *error) MUST_CHECK;

/*
 * The events that an operation of HTTP streams, as they come, until the callback
 * or the daemon ends it.  Where the answer is a list instead, each of its
 * elements is an event.
 */
extern Status
link_stream(Link *link, Arena *arena, const Ask *ask, LinkEvent event,
            void *context, Fault *fault) MUST_CHECK;

/* Whether requests are HTTP's. */
extern bool link_has_http(const Link *link);

#endif

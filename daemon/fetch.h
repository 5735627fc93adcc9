/*
 * fetch.h
 *		One request to somebody's HTTP server, and its answer.
 *
 * One hop: a redirect is an answer like any other, so that whoever follows it
 * looks at each address anew.  Nothing is taken from the environment, no proxy
 * and no .netrc, and no other protocol than HTTP and HTTPS is spoken.
 */
#ifndef MCPD_FETCH_H
#define MCPD_FETCH_H

#include "arena.h"
#include "egress.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Fetcher Fetcher;
typedef struct Fetch Fetch;

typedef struct FetchHeader
{
	const char *name;
	const char *value;
} FetchHeader;

/* Takes a piece of the body; false ends the transfer with FETCH_UNWANTED. */
typedef bool (*FetchTake)(void *context, const char *bytes, size_t length);

typedef struct FetchRequest
{
	const char *method;
	const char *url;
	FetchHeader *headers;
	int header_count;
	const char *body; /* NULL: none */
	size_t body_length;
	const Egress *egress; /* which addresses it may reach; NULL: all */
	uint64_t time_limit;  /* milliseconds, for all of it */
	size_t size_limit;    /* bytes of the answer's body */

	/*
	 * NULL: the body is kept.  Otherwise called for each piece of a body with
	 * a status below 300, which is not kept; never stop the fetch from inside.
	 */
	FetchTake take;
	void *context; /* of take */
} FetchRequest;

typedef enum FetchEnd
{
	FETCH_ANSWERED,
	FETCH_BAD_URL,
	FETCH_BLOCKED,   /* egress has none of its addresses */
	FETCH_NOT_FOUND, /* its name has no address */
	FETCH_BROKEN,    /* no connection, or one that ended too early */
	FETCH_TIMED_OUT,
	FETCH_TOO_LARGE,
	FETCH_UNWANTED /* take() did not want more */
} FetchEnd;

typedef struct FetchAnswer
{
	FetchEnd end;
	const char *error; /* of an end that is no answer; names no query */
	int status;        /* of an answer */
	const FetchHeader *headers;
	int header_count;
	const char *body; /* ended by a NUL that does not count */
	size_t body_length;
	const char *redirect; /* the absolute URL it leads to; NULL: to none */
	double retry_after;   /* seconds; 0: not asked for */
} FetchAnswer;

/* The fetch is gone when this is called; the answer is the arena's. */
typedef void (*FetchCallback)(void *context, const FetchAnswer *answer);

extern Fetcher *fetcher_create(void);

/* After all its fetches have ended. NULL is fine. */
extern void fetcher_destroy(Fetcher *fetcher);

/*
 * Begins; callback is called once, never before this returns.  What *request
 * points to must stay as long as the arena does.
 */
extern Fetch *
fetch_start(Fetcher *fetcher, Arena *arena, const FetchRequest *request,
            FetchCallback callback, void *context);

/* The callback is not called any more. */
extern void fetch_stop(Fetch *fetch);

/* The last header of that name, in any case, or NULL. */
extern const char *
fetch_find_header(const FetchAnswer *answer, const char *name);

#endif

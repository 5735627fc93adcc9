/*
 * http_uri.h
 *		What a request's target names: segments of a path, and a query.
 *
 * The path is split before it is decoded, so "%2F" is a character of a segment
 * and no border.  A trailing slash more or less makes no difference; "." and
 * ".." mean nothing special.
 */
#ifndef MCPD_HTTP_URI_H
#define MCPD_HTTP_URI_H

#include "arena.h"

#include <stdbool.h>

/* More than any route has; a deeper path names nothing. */
#define HTTP_URI_DEPTH 8

typedef struct HttpUriPair
{
	struct HttpUriPair *next;
	const char *name;
	const char *value; /* "" where there was no "=" */
} HttpUriPair;

typedef struct HttpUri
{
	const char *path; /* as it was sent, without the query */
	int depth;        /* HTTP_URI_DEPTH + 1: too deep */
	const char *segments[HTTP_URI_DEPTH];
	HttpUriPair *query; /* in order */
} HttpUri;

/* False where it is not of the form of a target, or no UTF-8 once decoded. */
extern bool http_uri_parse(Arena *arena, const char *target, HttpUri *uri);

/* The first value by that name; NULL where there is none. */
extern const char *http_uri_find(const HttpUri *uri, const char *name);

#endif

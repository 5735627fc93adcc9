/*
 * api_route.h
 *		Which handler a method and a path lead to.
 *
 * Routes are constant tables, one for each noun.  A pattern is segments, "*"
 * standing for any one of them that is not empty.
 */
#ifndef MCPD_API_ROUTE_H
#define MCPD_API_ROUTE_H

#include "http.h"

#define API_MAX_PARAMETERS 4

typedef struct ApiRequest ApiRequest;
typedef void (*ApiHandler)(ApiRequest *request);

typedef enum ApiAccess
{
	API_OPEN, /* no credentials asked for */
	API_KNOWN /* a key or a token */
} ApiAccess;

typedef struct ApiRoute
{
	HttpMethod method;
	const char *pattern; /* NULL ends a table */
	ApiAccess access;
	ApiHandler handler;
} ApiRoute;

typedef struct ApiMatch
{
	const ApiRoute *route;                      /* NULL: none */
	const char *parameters[API_MAX_PARAMETERS]; /* what "*" stood for */
	unsigned int allowed; /* bits 1 << HttpMethod: what the path does have */
} ApiMatch;

/*
 * Looks the path up in tables, ended by NULL.  The first pattern that fits
 * decides, whatever its methods: "runs" is no workflow because it cannot be
 * deleted.  parameters are those of the uri.
 */
extern void api_route_find(const ApiRoute *const *tables, HttpMethod method,
                           const HttpUri *uri, ApiMatch *match);

/* For the header Allow: "GET, HEAD, POST, OPTIONS". */
extern const char *api_route_allow(unsigned int allowed, Arena *arena);

/* The media type of a route's answers, problems aside. */
extern const char *api_route_type(const ApiRoute *route);

/* Another one that it has for who asks for it; NULL: none. */
extern const char *api_route_other_type(const ApiRoute *route);

#endif

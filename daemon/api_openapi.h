/*
 * api_openapi.h
 *		The routes told to others: an OpenAPI 3.1 document.
 *
 * It is made of the tables that requests are routed by, so that it cannot say what
 * is not so; what they take and answer is described in openapi/routes.json.
 */
#ifndef MCPD_API_OPENAPI_H
#define MCPD_API_OPENAPI_H

#include "api_route.h"

#include "arena.h"
#include "json_view.h"

/* tables: as api_route_find() takes them. */
extern const char *
api_openapi_print(const ApiRoute *const *tables, Arena *arena);

/* What routes.json says of the route; absent where it says nothing. */
extern JsonView api_openapi_find(const ApiRoute *route, Arena *arena);

/* A pattern with names for its stars: "/context/{id}", or "_context_id". */
extern const char *
api_openapi_path(const ApiRoute *route, const char *between, Arena *arena);

/* "GET" and so on. */
extern const char *api_openapi_method(const ApiRoute *route);

#endif

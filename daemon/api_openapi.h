/*
 * api_openapi.h
 *		The routes told to others: an OpenAPI 3.1 document, and a page.
 *
 * Both are made of the tables that requests are routed by, so that neither can
 * say what is not so.
 */
#ifndef MCPD_API_OPENAPI_H
#define MCPD_API_OPENAPI_H

#include "api_route.h"

#include "arena.h"

/* tables: as api_route_find() takes them. */
extern const char *
api_openapi_print(const ApiRoute *const *tables, Arena *arena);

/* The same for people, in HTML that asks nobody for anything. */
extern const char *
api_openapi_print_page(const ApiRoute *const *tables, Arena *arena);

#endif

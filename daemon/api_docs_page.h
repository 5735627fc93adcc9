/*
 * api_docs_page.h
 *		The routes for people, in HTML that asks nobody for anything.
 */
#ifndef MCPD_API_DOCS_PAGE_H
#define MCPD_API_DOCS_PAGE_H

#include "api_route.h"

#include "arena.h"

/* tables: as api_route_find() takes them. */
extern const char *
api_docs_page_print(const ApiRoute *const *tables, Arena *arena);

#endif

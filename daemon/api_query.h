/*
 * api_query.h
 *		What the query of a request asks for, checked.
 *
 * A reader that finds a wrong value answers the request with 422 and returns
 * false.
 */
#ifndef MCPD_API_QUERY_H
#define MCPD_API_QUERY_H

#include "api.h"

/* skip (0) and limit (100, 1 to 500), as texts for a statement. */
extern bool
api_query_page(ApiRequest *request, const char **skip, const char **limit);

/* A whole number from low to high; fallback where the name is not given. */
extern bool
api_query_number(ApiRequest *request, const char *name, long low, long high,
                 const char *fallback, const char **value);

/* "true" or "false"; false where it is not given. */
extern bool
api_query_flag(ApiRequest *request, const char *name, const char **value);

/* The value, NULL where it is not given or empty. */
extern const char *api_query_text(ApiRequest *request, const char *name);

#endif

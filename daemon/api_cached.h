/*
 * api_cached.h
 *		One statement asked through the cache: definitions, lists, ended runs.
 */
#ifndef MCPD_API_CACHED_H
#define MCPD_API_CACHED_H

#include "api.h"

/* What an answer depends on. */
typedef enum ApiCachedScope
{
	API_CACHED_PART, /* one object: the statement has a column part, which is
	                  * null where the answer is not to be kept */
	API_CACHED_WHOLE /* any object of its kind */
} ApiCachedScope;

typedef struct ApiCached
{
	DbStatement statement;
	CacheKind kind;
	ApiCachedScope scope;
} ApiCached;

/*
 * As api_ask() with 200, whose answer may be one that was given before and is
 * true still.  *what is constant.
 */
extern void api_ask_cached(ApiRequest *request, const ApiCached *what,
                           const char *const *values);

#endif

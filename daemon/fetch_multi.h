/*
 * fetch_multi.h
 *		libcurl's transfers, driven by the loop.
 *
 * Only fetch.c uses it.
 */
#ifndef MCPD_FETCH_MULTI_H
#define MCPD_FETCH_MULTI_H

#include "fetch.h"

#include <curl/curl.h>

/* The transfer is over and no longer the multi's. */
typedef void (*FetchMultiCallback)(void *context, CURLcode code);

/*
 * Begins; the callback is called once, never before this returns.
 */
extern void fetch_multi_add(Fetcher *fetcher, CURL *handle,
                            FetchMultiCallback callback, void *context);

/* Its callback is not called any more.  Not from inside a callback of curl. */
extern void fetch_multi_remove(Fetcher *fetcher, CURL *handle);

#endif

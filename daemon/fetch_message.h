/*
 * fetch_message.h
 *		What a request says: its method, headers and body, as libcurl is told.
 *
 * Only fetch.c uses it.
 */
#ifndef MCPD_FETCH_MESSAGE_H
#define MCPD_FETCH_MESSAGE_H

#include "fetch.h"

#include <curl/curl.h>

/*
 * Sets them on the handle, which points into *request from then on.  The list that
 * it returns is to be freed, after the handle has been.
 */
extern struct curl_slist *
fetch_message_set(CURL *handle, Arena *arena, const FetchRequest *request);

#endif

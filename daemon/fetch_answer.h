/*
 * fetch_answer.h
 *		What a server answered, but for the body: as libcurl has it, taken along.
 *
 * Only fetch.c uses it.
 */
#ifndef MCPD_FETCH_ANSWER_H
#define MCPD_FETCH_ANSWER_H

#include "fetch.h"

#include <curl/curl.h>

/*
 * Fills in status, redirect, headers and retry_after; the rest stays.  All of it
 * is the arena's, since the handle frees its own.
 */
extern void fetch_answer_read(CURL *handle, Arena *arena, FetchAnswer *answer);

#endif

/*
 * api_etag.h
 *		Entity tags: what a client has already, and what he believes he changes.
 *
 * The tag of an MCP or a workflow is its revision or version, which a change
 * compares; that of any other answer is made of its bytes.  Where an answer is
 * compressed its tag is weak, and still good for both.
 */
#ifndef MCPD_API_ETAG_H
#define MCPD_API_ETAG_H

#include "api.h"

/* The tag of an answer; revision NULL: of its bytes. */
extern const char *api_etag_make(Arena *arena, const char *revision,
                                 const char *bytes, size_t length);

/*
 * Adds ETag to an answer.  True where the client has it already and is to be
 * answered 304.
 */
extern bool api_etag_add(ApiRequest *request, const char *tag);

/*
 * Sets *revision to the one that If-Match names, NULL where any will do.
 * Answers, and returns false, where it is missing though asked for (428), or
 * names what no revision is (412).
 */
extern bool api_etag_expected(ApiRequest *request, const char **revision);

#endif

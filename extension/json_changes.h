/*
 * json_changes.h
 *		The differences of two documents as one document of bounded size.
 *
 * For a log, which must not become larger than what it is about: documents may be
 * megabytes, and a list of steps may change at each of a thousand places.
 */
#ifndef MCP_JSON_CHANGES_H
#define MCP_JSON_CHANGES_H

#include "utils/jsonb.h"

/*
 * An array of {path, change, old, new} in the order of json_diff_walk().  It ends
 * where the paths and values together would exceed max_bytes; then the last item
 * is {"path": "$", "change": "cut", "old": null, "new": {"differences": all}}.  A
 * value that is too large by itself leaves room for the smaller ones behind it:
 * in its place stands {"cut": its bytes}.
 */
extern Jsonb *json_changes_make(Jsonb *before, Jsonb *after,
                                const char *item_key, int max_bytes);

#endif

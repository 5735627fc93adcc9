/*
 * listing.h
 *		All rows of a list, page by page.
 */
#ifndef MCPCTL_LISTING_H
#define MCPCTL_LISTING_H

#include "context.h"
#include "kind.h"

/*
 * Adds at most so many rows of the kind; ask says by what they are filtered, and
 * is changed.  False, told and with context's code set, where that failed.
 */
extern bool listing_collect(Context *context, const Kind *kind, Ask *ask,
                            int limit, OutputRows *rows);

#endif

/*
 * listing.h
 *		All rows of a list.
 */
#ifndef MCPCTL_LISTING_H
#define MCPCTL_LISTING_H

#include "context.h"
#include "kind.h"

/*
 * Page by page adds at most so many rows of the kind; ask says by what they are filtered, and
 * is changed.  False, told and with context's code set, where that failed.
 */
extern bool listing_collect(Context *context, const Kind *kind, Ask *ask,
                            int limit, OutputRows *rows);

/* Asks once and prints the rows of the answer; name is what -o name prints. */
extern ExitCode listing_print(Context *context, const Ask *ask,
                              const Column *columns, const char *name);

#endif

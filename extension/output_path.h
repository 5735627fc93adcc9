/*
 * output_path.h
 *		A part of a step's result, by key or by path.
 *
 * A name that is a key of the result means that key, whatever is in it.  Else it
 * is read as a path: keys joined by dots, positions in brackets, keys in
 * brackets and quotes: items[0].price, rows[-1], ["a.b"].c.  A position counts
 * from 0, a negative one from the end.
 */
#ifndef MCP_OUTPUT_PATH_H
#define MCP_OUTPUT_PATH_H

#include "utils/jsonb.h"

/*
 * Returns false where the result has no such part.  The value points into the
 * result.
 */
extern bool output_path_find(Jsonb *result, const char *name, int length,
                             JsonbValue *value);

#endif

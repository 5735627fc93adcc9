/*
 * json_schema_number.h
 *		Numbers of JSON, exact at any size: arithmetic on numeric.
 */
#ifndef MCP_JSON_SCHEMA_NUMBER_H
#define MCP_JSON_SCHEMA_NUMBER_H

#include "utils/numeric.h"

/* 1.0 and 1e3 are integers: it is the value that counts, not the spelling. */
extern bool number_is_integer(Numeric number);

/* Less than, equal to or more than 0, as a is to b. */
extern int number_compare(Numeric a, Numeric b);

/* Exact, of fractions too; divisor is more than 0. */
extern bool number_is_multiple(Numeric number, Numeric divisor);

/*
 * A count: false for what is negative or no integer.  Above PG_INT64_MAX it is
 * that, which no count of anything reaches.
 */
extern bool number_get_count(Numeric number, int64 *count);

/* As a message shows it, cut where it is very long.  palloc'd. */
extern char *number_print(Numeric number);

#endif

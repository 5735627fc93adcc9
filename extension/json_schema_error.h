/*
 * json_schema_error.h
 *		What an instance breaks of its schema: a list that can be taken back.
 *
 * A branch of anyOf may fail without fault; so a list is cut back to where it
 * was once another branch has matched.
 */
#ifndef MCP_JSON_SCHEMA_ERROR_H
#define MCP_JSON_SCHEMA_ERROR_H

#include "json_path.h"
#include "problem.h"

typedef struct SchemaError
{
	const JsonPath *path;    /* in the instance */
	const char *schema_path; /* "#/properties/a/maximum"; NULL: no such place */
	const char *keyword;
	const char *message; /* lower case, no period */
	ProblemKind kind;
} SchemaError;

typedef struct SchemaErrors SchemaErrors;

/* An empty list in the current memory context, which owns all it holds. */
extern SchemaErrors *schema_errors_create(void);

/*
 * Adds a copy of the error.  Past 1000 the list stays as it is: nobody reads
 * further.
 */
extern void schema_errors_add(SchemaErrors *errors, const SchemaError *error);

/* Whether more would be thrown away. */
extern bool schema_errors_is_full(const SchemaErrors *errors);

extern int schema_errors_count(const SchemaErrors *errors);
extern const SchemaError *
schema_errors_get(const SchemaErrors *errors, int index);

/* Takes back all but the first count errors. */
extern void schema_errors_cut(SchemaErrors *errors, int count);

/* Takes back what says the same of the same place as an error before it. */
extern void schema_errors_drop_repeats(SchemaErrors *errors);

#endif

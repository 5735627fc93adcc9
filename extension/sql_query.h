/*
 * sql_query.h
 *		One query with named parameters, run as some role: an MCP of kind sql.
 *
 * A parameter "customer" is written $n by its place in the list, or
 * inputs.customer; its type is what the query makes of it.  The role is put on as
 * a SECURITY DEFINER function would, and as a restricted operation besides, so
 * that the query can neither take it off again nor leave anything behind that
 * runs later: no SET ROLE, no COMMIT, no deferred trigger, no setting.
 */
#ifndef MCP_SQL_QUERY_H
#define MCP_SQL_QUERY_H

#include "utils/jsonb.h"

typedef struct SqlQuery
{
	const char *text;
	int parameter_count;
	char **parameters; /* names */
	Oid role;
	bool is_read_only;
	int rows_max; /* of a SELECT; those beyond are not read */
} SqlQuery;

/*
 * {"rows": [{...}], "row_count": n, "is_truncated": false}.  inputs is an object
 * with a value for each parameter.  Raises what PostgreSQL raises, and besides:
 * feature_not_supported for more than one statement or one that is no query,
 * invalid_parameter_value for an input that is missing, and
 * program_limit_exceeded for rows that are too large.  Needs an SPI connection,
 * and a subtransaction of its own where the caller goes on after an error.
 */
extern Jsonb *sql_query_run(const SqlQuery *query, Jsonb *inputs);

#endif

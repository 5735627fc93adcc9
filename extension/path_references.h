/*
 * path_references.h
 *		Which steps a SQL/JSON path over {inputs, steps} looks at.
 *
 * $.steps.fetch.total looks at the step "fetch"; so does $.steps."fetch", and one
 * inside a filter.  A path that looks at $, $.steps or $.steps.* as a whole looks
 * at all steps that there are.
 */
#ifndef MCP_PATH_REFERENCES_H
#define MCP_PATH_REFERENCES_H

#include "nodes/pg_list.h"

typedef struct PathReferences
{
	bool uses_all;
	List *step_ids; /* of char *, as often as they are named */
	char *variable; /* the first that it names, without its $; or NULL */
} PathReferences;

/* palloc'd; path is a jsonpath. */
extern PathReferences *path_references_find(Datum path);

#endif

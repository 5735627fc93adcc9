/*
 * json_schema_marks.h
 *		Which items or properties of one instance have been evaluated.
 *
 * What unevaluatedItems and unevaluatedProperties ask for.  Kept only while such
 * a keyword is near: most schemas have none.
 */
#ifndef MCP_JSON_SCHEMA_MARKS_H
#define MCP_JSON_SCHEMA_MARKS_H

#include "utils/jsonb.h"

typedef struct SchemaMarks
{
	int count;
	uint64 few;   /* up to 64 members */
	uint64 *many; /* beyond; NULL otherwise */
} SchemaMarks;

/* None marked; marks for no members where the value is a scalar. */
extern void marks_init(SchemaMarks *marks, const JsonbValue *value);
extern void marks_clear(SchemaMarks *marks);

/* These do nothing where marks is NULL: nobody asks. */
extern void marks_add(SchemaMarks *marks, int index);
extern void marks_add_all(SchemaMarks *marks);

/* other is of the same instance. */
extern void marks_merge(SchemaMarks *marks, const SchemaMarks *other);

extern bool marks_has(const SchemaMarks *marks, int index);

#endif

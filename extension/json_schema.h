/*
 * json_schema.h
 *		JSON Schema 2020-12: is this document what that schema describes?
 *
 * Both are jsonb.  A schema is compiled once in a backend and cached; a caller
 * gets it by its bytes, checks as many documents as it likes, and need not give
 * anything back.  Formats are annotations unless the caller, or the schema's own
 * dialect, has them asserted.
 */
#ifndef MCP_JSON_SCHEMA_H
#define MCP_JSON_SCHEMA_H

#include "utils/jsonb.h"

#include "json_path.h"
#include "problem.h"

typedef struct JsonSchema JsonSchema;
typedef struct SchemaErrors SchemaErrors;

typedef enum SchemaFormats
{
	SCHEMA_FORMATS_ANNOTATE,
	SCHEMA_FORMATS_ASSERT
} SchemaFormats;

/*
 * The compiled form of a schema.  Raises what is wrong with it, the first of all, with
 * MC001 or, for a reference to nowhere, MC002.  The result is good until the
 * next call that gets another schema.
 */
extern const JsonSchema *json_schema_get(Jsonb *document);

/*
 * The same, but NULL where the schema is wrong; all that is goes to problems,
 * with paths below path.
 */
extern const JsonSchema *
json_schema_find(Jsonb *document, const JsonPath *path, ProblemList *problems);

/*
 * Whether the value matches.  Raises what cannot be evaluated: MC003 for a schema
 * that leads back to itself, 54000 for too much work, 54001 for too deep a value.
 */
extern bool
json_schema_is_valid(const JsonSchema *schema, const JsonbValue *value,
                     SchemaFormats formats);

/*
 * Whether the value matches; each mismatch becomes a problem, with the keyword
 * as its rule and a path below path, which is the value's own.  What cannot be
 * evaluated is one problem too, of the rule "json_schema": it does not raise.
 */
extern bool json_schema_check(const JsonSchema *schema, const JsonbValue *value,
                              SchemaFormats formats, const JsonPath *path,
                              ProblemList *problems);

/* Each mismatch, in a list of the current memory context. */
extern SchemaErrors *
json_schema_collect(const JsonSchema *schema, const JsonbValue *value,
                    SchemaFormats formats);

/*
 * What is wrong with a schema: what its meta-schema says, and where that has
 * nothing to say, what compiling it says (patterns, references).
 */
extern SchemaErrors *json_schema_collect_own(Jsonb *document);

#endif

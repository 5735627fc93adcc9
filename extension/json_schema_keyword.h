/*
 * json_schema_keyword.h
 *		The keywords of JSON Schema 2020-12, and what each adds to a node.
 */
#ifndef MCP_JSON_SCHEMA_KEYWORD_H
#define MCP_JSON_SCHEMA_KEYWORD_H

#include "json_schema_compiler.h"

typedef void (*KeywordReader)(SchemaDraft *draft, const JsonbValue *value);

typedef struct SchemaKeyword
{
	const char *name;
	int vocabularies; /* any of them makes it known */
	RuleKind kind;    /* for readers that serve several keywords */
	KeywordReader read;
} SchemaKeyword;

/* NULL for a keyword that is unknown, or only an annotation. */
extern const SchemaKeyword *keyword_find(const char *name, int length);

/* Readers of json_schema_assertion, for the table. */
extern void assertion_read_type(SchemaDraft *draft, const JsonbValue *value);
extern void assertion_read_const(SchemaDraft *draft, const JsonbValue *value);
extern void assertion_read_enum(SchemaDraft *draft, const JsonbValue *value);
extern void assertion_read_number(SchemaDraft *draft, const JsonbValue *value);
extern void assertion_read_count(SchemaDraft *draft, const JsonbValue *value);
extern void assertion_read_pattern(SchemaDraft *draft, const JsonbValue *value);
extern void assertion_read_format(SchemaDraft *draft, const JsonbValue *value);
extern void assertion_read_unique(SchemaDraft *draft, const JsonbValue *value);
extern void
assertion_read_required(SchemaDraft *draft, const JsonbValue *value);

/* Readers of json_schema_applicator, for the table. */
extern void
applicator_read_properties(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_patterns(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_additional(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_definitions(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_dependencies(SchemaDraft *draft, const JsonbValue *value);
extern void applicator_read_prefix(SchemaDraft *draft, const JsonbValue *value);
extern void applicator_read_items(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_contains(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_condition(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_consequence(SchemaDraft *draft, const JsonbValue *value);
extern void
applicator_read_alternative(SchemaDraft *draft, const JsonbValue *value);
extern void applicator_read_list(SchemaDraft *draft, const JsonbValue *value);
extern void applicator_read_one(SchemaDraft *draft, const JsonbValue *value);

/* Reads an array of unique strings; false, with a complaint, for all else. */
extern bool assertion_read_names(SchemaDraft *draft, const JsonbValue *value,
                                 const JsonPath *path, SchemaNames *names);

#endif

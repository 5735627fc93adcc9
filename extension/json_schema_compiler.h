/*
 * json_schema_compiler.h
 *		A compilation in progress; shared by the rooms that take part in it.
 *
 * A node is found by the address of its jsonb container, which is unique within
 * the documents of one compilation: so a JSON Pointer that leads to a schema
 * already met yields the same node.  References are gathered and resolved at the
 * end, when all anchors are known.
 */
#ifndef MCP_JSON_SCHEMA_COMPILER_H
#define MCP_JSON_SCHEMA_COMPILER_H

#include "nodes/pg_list.h"
#include "utils/hsearch.h"

#include "json_schema_error.h"
#include "json_schema_node.h"
#include "json_value.h"

/* Vocabularies that a dialect can have; core is always there. */
#define VOCABULARY_CORE 0x01
#define VOCABULARY_APPLICATOR 0x02
#define VOCABULARY_UNEVALUATED 0x04
#define VOCABULARY_VALIDATION 0x08
#define VOCABULARY_META_DATA 0x10
#define VOCABULARY_FORMAT_ANNOTATION 0x20
#define VOCABULARY_FORMAT_ASSERTION 0x40
#define VOCABULARY_CONTENT 0x80
#define VOCABULARY_FORMAT \
	(VOCABULARY_FORMAT_ANNOTATION | VOCABULARY_FORMAT_ASSERTION)
#define VOCABULARIES_STANDARD (0xFF & ~VOCABULARY_FORMAT_ASSERTION)

typedef struct SchemaCompiler
{
	JsonSchema *schema;
	SchemaErrors *errors;
	HTAB *names;    /* json_schema_index: URIs and anchors */
	HTAB *places;   /* json_schema_index: containers */
	List *pending;  /* of PendingReference, see json_schema_resolve */
	List *dialects; /* of SchemaDialect, see json_schema_dialect */
} SchemaCompiler;

/* The schema object being read, and the keyword of it. */
typedef struct SchemaDraft
{
	SchemaCompiler *compiler;
	SchemaNode *node;
	SchemaResource *resource;
	JsonbValue object;
	const char *keyword;
	RuleKind kind;        /* what the keyword makes, if it is one rule */
	const JsonPath *path; /* of the keyword */
	bool is_used[RULE_KINDS];
	SchemaRule rules[RULE_KINDS];
} SchemaDraft;

/* json_schema_compile: one schema that stands at path, below the keyword. */
extern SchemaNode *
schema_compile_node(SchemaCompiler *compiler, SchemaResource *resource,
                    const JsonbValue *value, const JsonPath *path,
                    const char *keyword);

/* A whole document known by the URI; it becomes a resource of its own. */
extern SchemaResource *
schema_compile_document(SchemaCompiler *compiler, Jsonb *document,
                        const char *uri);

/* The rule of that kind, all zero when it is first taken. */
extern SchemaRule *schema_take_rule(SchemaDraft *draft, RuleKind kind);

/* Path frames that live as long as the schema. */
extern const JsonPath *
schema_keep_key(const JsonPath *parent, const char *key, int length);
extern const JsonPath *schema_keep_item(const JsonPath *parent, int index);

/*
 * What is wrong at a place of the schema, as the rest of a sentence that begins
 * with the keyword, or with "the schema" where keyword is NULL.
 */
extern void schema_complain(SchemaCompiler *compiler, ProblemKind kind,
                            const JsonPath *path, const char *keyword,
                            const char *format, ...) pg_attribute_printf(5, 6);

/* The same at the draft's keyword. */
extern void schema_complain_keyword(SchemaDraft *draft, const char *format, ...)
	pg_attribute_printf(2, 3);

/* The string's text with its NUL; the same as a message quotes it, cut. */
extern char *schema_string(const JsonbValue *value);
extern char *schema_quote(const JsonbValue *value);

#endif

/*
 * json_schema_dialect.c
 *		Reads $vocabulary of the meta-schema that a schema names.
 *
 * Another draft's meta-schema is refused, not read as 2020-12: a keyword that
 * silently means something else would be worse than an error.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_dialect.h"
#include "json_schema_reference.h"
#include "json_schema_resolve.h"
#include "json_text.h"

#define VOCABULARY_URI "https://json-schema.org/draft/2020-12/vocab/"

/* What has been found out about one $schema, for the next that names it. */
typedef struct SchemaDialect
{
	const char *uri;
	int vocabularies;
} SchemaDialect;

static const struct
{
	const char *name;
	int vocabulary;
} vocabularies[] = {
	{"core", VOCABULARY_CORE},
	{"applicator", VOCABULARY_APPLICATOR},
	{"unevaluated", VOCABULARY_UNEVALUATED},
	{"validation", VOCABULARY_VALIDATION},
	{"meta-data", VOCABULARY_META_DATA},
	{"format-annotation", VOCABULARY_FORMAT_ANNOTATION},
	{"format-assertion", VOCABULARY_FORMAT_ASSERTION},
	{"content", VOCABULARY_CONTENT},
};

/* 0 for a vocabulary that is not one of the standard's. */
static int
find_vocabulary(const JsonbValue *uri)
{
	int prefix = (int) strlen(VOCABULARY_URI);
	const char *name = uri->val.string.val + prefix;
	int length = uri->val.string.len - prefix;

	if (length <= 0 ||
	    memcmp(uri->val.string.val, VOCABULARY_URI, (size_t) prefix) != 0)
		return 0;
	for (size_t i = 0; i < lengthof(vocabularies); i++)
		if ((int) strlen(vocabularies[i].name) == length &&
		    memcmp(name, vocabularies[i].name, (size_t) length) == 0)
			return vocabularies[i].vocabulary;
	return 0;
}

/*
 * The value of each member says whether the vocabulary is required; for one that
 * we have that makes no difference.  A meta-schema without $vocabulary is taken
 * for the standard's.
 */
static int
read_vocabularies(SchemaCompiler *compiler, Jsonb *meta, const JsonPath *path)
{
	JsonbValue root = json_cursor_root(meta);
	JsonbValue list;
	JsonCursor cursor;
	JsonbValue uri;
	JsonbValue is_required;
	int found = VOCABULARY_CORE;

	if (!json_cursor_find(&root, "$vocabulary", 11, &list) ||
	    !json_cursor_is_object(&list))
		return VOCABULARIES_STANDARD;
	json_cursor_open(&cursor, &list);
	while (json_cursor_next_pair(&cursor, &uri, &is_required))
	{
		int vocabulary = find_vocabulary(&uri);

		found |= vocabulary;
		if (vocabulary == 0 && is_required.type == jbvBool &&
		    is_required.val.boolean)
			schema_complain(compiler,
			                PROBLEM_REFERENCE,
			                path,
			                "$schema",
			                "names a dialect that requires the vocabulary %s, "
			                "which is not supported",
			                schema_quote(&uri));
	}
	return found;
}

static int
read_dialect(SchemaCompiler *compiler, const char *uri, const JsonPath *path)
{
	Jsonb *meta;

	if (strcmp(uri, DIALECT_STANDARD) == 0)
		return VOCABULARIES_STANDARD;
	meta = resolve_load_document(compiler, uri);
	if (meta != NULL)
		return read_vocabularies(compiler, meta, path);
	schema_complain(compiler,
	                PROBLEM_REFERENCE,
	                path,
	                "$schema",
	                "names the dialect %s, which is neither JSON Schema "
	                "2020-12 nor registered in mcp.json_schemas",
	                json_text_quote(uri, (int) strlen(uri)));
	return VOCABULARIES_STANDARD;
}

int
dialect_read(SchemaCompiler *compiler, const JsonbValue *value,
             const JsonPath *path)
{
	SchemaDialect *dialect;
	const char *uri;
	char *fragment;
	ListCell *cell;

	if (value->type != jbvString)
	{
		schema_complain(compiler,
		                PROBLEM_DEFINITION,
		                path,
		                "$schema",
		                "wants the URI of a dialect, not %s",
		                json_value_type(value));
		return VOCABULARIES_STANDARD;
	}
	uri = reference_split(schema_string(value), &fragment);
	foreach (cell, compiler->dialects)
	{
		dialect = lfirst(cell);
		if (strcmp(dialect->uri, uri) == 0)
			return dialect->vocabularies;
	}
	dialect = palloc(sizeof(*dialect));
	dialect->uri = uri;
	dialect->vocabularies = read_dialect(compiler, uri, path);
	compiler->dialects = lappend(compiler->dialects, dialect);
	return dialect->vocabularies;
}

/*
 * json_schema.c
 *		The door: finds, compiles, evaluates, and says what is wrong.
 */
#include "postgres.h"

#include "json_schema.h"
#include "json_schema_cache.h"
#include "json_schema_compile.h"
#include "json_schema_cursor.h"
#include "json_schema_dialect.h"
#include "json_schema_evaluate.h"

/* Frames between a document's path and an error's, set below the former. */
static JsonPath *
join_paths(const JsonPath *path, const JsonPath *below)
{
	JsonPath *leaf = NULL;
	JsonPath *child = NULL;

	for (; below->parent != NULL; below = below->parent)
	{
		JsonPath *copy = palloc(sizeof(*copy));

		*copy = *below;
		copy->parent = path;
		if (child != NULL)
			child->parent = copy;
		else
			leaf = copy;
		child = copy;
	}
	return leaf;
}

static void
add_problems(const SchemaErrors *errors, const JsonPath *path,
             ProblemList *problems)
{
	for (int i = 0; i < schema_errors_count(errors); i++)
	{
		const SchemaError *error = schema_errors_get(errors, i);
		const JsonPath *joined = join_paths(path, error->path);

		problem_add(problems,
		            error->kind,
		            error->keyword,
		            joined == NULL ? path : joined,
		            NULL,
		            "%s",
		            error->message);
	}
}

const JsonSchema *
json_schema_find(Jsonb *document, const JsonPath *path, ProblemList *problems)
{
	const JsonSchema *cached = schema_cache_find(document);
	SchemaErrors *errors;
	JsonSchema *schema;

	if (cached != NULL)
		return cached;
	errors = schema_errors_create();
	schema = schema_compile(document, errors);
	if (schema != NULL)
		schema_cache_keep(schema);
	else
		add_problems(errors, path, problems);
	return schema;
}

const JsonSchema *
json_schema_get(Jsonb *document)
{
	const JsonSchema *schema = schema_cache_find(document);
	ProblemList *problems;
	JsonPath root;

	if (schema != NULL)
		return schema;
	problems = problem_list_create();
	root = json_path_root();
	schema = json_schema_find(document, &root, problems);
	problem_raise_first(problems);
	return schema;
}

bool
json_schema_is_valid(const JsonSchema *schema, const JsonbValue *value,
                     SchemaFormats formats)
{
	JsonPath root = json_path_root();

	return schema_evaluate(
		schema, value, &root, formats == SCHEMA_FORMATS_ASSERT, NULL);
}

SchemaErrors *
json_schema_collect(const JsonSchema *schema, const JsonbValue *value,
                    SchemaFormats formats)
{
	SchemaErrors *errors = schema_errors_create();
	JsonPath root = json_path_root();

	/* Most are valid: the answer alone costs a fraction of the reasons. */
	if (!json_schema_is_valid(schema, value, formats))
		schema_evaluate(
			schema, value, &root, formats == SCHEMA_FORMATS_ASSERT, errors);
	return errors;
}

bool
json_schema_check(const JsonSchema *schema, const JsonbValue *value,
                  SchemaFormats formats, const JsonPath *path,
                  ProblemList *problems)
{
	SchemaErrors *errors = json_schema_collect(schema, value, formats);

	add_problems(errors, path, problems);
	return schema_errors_count(errors) == 0;
}

/* {"$ref": <the dialect that the schema names>}: its meta-schema, cached. */
static const JsonSchema *
get_meta_schema(const JsonbValue *document, SchemaErrors *errors)
{
	JsonbParseState *state = NULL;
	JsonbValue key;
	JsonbValue uri;
	JsonbValue dialect;
	Jsonb *schema;
	const JsonSchema *cached;
	JsonSchema *compiled;

	if (!json_cursor_find(document, "$schema", 7, &dialect) ||
	    dialect.type != jbvString)
	{
		dialect.type = jbvString;
		dialect.val.string.val = pstrdup(DIALECT_STANDARD);
		dialect.val.string.len = (int) strlen(DIALECT_STANDARD);
	}
	key.type = jbvString;
	key.val.string.val = pstrdup("$ref");
	key.val.string.len = 4;
	uri = dialect;
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	pushJsonbValue(&state, WJB_KEY, &key);
	pushJsonbValue(&state, WJB_VALUE, &uri);
	schema = JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));

	cached = schema_cache_find(schema);
	if (cached != NULL)
		return cached;
	compiled = schema_compile(schema, errors);
	if (compiled != NULL)
		schema_cache_keep(compiled);
	return compiled;
}

SchemaErrors *
json_schema_collect_own(Jsonb *document)
{
	SchemaErrors *errors = schema_errors_create();
	JsonbValue value = json_cursor_root(document);
	const JsonSchema *meta = get_meta_schema(&value, schema_errors_create());
	JsonPath root = json_path_root();
	JsonSchema *schema;

	/*
	 * An unknown dialect is what compiling complains about, and so are formats:
	 * it can say what is wrong with a pattern, not only that something is.
	 */
	if (meta != NULL)
		schema_evaluate(meta, &value, &root, false, errors);

	/* Each vocabulary's meta-schema says what a schema is, one like another. */
	schema_errors_drop_repeats(errors);
	if (schema_errors_count(errors) > 0)
		return errors;
	schema = schema_compile(document, errors);
	if (schema != NULL)
		schema_destroy(schema);
	return errors;
}

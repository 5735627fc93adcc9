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
#include "mcp_error.h"

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

static SchemaSubject
subject_of(const JsonbValue *value, SchemaFormats formats)
{
	return (SchemaSubject){
		value, json_path_root(), formats == SCHEMA_FORMATS_ASSERT};
}

static void
raise_failure(const SchemaFailure *failure)
{
	if (failure->sqlstate != 0)
		ereport(ERROR,
		        errcode(failure->sqlstate),
		        errmsg("%s", failure->message),
		        errhint("%s", failure->hint));
}

bool
json_schema_is_valid(const JsonSchema *schema, const JsonbValue *value,
                     SchemaFormats formats)
{
	SchemaSubject subject = subject_of(value, formats);
	SchemaFailure failure;
	bool is_valid = schema_evaluate(schema, &subject, NULL, &failure);

	raise_failure(&failure);
	return is_valid;
}

/* Most are valid: the answer alone costs a fraction of the reasons. */
static SchemaErrors *
collect(const JsonSchema *schema, const SchemaSubject *subject,
        SchemaFailure *failure)
{
	SchemaErrors *errors = schema_errors_create();

	if (!schema_evaluate(schema, subject, NULL, failure) &&
	    failure->sqlstate == 0)
		schema_evaluate(schema, subject, errors, failure);
	return errors;
}

SchemaErrors *
json_schema_collect(const JsonSchema *schema, const JsonbValue *value,
                    SchemaFormats formats)
{
	SchemaSubject subject = subject_of(value, formats);
	SchemaFailure failure;
	SchemaErrors *errors = collect(schema, &subject, &failure);

	raise_failure(&failure);
	return errors;
}

bool
json_schema_check(const JsonSchema *schema, const JsonbValue *value,
                  SchemaFormats formats, const JsonPath *path,
                  ProblemList *problems)
{
	SchemaSubject subject = subject_of(value, formats);
	SchemaFailure failure;
	SchemaErrors *errors = collect(schema, &subject, &failure);

	if (failure.sqlstate == 0)
	{
		add_problems(errors, path, problems);
		return schema_errors_count(errors) == 0;
	}
	problem_add(problems,
	            failure.sqlstate == ERRCODE_MCP_LOOP ? PROBLEM_LOOP
	                                                 : PROBLEM_DEFINITION,
	            "json_schema",
	            path,
	            failure.hint,
	            "%s",
	            failure.message);
	return false;
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
	SchemaSubject subject = subject_of(&value, SCHEMA_FORMATS_ANNOTATE);
	SchemaFailure failure;
	JsonSchema *schema;

	/*
	 * An unknown dialect is what compiling complains about, and so are formats:
	 * it can say what is wrong with a pattern, not only that something is.
	 */
	if (meta != NULL)
	{
		schema_evaluate(meta, &subject, errors, &failure);
		raise_failure(&failure);
	}

	/* Each vocabulary's meta-schema says what a schema is, one like another. */
	schema_errors_drop_repeats(errors);
	if (schema_errors_count(errors) > 0)
		return errors;
	schema = schema_compile(document, errors);
	if (schema != NULL)
		schema_destroy(schema);
	return errors;
}

/*
 * json_schema_compile.c
 *		Walks through documents, making a node of each schema in them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "json_schema_compile.h"
#include "json_schema_compiler.h"
#include "json_schema_cursor.h"
#include "json_schema_identity.h"
#include "json_schema_index.h"
#include "json_schema_keyword.h"
#include "json_schema_loop.h"
#include "json_schema_resolve.h"

static SchemaNode *create_node(SchemaResource *resource, const JsonPath *path,
                               const char *keyword);
static void read_keywords(SchemaDraft *draft);
static void finish_node(SchemaDraft *draft);

JsonSchema *
schema_compile(Jsonb *document, SchemaErrors *errors)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "JSON Schema", ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	SchemaCompiler compiler = {0};
	SchemaResource *root;
	int count = schema_errors_count(errors);

	compiler.schema = palloc0(sizeof(JsonSchema));
	compiler.schema->context = context;
	compiler.schema->document = palloc(VARSIZE(document));
	memcpy(compiler.schema->document, document, VARSIZE(document));
	compiler.errors = errors;
	index_begin(&compiler);

	root = schema_compile_document(&compiler, compiler.schema->document, "");
	compiler.schema->root =
		schema_compile_node(&compiler, root, &root->root, root->path, NULL);
	resolve_pending(&compiler);
	loop_check(&compiler);

	hash_destroy(compiler.names);
	hash_destroy(compiler.places);
	MemoryContextSwitchTo(before);
	if (schema_errors_count(errors) == count)
		return compiler.schema;
	MemoryContextDelete(context);
	return NULL;
}

void
schema_destroy(JsonSchema *schema)
{
	MemoryContextDelete(schema->context);
}

/*
 * A document is known by the URI it was asked for, and by its own $id if it
 * has one: identity_open_resource, which every $id comes through, sees to that.
 */
SchemaResource *
schema_compile_document(SchemaCompiler *compiler, Jsonb *document,
                        const char *uri)
{
	JsonbValue root = json_cursor_root(document);
	JsonPath *path = palloc(sizeof(*path));
	SchemaResource *resource;

	*path = json_path_root();
	resource = identity_create_resource(compiler, uri, &root, path);
	index_add_resource(compiler, uri, resource);
	schema_compile_node(compiler, resource, &root, path, NULL);
	return resource;
}

static void
complain_type(SchemaCompiler *compiler, const JsonbValue *value,
              const JsonPath *path, const char *keyword)
{
	const char *type = json_value_type(value);

	if (keyword == NULL)
		schema_complain(compiler,
		                PROBLEM_DEFINITION,
		                path,
		                NULL,
		                "is %s, not an object, true or false",
		                type);
	else
		schema_complain(compiler,
		                PROBLEM_DEFINITION,
		                path,
		                keyword,
		                "has %s where a schema should be, which is an object, "
		                "true or false",
		                type);
}

SchemaNode *
schema_compile_node(SchemaCompiler *compiler, SchemaResource *resource,
                    const JsonbValue *value, const JsonPath *path,
                    const char *keyword)
{
	SchemaDraft *draft;
	SchemaNode *node;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (!json_cursor_is_object(value))
	{
		node = create_node(resource, path, keyword);
		if (value->type != jbvBool)
			complain_type(compiler, value, path, keyword);
		else if (!value->val.boolean)
		{
			node->rules = palloc0(sizeof(SchemaRule));
			node->rules[0].kind = RULE_FALSE;
			node->rule_count = 1;
		}
		return node;
	}
	node = index_find_node(compiler, value->val.binary.data);
	if (node != NULL)
		return node;

	resource = identity_open_resource(compiler, resource, value, path);
	node = create_node(resource, path, keyword);
	index_add_node(compiler, value->val.binary.data, node);

	/* On the heap: it is large, and schemas may be deep. */
	draft = palloc0(sizeof(*draft));
	draft->compiler = compiler;
	draft->node = node;
	draft->resource = resource;
	draft->object = *value;
	identity_read_anchors(draft);
	read_keywords(draft);
	finish_node(draft);
	pfree(draft);
	return node;
}

static SchemaNode *
create_node(SchemaResource *resource, const JsonPath *path, const char *keyword)
{
	SchemaNode *node = palloc0(sizeof(*node));

	node->resource = resource;
	node->path = path;
	node->parent_keyword = keyword;
	return node;
}

static void
read_keywords(SchemaDraft *draft)
{
	JsonCursor cursor;
	JsonbValue key;
	JsonbValue value;

	json_cursor_open(&cursor, &draft->object);
	while (json_cursor_next_pair(&cursor, &key, &value))
	{
		const SchemaKeyword *keyword =
			keyword_find(key.val.string.val, key.val.string.len);

		if (keyword == NULL ||
		    (keyword->vocabularies & draft->resource->vocabularies) == 0)
			continue;
		draft->keyword = keyword->name;
		draft->kind = keyword->kind;
		draft->path = schema_keep_key(
			draft->node->path, key.val.string.val, key.val.string.len);
		keyword->read(draft, &value);
	}
}

SchemaRule *
schema_take_rule(SchemaDraft *draft, RuleKind kind)
{
	SchemaRule *rule = &draft->rules[kind];

	if (!draft->is_used[kind])
	{
		draft->is_used[kind] = true;
		rule->kind = kind;
		if (kind == RULE_CONTAINS)
		{
			rule->u.contains.least = 1;
			rule->u.contains.most = PG_INT64_MAX;
		}
	}
	return rule;
}

/* The rules, in the order of their kinds, which is that of evaluation. */
static void
finish_node(SchemaDraft *draft)
{
	SchemaNode *node = draft->node;

	for (int kind = 0; kind < RULE_KINDS; kind++)
		node->rule_count += draft->is_used[kind] ? 1 : 0;
	node->rules = palloc(sizeof(SchemaRule) * (size_t) node->rule_count);
	node->rule_count = 0;
	for (int kind = 0; kind < RULE_KINDS; kind++)
		if (draft->is_used[kind])
			node->rules[node->rule_count++] = draft->rules[kind];
	node->has_unevaluated = draft->is_used[RULE_UNEVALUATED_ITEMS] ||
	                        draft->is_used[RULE_UNEVALUATED_PROPERTIES];
}

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
#include "json_schema_dialect.h"
#include "json_schema_index.h"
#include "json_schema_keyword.h"
#include "json_schema_loop.h"
#include "json_schema_reference.h"
#include "json_schema_resolve.h"
#include "json_text.h"

static SchemaNode *create_node(SchemaResource *resource, const JsonPath *path,
                               const char *keyword);
static SchemaResource *
open_resource(SchemaCompiler *compiler, SchemaResource *outer,
              const JsonbValue *object, const JsonPath *path);
static void read_anchors(SchemaDraft *draft);
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
	index_open(&compiler);

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

static SchemaResource *
create_resource(SchemaCompiler *compiler, const char *uri,
                const JsonbValue *root, const JsonPath *path)
{
	SchemaResource *resource = palloc0(sizeof(*resource));

	resource->uri = uri;
	resource->index = compiler->schema->resource_count++;
	resource->root = *root;
	resource->path = path;
	resource->vocabularies = VOCABULARIES_STANDARD;
	return resource;
}

/*
 * A document is known by the URI it was asked for, and by its own $id if it
 * has one: open_resource, which every $id comes through, sees to that.
 */
SchemaResource *
schema_compile_document(SchemaCompiler *compiler, Jsonb *document,
                        const char *uri)
{
	JsonbValue root = json_cursor_root(document);
	JsonPath *path = palloc(sizeof(*path));
	SchemaResource *resource;

	*path = json_path_root();
	resource = create_resource(compiler, uri, &root, path);
	index_add_resource(compiler, uri, resource);
	schema_compile_node(compiler, resource, &root, path, NULL);
	return resource;
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
			schema_complain(
				compiler,
				PROBLEM_DEFINITION,
				path,
				keyword,
				"has %s where a schema should be, which is an object, "
				"true or false",
				json_value_type(value));
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

	resource = open_resource(compiler, resource, value, path);
	node = create_node(resource, path, keyword);
	index_add_node(compiler, value->val.binary.data, node);

	/* On the heap: it is large, and schemas may be deep. */
	draft = palloc0(sizeof(*draft));
	draft->compiler = compiler;
	draft->node = node;
	draft->resource = resource;
	draft->object = *value;
	read_anchors(draft);
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

static bool
find_string(SchemaCompiler *compiler, const JsonbValue *object,
            const JsonPath *path, const char *keyword, char **text)
{
	int length = (int) strlen(keyword);
	JsonbValue value;

	if (!json_cursor_find(object, keyword, length, &value))
		return false;
	if (value.type == jbvString)
	{
		*text = schema_string(&value);
		return true;
	}
	schema_complain(compiler,
	                PROBLEM_DEFINITION,
	                schema_keep_key(path, keyword, length),
	                keyword,
	                "wants a string, not %s",
	                json_value_type(&value));
	return false;
}

/* The URI that an $id gives; NULL, with a complaint, for what is none. */
static const char *
read_id(SchemaCompiler *compiler, const SchemaResource *outer, const char *id,
        const JsonPath *path)
{
	char *fragment;
	char *uri = reference_split(reference_resolve(outer->uri, id), &fragment);

	if (fragment[0] == '\0')
		return uri;
	schema_complain(compiler,
	                PROBLEM_DEFINITION,
	                schema_keep_key(path, "$id", 3),
	                "$id",
	                "is %s, with a fragment; a name within a schema is an "
	                "$anchor",
	                json_text_quote(id, (int) strlen(id)));
	return NULL;
}

/*
 * The resource that the object belongs to: a new one if it has an $id, except
 * that a document's own $id only gives its resource another URI.
 */
static SchemaResource *
open_resource(SchemaCompiler *compiler, SchemaResource *outer,
              const JsonbValue *object, const JsonPath *path)
{
	bool is_document = path == outer->path;
	SchemaResource *resource = outer;
	JsonbValue dialect;
	const char *uri;
	char *id;

	if (find_string(compiler, object, path, "$id", &id))
	{
		uri = read_id(compiler, outer, id, path);
		if (uri == NULL)
			return outer;
		if (is_document)
			outer->uri = uri;
		else
		{
			resource = create_resource(compiler, uri, object, path);
			resource->vocabularies = outer->vocabularies;
		}
		if (!index_add_resource(compiler, uri, resource) &&
		    index_find_resource(compiler, uri) != resource)
			schema_complain(compiler,
			                PROBLEM_DEFINITION,
			                schema_keep_key(path, "$id", 3),
			                "$id",
			                "is %s, which is the $id of another schema here",
			                json_text_quote(id, (int) strlen(id)));
	}
	if ((is_document || resource != outer) &&
	    json_cursor_find(object, "$schema", 7, &dialect))
		resource->vocabularies = dialect_read(
			compiler, &dialect, schema_keep_key(path, "$schema", 7));
	return resource;
}

static void
add_anchor(SchemaDraft *draft, const JsonPath *path, const char *keyword,
           char *name, bool is_dynamic)
{
	SchemaDynamicAnchor *anchor;

	if (!index_add_anchor(
			draft->compiler, draft->resource, name, draft->node, is_dynamic))
	{
		schema_complain(draft->compiler,
		                PROBLEM_DEFINITION,
		                schema_keep_key(path, keyword, (int) strlen(keyword)),
		                keyword,
		                "gives the name %s a second time",
		                json_text_quote(name, (int) strlen(name)));
		return;
	}
	if (!is_dynamic)
		return;
	anchor = palloc(sizeof(*anchor));
	anchor->name = name;
	anchor->node = draft->node;
	anchor->next = draft->resource->dynamic_anchors;
	draft->resource->dynamic_anchors = anchor;
	draft->compiler->schema->has_dynamic_anchors = true;
}

static void
read_anchors(SchemaDraft *draft)
{
	const JsonPath *path = draft->node->path;
	char *name;

	if (find_string(draft->compiler, &draft->object, path, "$anchor", &name))
		add_anchor(draft, path, "$anchor", name, false);
	if (find_string(
			draft->compiler, &draft->object, path, "$dynamicAnchor", &name))
		add_anchor(draft, path, "$dynamicAnchor", name, true);
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

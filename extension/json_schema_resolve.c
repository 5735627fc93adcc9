/*
 * json_schema_resolve.c
 *		Follows URIs to resources, and fragments to nodes.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_index.h"
#include "json_schema_meta.h"
#include "json_schema_pointer.h"
#include "json_schema_reference.h"
#include "json_schema_resolve.h"
#include "json_schema_store.h"
#include "json_text.h"

typedef struct PendingReference
{
	SchemaReference *reference;
	SchemaResource *resource; /* whose URI is the base */
	const JsonPath *path;
	const char *keyword;
} PendingReference;

void
resolve_read_reference(SchemaDraft *draft, const JsonbValue *value)
{
	SchemaCompiler *compiler = draft->compiler;
	SchemaReference *reference;
	PendingReference *pending;

	if (value->type != jbvString)
	{
		schema_complain_keyword(
			draft, "wants a URI reference, not %s", json_value_type(value));
		return;
	}
	reference = palloc0(sizeof(*reference));
	reference->text = schema_string(value);
	schema_take_rule(draft, draft->kind)->u.reference = reference;

	pending = palloc(sizeof(*pending));
	pending->reference = reference;
	pending->resource = draft->resource;
	pending->path = draft->path;
	pending->keyword = draft->keyword;
	compiler->pending = lappend(compiler->pending, pending);
}

Jsonb *
resolve_load_document(SchemaCompiler *compiler, const char *uri)
{
	Jsonb *document = meta_find(uri);

	if (document != NULL)
		return document;
	compiler->schema->uses_registry = true;
	if (!schema_store_is_current())
		compiler->schema->is_provisional = true;
	return schema_store_find(uri);
}

static SchemaResource *
find_resource(SchemaCompiler *compiler, const char *uri)
{
	SchemaResource *resource = index_find_resource(compiler, uri);
	Jsonb *document;

	if (resource != NULL || uri[0] == '\0')
		return resource;
	document = resolve_load_document(compiler, uri);
	return document == NULL ? NULL
	                        : schema_compile_document(compiler, document, uri);
}

/* An index into an array: digits without a leading zero. */
static int
parse_index(const char *token, size_t length)
{
	int index = 0;

	if (length == 0 || length > 9 || (length > 1 && token[0] == '0'))
		return -1;
	for (size_t i = 0; i < length; i++)
	{
		if (token[i] < '0' || token[i] > '9')
			return -1;
		index = index * 10 + (token[i] - '0');
	}
	return index;
}

/* Goes one token down from *value; false where there is nothing. */
static bool
step_down(JsonbValue *value, const char *token, size_t length,
          const JsonPath **path)
{
	JsonbValue *item;
	JsonbValue member;
	int index;

	if (json_cursor_find(value, token, (int) length, &member))
	{
		*value = member;
		*path = schema_keep_key(*path, pnstrdup(token, length), (int) length);
		return true;
	}
	if (!json_cursor_is_array(value))
		return false;
	index = parse_index(token, length);
	if (index < 0 || index >= json_cursor_count(value))
		return false;
	item =
		getIthJsonbValueFromContainer(value->val.binary.data, (uint32) index);
	*value = *item;
	*path = schema_keep_item(*path, index);
	return true;
}

/*
 * Follows a JSON Pointer.  On its way it may enter a resource within this one,
 * whose URI is then the base of what it finds.  A place that no keyword has led
 * to becomes a schema because this reference says so.
 */
static SchemaNode *
follow_pointer(SchemaCompiler *compiler, SchemaResource *resource,
               const char *pointer, const char *keyword)
{
	size_t length = strlen(pointer);
	size_t position = 0;
	JsonbValue value = resource->root;
	const JsonPath *path = resource->path;
	char *token = palloc(length + 1);

	if (!pointer_is_absolute(pointer, length))
		return NULL;
	while (position < length)
	{
		size_t size = pointer_take_token(pointer, length, &position, token);
		SchemaNode *node;

		if (!step_down(&value, token, size, &path))
			return NULL;
		if (value.type != jbvBinary)
			continue;
		node = index_find_node(compiler, value.val.binary.data);
		if (node != NULL)
			resource = node->resource;
	}
	if (value.type != jbvBool && !json_cursor_is_object(&value))
		return NULL;
	return schema_compile_node(compiler, resource, &value, path, keyword);
}

static SchemaNode *
follow_fragment(SchemaCompiler *compiler, SchemaResource *resource,
                const char *fragment, const PendingReference *pending)
{
	bool is_dynamic = false;
	SchemaNode *node;

	if (fragment[0] == '\0' || fragment[0] == '/')
		return follow_pointer(compiler, resource, fragment, pending->keyword);
	node = index_find_anchor(compiler, resource, fragment, &is_dynamic);

	/* Only a reference that starts out at a dynamic anchor is dynamic. */
	if (is_dynamic && strcmp(pending->keyword, "$dynamicRef") == 0)
		pending->reference->dynamic_anchor = pstrdup(fragment);
	return node;
}

static void
resolve(SchemaCompiler *compiler, const PendingReference *pending)
{
	SchemaReference *reference = pending->reference;
	char *fragment;
	char *uri = reference_resolve(pending->resource->uri, reference->text);
	char *document = reference_split(uri, &fragment);
	SchemaResource *resource = find_resource(compiler, document);

	if (resource == NULL)
	{
		schema_complain(compiler,
		                PROBLEM_REFERENCE,
		                pending->path,
		                pending->keyword,
		                "leads to %s, which is neither within this schema "
		                "nor registered in mcp.json_schemas",
		                json_text_quote(document, (int) strlen(document)));
		return;
	}
	reference->target = follow_fragment(compiler, resource, fragment, pending);
	if (reference->target == NULL)
		schema_complain(
			compiler,
			PROBLEM_REFERENCE,
			pending->path,
			pending->keyword,
			"leads to %s, where there is no schema",
			json_text_quote(reference->text, (int) strlen(reference->text)));
}

void
resolve_pending(SchemaCompiler *compiler)
{
	/* The list grows while it is walked: a document has references too. */
	for (int i = 0; i < list_length(compiler->pending); i++)
		resolve(compiler, list_nth(compiler->pending, i));
}

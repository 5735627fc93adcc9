/*
 * json_schema_identity.c
 *		Reads $id, $schema, $anchor and $dynamicAnchor.
 */
#include "postgres.h"

#include "json_schema_cursor.h"
#include "json_schema_dialect.h"
#include "json_schema_identity.h"
#include "json_schema_index.h"
#include "json_schema_reference.h"
#include "json_text.h"

SchemaResource *
identity_create_resource(SchemaCompiler *compiler, const char *uri,
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
SchemaResource *
identity_open_resource(SchemaCompiler *compiler, SchemaResource *outer,
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
			resource = identity_create_resource(compiler, uri, object, path);
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

void
identity_read_anchors(SchemaDraft *draft)
{
	const JsonPath *path = draft->node->path;
	char *name;

	if (find_string(draft->compiler, &draft->object, path, "$anchor", &name))
		add_anchor(draft, path, "$anchor", name, false);
	if (find_string(
			draft->compiler, &draft->object, path, "$dynamicAnchor", &name))
		add_anchor(draft, path, "$dynamicAnchor", name, true);
}

/*
 * json_schema_index.c
 *		Two hash tables: by name, and by place in memory.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "json_schema_index.h"

/* A URI has no resource; an anchor is a name within one. */
typedef struct NameKey
{
	const SchemaResource *resource;
	const char *text;
} NameKey;

typedef struct NameEntry
{
	NameKey key;
	SchemaResource *named; /* for a URI */
	SchemaNode *node;      /* for an anchor */
	bool is_dynamic;
} NameEntry;

typedef struct PlaceEntry
{
	const JsonbContainer *container;
	SchemaNode *node;
} PlaceEntry;

static uint32
hash_name(const void *key, Size size)
{
	const NameKey *name = key;
	uint32 hash = DatumGetUInt32(
		hash_any((const unsigned char *) name->text, (int) strlen(name->text)));

	return hash_combine(
		hash, name->resource == NULL ? 0 : (uint32) name->resource->index + 1);
}

static int
compare_names(const void *a, const void *b, Size size)
{
	const NameKey *left = a;
	const NameKey *right = b;

	if (left->resource != right->resource)
		return 1;
	return strcmp(left->text, right->text);
}

void
index_begin(SchemaCompiler *compiler)
{
	HASHCTL control = {0};

	control.keysize = sizeof(NameKey);
	control.entrysize = sizeof(NameEntry);
	control.hash = hash_name;
	control.match = compare_names;
	control.hcxt = CurrentMemoryContext;
	compiler->names =
		hash_create("names of a JSON Schema",
	                32,
	                &control,
	                HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);

	control.keysize = sizeof(const JsonbContainer *);
	control.entrysize = sizeof(PlaceEntry);
	compiler->places = hash_create("places of a JSON Schema",
	                               64,
	                               &control,
	                               HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* A new entry, or NULL if there is one. */
static NameEntry *
add_name(SchemaCompiler *compiler, const SchemaResource *resource,
         const char *text)
{
	NameKey key = {resource, text};
	bool is_found;
	NameEntry *entry =
		hash_search(compiler->names, &key, HASH_ENTER, &is_found);

	return is_found ? NULL : entry;
}

static NameEntry *
find_name(SchemaCompiler *compiler, const SchemaResource *resource,
          const char *text)
{
	NameKey key = {resource, text};

	return hash_search(compiler->names, &key, HASH_FIND, NULL);
}

bool
index_add_resource(SchemaCompiler *compiler, const char *uri,
                   SchemaResource *resource)
{
	NameEntry *entry = add_name(compiler, NULL, uri);

	if (entry == NULL)
		return false;
	entry->named = resource;
	entry->node = NULL;
	entry->is_dynamic = false;
	return true;
}

bool
index_add_anchor(SchemaCompiler *compiler, const SchemaResource *resource,
                 const char *name, SchemaNode *node, bool is_dynamic)
{
	NameEntry *entry = add_name(compiler, resource, name);

	if (entry == NULL)
		return false;
	entry->named = NULL;
	entry->node = node;
	entry->is_dynamic = is_dynamic;
	return true;
}

void
index_add_node(SchemaCompiler *compiler, const JsonbContainer *container,
               SchemaNode *node)
{
	PlaceEntry *entry =
		hash_search(compiler->places, &container, HASH_ENTER, NULL);

	entry->node = node;
}

SchemaResource *
index_find_resource(SchemaCompiler *compiler, const char *uri)
{
	const NameEntry *entry = find_name(compiler, NULL, uri);

	return entry == NULL ? NULL : entry->named;
}

SchemaNode *
index_find_anchor(SchemaCompiler *compiler, const SchemaResource *resource,
                  const char *name, bool *is_dynamic)
{
	const NameEntry *entry = find_name(compiler, resource, name);

	if (entry == NULL)
		return NULL;
	*is_dynamic = entry->is_dynamic;
	return entry->node;
}

SchemaNode *
index_find_node(SchemaCompiler *compiler, const JsonbContainer *container)
{
	const PlaceEntry *entry =
		hash_search(compiler->places, &container, HASH_FIND, NULL);

	return entry == NULL ? NULL : entry->node;
}

void
index_open_nodes(SchemaCompiler *compiler, HASH_SEQ_STATUS *scan)
{
	hash_seq_init(scan, compiler->places);
}

SchemaNode *
index_next_node(HASH_SEQ_STATUS *scan)
{
	const PlaceEntry *entry = hash_seq_search(scan);

	return entry == NULL ? NULL : entry->node;
}

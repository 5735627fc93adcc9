/*
 * json_schema_error.c
 *		A list of errors in one memory context.
 */
#include "postgres.h"

#include "utils/palloc.h"

#include "json_schema_error.h"

#define ERRORS_MAX 1000
#define FIRST_ROOM 8

struct SchemaErrors
{
	MemoryContext context;
	SchemaError *errors;
	int count;
	int room;
};

SchemaErrors *
schema_errors_create(void)
{
	SchemaErrors *errors = palloc(sizeof(*errors));

	errors->context = CurrentMemoryContext;
	errors->errors = palloc(sizeof(SchemaError) * FIRST_ROOM);
	errors->count = 0;
	errors->room = FIRST_ROOM;
	return errors;
}

/*
 * The frames stand on the stack of a function that is about to return, the keys
 * in a document that may be gone before the list.
 */
static const char *
copy_text(const char *text)
{
	return text == NULL ? NULL : pstrdup(text);
}

static const JsonPath *
copy_path(const JsonPath *path)
{
	JsonPath *leaf = NULL;
	JsonPath *child = NULL;

	for (; path != NULL; path = path->parent)
	{
		JsonPath *copy = palloc(sizeof(*copy));

		*copy = *path;
		if (path->key != NULL)
			copy->key = pnstrdup(path->key, (Size) path->key_length);
		if (child != NULL)
			child->parent = copy;
		else
			leaf = copy;
		child = copy;
	}
	return leaf;
}

void
schema_errors_add(SchemaErrors *errors, const SchemaError *error)
{
	MemoryContext before = MemoryContextSwitchTo(errors->context);

	if (errors->count == errors->room && errors->room < ERRORS_MAX)
	{
		errors->room *= 2;
		errors->errors = repalloc(errors->errors,
		                          sizeof(SchemaError) * (size_t) errors->room);
	}
	if (errors->count < Min(errors->room, ERRORS_MAX))
	{
		SchemaError *kept = &errors->errors[errors->count++];

		*kept = *error;
		kept->path = copy_path(error->path);
		kept->schema_path = copy_text(error->schema_path);
		kept->keyword = copy_text(error->keyword);
		kept->message = copy_text(error->message);
	}
	MemoryContextSwitchTo(before);
}

bool
schema_errors_is_full(const SchemaErrors *errors)
{
	return errors->count >= ERRORS_MAX;
}

int
schema_errors_count(const SchemaErrors *errors)
{
	return errors->count;
}

const SchemaError *
schema_errors_get(const SchemaErrors *errors, int index)
{
	return &errors->errors[index];
}

void
schema_errors_cut(SchemaErrors *errors, int count)
{
	errors->count = count;
}

static bool
is_same_path(const JsonPath *a, const JsonPath *b)
{
	while (a != NULL && b != NULL)
	{
		bool has_key = a->key != NULL;

		if (has_key != (b->key != NULL) || a->index != b->index ||
		    (has_key && strcmp(a->key, b->key) != 0))
			return false;
		a = a->parent;
		b = b->parent;
	}
	return a == b;
}

static bool
is_repeat(const SchemaErrors *errors, int count, const SchemaError *error)
{
	for (int i = 0; i < count; i++)
		if (strcmp(errors->errors[i].message, error->message) == 0 &&
		    is_same_path(errors->errors[i].path, error->path))
			return true;
	return false;
}

void
schema_errors_drop_repeats(SchemaErrors *errors)
{
	int kept = 0;

	for (int i = 0; i < errors->count; i++)
		if (!is_repeat(errors, kept, &errors->errors[i]))
			errors->errors[kept++] = errors->errors[i];
	errors->count = kept;
}

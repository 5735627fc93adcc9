/*
 * output_path.c
 *		A part of a step's result, by key or by path.
 */
#include "postgres.h"

#include "output_path.h"

/* What is left to read of the path. */
typedef struct Reader
{
	const char *at;
	const char *end;
} Reader;

static bool find_path(JsonbContainer *root, Reader *reader, JsonbValue *value);
static bool step_into(Reader *reader, bool is_first, JsonbContainer *container,
                      JsonbValue *value);
static bool
read_brackets(Reader *reader, JsonbContainer *container, JsonbValue *value);
static bool
read_quoted(Reader *reader, JsonbContainer *container, JsonbValue *value);
static bool
read_position(Reader *reader, JsonbContainer *container, JsonbValue *value);
static bool find_key(JsonbContainer *container, const char *key, int length,
                     JsonbValue *value);

bool
output_path_find(Jsonb *result, const char *name, int length, JsonbValue *value)
{
	Reader reader = {name, name + length};

	if (JB_ROOT_IS_SCALAR(result))
		return false;
	if (find_key(&result->root, name, length, value))
		return true;
	return find_path(&result->root, &reader, value);
}

static bool
find_path(JsonbContainer *root, Reader *reader, JsonbValue *value)
{
	JsonbContainer *container = root;
	bool is_first = true;

	if (reader->at == reader->end)
		return false;
	while (reader->at < reader->end)
	{
		if (container == NULL || !step_into(reader, is_first, container, value))
			return false;
		container = value->type == jbvBinary ? value->val.binary.data : NULL;
		is_first = false;
	}
	return true;
}

/* One key or position; a dot stands between a key and what is before it. */
static bool
step_into(Reader *reader, bool is_first, JsonbContainer *container,
          JsonbValue *value)
{
	const char *start;

	if (*reader->at == '[')
		return read_brackets(reader, container, value);
	if (!is_first && *reader->at++ != '.')
		return false;
	start = reader->at;
	while (reader->at < reader->end && *reader->at != '.' && *reader->at != '[')
		reader->at++;
	return reader->at > start &&
	       find_key(container, start, (int) (reader->at - start), value);
}

static bool
read_brackets(Reader *reader, JsonbContainer *container, JsonbValue *value)
{
	bool is_found;

	reader->at++;
	if (reader->at < reader->end && (*reader->at == '"' || *reader->at == '\''))
		is_found = read_quoted(reader, container, value);
	else
		is_found = read_position(reader, container, value);
	return is_found && reader->at < reader->end && *reader->at++ == ']';
}

/* The key ends at the next quote of its kind: it cannot hold that one. */
static bool
read_quoted(Reader *reader, JsonbContainer *container, JsonbValue *value)
{
	char quote = *reader->at++;
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at != quote)
		reader->at++;
	if (reader->at == reader->end)
		return false;
	reader->at++;
	return find_key(container, start, (int) (reader->at - start - 1), value);
}

static bool
read_position(Reader *reader, JsonbContainer *container, JsonbValue *value)
{
	bool is_from_end = false;
	int64 position = 0;
	int64 count;
	const char *start;
	JsonbValue *item;

	if (!JsonContainerIsArray(container))
		return false;
	if (reader->at < reader->end && *reader->at == '-')
	{
		is_from_end = true;
		reader->at++;
	}
	start = reader->at;
	count = JsonContainerSize(container);
	for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
	     reader->at++)
		position = Min(position * 10 + (*reader->at - '0'), count + 1);
	if (reader->at == start)
		return false;
	if (is_from_end)
		position = count - position;
	if (position < 0 || position >= count)
		return false;
	item = getIthJsonbValueFromContainer(container, (uint32) position);
	*value = *item;
	return true;
}

static bool
find_key(JsonbContainer *container, const char *key, int length,
         JsonbValue *value)
{
	return JsonContainerIsObject(container) &&
	       getKeyJsonValueFromContainer(container, key, length, value) != NULL;
}

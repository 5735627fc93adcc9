/*
 * json_view.c
 *		JSON text, looked at where it lies: nothing is built, copied or changed.
 *
 * Reads text that is known to be well-formed; json_check.c decides whether it
 * is.
 */
#include "json_view.h"

#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const JsonView absent = {NULL, 0};

static const char *skip_space(const char *at, const char *end);
static const char *skip_string(const char *at, const char *end);
static const char *skip_value(const char *at, const char *end);
static bool is_name(JsonView name, const char *plain);
static size_t print_escape(const char **at, char *out);
static unsigned int parse_unit(const char *at);

JsonView
json_view_trust(const char *text)
{
	const char *end = text + strlen(text);
	const char *start = skip_space(text, end);

	return (JsonView){start, (size_t) (skip_value(start, end) - start)};
}

JsonKind
json_view_kind(JsonView value)
{
	if (value.length == 0)
		return JSON_VIEW_ABSENT;
	switch (value.text[0])
	{
		case 'n':
			return JSON_VIEW_NULL;
		case 'f':
			return JSON_VIEW_FALSE;
		case 't':
			return JSON_VIEW_TRUE;
		case '"':
			return JSON_VIEW_STRING;
		case '[':
			return JSON_VIEW_ARRAY;
		case '{':
			return JSON_VIEW_OBJECT;
		default:
			return JSON_VIEW_NUMBER;
	}
}

JsonView
json_view_find(JsonView object, const char *name)
{
	JsonWalk walk = json_view_walk(object);
	JsonView found = absent;

	while (json_view_next(&walk))
	{
		if (is_name(walk.name, name))
			found = walk.value;
	}
	return found;
}

JsonWalk
json_view_walk(JsonView value)
{
	JsonKind kind = json_view_kind(value);
	JsonWalk walk = {NULL, NULL, absent, absent};

	if (kind == JSON_VIEW_ARRAY || kind == JSON_VIEW_OBJECT)
	{
		walk.at = value.text + 1;
		walk.end = value.text + value.length;
	}
	return walk;
}

/* Between values stand only space, commas and colons: the text is valid. */
bool
json_view_next(JsonWalk *walk)
{
	const char *start;

	if (walk->at == NULL)
		return false;
	start = skip_space(walk->at, walk->end);
	if (*start == ',')
		start = skip_space(start + 1, walk->end);
	if (*start == ']' || *start == '}')
		return false;
	walk->at = skip_value(start, walk->end);
	walk->name = absent;
	walk->value = (JsonView){start, (size_t) (walk->at - start)};
	start = skip_space(walk->at, walk->end);
	if (*start == ':')
	{
		walk->name = walk->value;
		start = skip_space(start + 1, walk->end);
		walk->at = skip_value(start, walk->end);
		walk->value = (JsonView){start, (size_t) (walk->at - start)};
	}
	return true;
}

char *
json_view_text(JsonView value, Arena *arena)
{
	const char *at;
	const char *end;
	char *text;
	size_t length = 0;

	if (json_view_kind(value) != JSON_VIEW_STRING)
		return NULL;
	at = value.text + 1;
	end = value.text + value.length - 1;
	/* No escape is shorter than what it stands for. */
	text = arena_alloc(arena, value.length);
	while (at < end)
	{
		if (*at == '\\')
			length += print_escape(&at, text + length);
		else
			text[length++] = *at++;
	}
	text[length] = '\0';
	return text;
}

bool
json_view_integer(JsonView value, int64_t *integer)
{
	char digits[32];
	char *end;

	if (json_view_kind(value) != JSON_VIEW_NUMBER ||
	    value.length >= sizeof(digits))
		return false;
	memcpy(digits, value.text, value.length);
	digits[value.length] = '\0';
	errno = 0;
	*integer = strtoll(digits, &end, 10);
	return errno == 0 && *end == '\0';
}

bool
json_view_double(JsonView value, double *number)
{
	char digits[64];
	char *end;

	if (json_view_kind(value) != JSON_VIEW_NUMBER ||
	    value.length >= sizeof(digits))
		return false;
	memcpy(digits, value.text, value.length);
	digits[value.length] = '\0';
	*number = strtod(digits, &end);
	return *end == '\0';
}

static const char *
skip_space(const char *at, const char *end)
{
	while (at < end &&
	       (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

static const char *
skip_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
	{
		if (*at == '\\')
			at++;
	}
	return at < end ? at + 1 : end;
}

/* Counts brackets instead of recursing: depth costs nothing. */
static const char *
skip_value(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end)
	{
		char byte = *at;

		if (byte == '"')
			at = skip_string(at, end);
		else
			at++;
		if (byte == '[' || byte == '{')
			depth++;
		else if (byte == ']' || byte == '}')
			depth--;
		else if (depth == 0 && byte != '"')
		{
			/* A number or a word: it ends where punctuation starts. */
			while (at < end && strchr(" \n\t\r,:]}", *at) == NULL)
				at++;
		}
		if (depth == 0)
			return at;
	}
	return end;
}

static bool
is_name(JsonView name, const char *plain)
{
	size_t length = strlen(plain);

	return name.length == length + 2 &&
	       memcmp(name.text + 1, plain, length) == 0;
}

/* Moves *at past the escape; returns how many bytes it stands for. */
static size_t
print_escape(const char **at, char *out)
{
	static const char letters[] = "bfnrt";
	static const char controls[] = "\b\f\n\r\t";
	char letter = (*at)[1];
	const char *found = strchr(letters, letter);
	unsigned int unit;

	*at += 2;
	if (letter != 'u')
	{
		*out = found ? controls[found - letters] : letter;
		return 1;
	}
	unit = parse_unit(*at);
	*at += 4;
	if (unit >= 0xD800 && unit < 0xDC00)
	{
		unit =
			0x10000 + ((unit - 0xD800) << 10) + (parse_unit(*at + 2) - 0xDC00);
		*at += 6;
	}
	return utf8_print(out, unit);
}

static unsigned int
parse_unit(const char *at)
{
	char digits[5] = {at[0], at[1], at[2], at[3], '\0'};

	return (unsigned int) strtoul(digits, NULL, 16);
}

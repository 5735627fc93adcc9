/*
 * problem_text.c
 *		How much of an Error a stranger may read.
 */
#include "problem_text.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

static bool is_raised_by_us(const Error *error);
static const char *text_of_ours(Arena *arena, const Error *error);
static const char *text_of_unreadable(Arena *arena, const Error *error,
                                      const char *body, size_t length);
static const char *place_in_json(Arena *arena, const char *body, size_t length);

const char *
problem_text(Arena *arena, const Error *error, const char *body, size_t length)
{
	if (is_raised_by_us(error))
		return text_of_ours(arena, error);
	switch (error->status)
	{
		case STATUS_INVALID:
			return text_of_unreadable(arena, error, body, length);
		case STATUS_DENIED:
			return "not allowed";
		case STATUS_MISSING:
			return "the database has no extension mcp, or an old one";
		case STATUS_UNAVAILABLE:
			return "the database cannot be reached or is too busy; try again "
				   "shortly";
		case STATUS_OK:
		case STATUS_RULE:
		case STATUS_NOT_FOUND:
		case STATUS_CONFLICT:
		case STATUS_LEASE_LOST:
		case STATUS_STRANGER:
		case STATUS_INTERNAL:
			break;
	}
	return "an internal error; the log of the daemon has it under this "
		   "request_id";
}

const char *
problem_text_hint(const Error *error)
{
	return is_raised_by_us(error) ? error->hint : "";
}

const char *
problem_text_rule(const Error *error)
{
	if (error->rule[0])
		return error->rule;
	return is_raised_by_us(error) ? "invalid_value" : "json";
}

static bool
is_raised_by_us(const Error *error)
{
	switch (error->status)
	{
		case STATUS_RULE:
		case STATUS_NOT_FOUND:
		case STATUS_CONFLICT:
		case STATUS_LEASE_LOST:
		case STATUS_STRANGER:
			return true;
		case STATUS_INVALID:
			/* Others of its class come from reading what was sent. */
			return strcmp(error->sqlstate, "22023") == 0 ||
			       strcmp(error->sqlstate, "22004") == 0 ||
			       strcmp(error->sqlstate, "22008") == 0;
		case STATUS_OK:
		case STATUS_DENIED:
		case STATUS_MISSING:
		case STATUS_UNAVAILABLE:
		case STATUS_INTERNAL:
			break;
	}
	return false;
}

/* The detail of a broken rule is in the list that goes with it. */
static const char *
text_of_ours(Arena *arena, const Error *error)
{
	if (error->detail[0] == '\0' || error->status == STATUS_RULE)
		return error->message;
	return arena_print(arena, "%s. %s", error->message, error->detail);
}

static const char *
text_of_unreadable(Arena *arena, const Error *error, const char *body,
                   size_t length)
{
	static const struct
	{
		const char *sqlstate;
		const char *text;
	} texts[] = {
		{"42704", "the body names something that does not exist"},
		{"22P05", "the body has \\u0000 in a text, which cannot be kept"},
		{"22021", "the body is not UTF-8"},
		{"22003", "the body has a number that is too large"},
		{"54001", "the body is nested too deeply"},
		{"54000", "the body has a text or an array that is too large"},
	};

	if (strcmp(error->sqlstate, "22P02") == 0)
		return place_in_json(arena, body, length);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		if (strcmp(error->sqlstate, texts[i].sqlstate) == 0)
			return texts[i].text;
	}
	return "the body has a value that cannot be read";
}

/* PostgreSQL does not say where in numbers, so the body is read once more. */
static const char *
place_in_json(Arena *arena, const char *body, size_t length)
{
	json_error_t where;
	json_t *parsed;

	if (length == 0)
		return "the body is empty, and should be JSON";
	parsed = json_loadb(body, length, JSON_DECODE_ANY, &where);
	if (parsed == NULL)
		return arena_print(arena,
		                   "the body is not JSON: line %d, column %d",
		                   where.line,
		                   where.column);
	json_decref(parsed);
	return "the body is not JSON as PostgreSQL reads it";
}

/*
 * json_check.c
 *		json_view_check(): is a text from outside JSON, and would jsonb take it?
 *
 * One result that jsonb refuses would take down the whole turn that carries
 * it, with every other result in it.  So what jsonb refuses is refused here,
 * where the one step that wrote it can be told.
 */
#include "json_view.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/*
 * numeric holds 131072 digits before the point and 16383 after it.  One bound
 * for both, well inside, spares counting them apart.
 */
#define MOST_DIGITS 16000

typedef struct Check
{
	const char *at;
	const char *end;
	const char *complaint; /* NULL as long as all is well */
	size_t depth;
	char closers[JSON_VIEW_DEPTH]; /* what closes each open value */
} Check;

static bool check_value(Check *check);
static bool check_start(Check *check);
static bool check_rest(Check *check);
static bool check_member_name(Check *check);
static bool check_scalar(Check *check);
static bool check_word(Check *check, const char *word);
static bool check_number(Check *check);
static bool add_exponent(Check *check, size_t *digits);
static size_t skip_digits(Check *check);
static bool check_string(Check *check);
static bool check_escape(Check *check);
static bool parse_unit(Check *check, unsigned int *unit);
static void skip_space(Check *check);
static bool take(Check *check, char byte);
static bool complain(Check *check, const char *complaint);

const char *
json_view_check(const char *text, size_t length, JsonView *value, size_t *where)
{
	Check check = {.at = text, .end = text + length};
	const char *start;

	skip_space(&check);
	start = check.at;
	if (check_value(&check))
	{
		*value = (JsonView){start, (size_t) (check.at - start)};
		skip_space(&check);
		if (check.at < check.end)
			complain(&check, "text follows the value");
	}
	*where = (size_t) (check.at - text);
	return check.complaint;
}

/* A loop, no recursion: the depth of a hostile text must not be our stack's. */
static bool
check_value(Check *check)
{
	do
	{
		if (!check_start(check) || !check_rest(check))
			return false;
	} while (check->depth > 0);
	return true;
}

/* From where a value should be to the end of the first scalar in it. */
static bool
check_start(Check *check)
{
	for (;;)
	{
		char closer;

		skip_space(check);
		if (take(check, '['))
			closer = ']';
		else if (take(check, '{'))
			closer = '}';
		else
			return check_scalar(check);
		if (check->depth == JSON_VIEW_DEPTH)
			return complain(check, "values are nested too deep");
		check->closers[check->depth++] = closer;
		skip_space(check);
		/* An empty one has no scalar; check_rest() closes it. */
		if (check->at < check->end && *check->at == closer)
			return true;
		if (closer == '}' && !check_member_name(check))
			return false;
	}
}

/* Behind a value: closes what ends here, stops where the next one starts. */
static bool
check_rest(Check *check)
{
	while (check->depth > 0)
	{
		char closer = check->closers[check->depth - 1];

		skip_space(check);
		if (take(check, closer))
			check->depth--;
		else if (take(check, ','))
			return closer == ']' || check_member_name(check);
		else
			return complain(check, "a comma or closing bracket is missing");
	}
	return true;
}

static bool
check_member_name(Check *check)
{
	skip_space(check);
	if (check->at == check->end || *check->at != '"')
		return complain(check, "the name of a member is missing");
	if (!check_string(check))
		return false;
	skip_space(check);
	return take(check, ':') || complain(check, "a colon is missing");
}

static bool
check_scalar(Check *check)
{
	if (check->at == check->end)
		return complain(check, "the text ends where a value should be");
	switch (*check->at)
	{
		case '"':
			return check_string(check);
		case 'n':
			return check_word(check, "null");
		case 't':
			return check_word(check, "true");
		case 'f':
			return check_word(check, "false");
		default:
			return check_number(check);
	}
}

static bool
check_word(Check *check, const char *word)
{
	size_t length = strlen(word);

	if ((size_t) (check->end - check->at) < length ||
	    memcmp(check->at, word, length) != 0)
		return complain(check, "this is no JSON value");
	check->at += length;
	return true;
}

static bool
check_number(Check *check)
{
	bool is_negative = take(check, '-');
	bool has_zero = check->at < check->end && *check->at == '0';
	size_t digits = skip_digits(check);

	if (digits == 0)
		return complain(check,
		                is_negative ? "a minus without a number"
		                            : "this is no JSON value");
	if (has_zero && digits > 1)
		return complain(check, "a number starts with a needless zero");
	if (take(check, '.'))
	{
		size_t fraction = skip_digits(check);

		if (fraction == 0)
			return complain(check, "a number ends with its point");
		digits += fraction;
	}
	if (take(check, 'e') || take(check, 'E'))
	{
		if (!take(check, '+'))
			take(check, '-');
		if (!add_exponent(check, &digits))
			return complain(check, "a number ends with its exponent sign");
	}
	return digits <= MOST_DIGITS ||
	       complain(check, "a number has more than 16000 digits");
}

/* 1e5 has as many digits as 100000. */
static bool
add_exponent(Check *check, size_t *digits)
{
	const char *start = check->at;
	size_t exponent = 0;

	if (skip_digits(check) == 0)
		return false;
	for (const char *at = start; at < check->at; at++)
	{
		if (exponent <= MOST_DIGITS)
			exponent = exponent * 10 + (size_t) (*at - '0');
	}
	*digits += exponent;
	return true;
}

static size_t
skip_digits(Check *check)
{
	const char *start = check->at;

	while (check->at < check->end && *check->at >= '0' && *check->at <= '9')
		check->at++;
	return (size_t) (check->at - start);
}

static bool
check_string(Check *check)
{
	check->at++;
	while (check->at < check->end)
	{
		unsigned char byte = (unsigned char) *check->at;
		size_t length;

		if (take(check, '"'))
			return true;
		if (byte < ' ')
			return complain(check, "a string holds a raw control character");
		if (byte == '\\')
		{
			if (!check_escape(check))
				return false;
			continue;
		}
		length = utf8_measure(check->at, (size_t) (check->end - check->at));
		if (length == 0)
			return complain(check, "a string is not valid UTF-8");
		check->at += length;
	}
	return complain(check, "a string has no end");
}

static bool
check_escape(Check *check)
{
	unsigned int unit;

	check->at++;
	if (check->at == check->end)
		return complain(check, "a string has no end");
	if (!take(check, 'u'))
	{
		/* NUL is not one, though strchr would find the end of its list. */
		if (*check->at == '\0' || strchr("\"\\/bfnrt", *check->at) == NULL)
			return complain(check, "a string holds an unknown escape");
		check->at++;
		return true;
	}
	if (!parse_unit(check, &unit))
		return false;
	if (unit == 0)
		return complain(check, "a string holds \\u0000, which is no text");
	if (unit < 0xD800 || unit > 0xDFFF)
		return true;
	if (unit > 0xDBFF || !take(check, '\\') || !take(check, 'u'))
		return complain(check, "a string holds half of a surrogate pair");
	if (!parse_unit(check, &unit))
		return false;
	return (unit >= 0xDC00 && unit <= 0xDFFF) ||
	       complain(check, "a string holds half of a surrogate pair");
}

static bool
parse_unit(Check *check, unsigned int *unit)
{
	char digits[5] = "";

	if (check->end - check->at < 4)
		return complain(check, "a string has no end");
	memcpy(digits, check->at, 4);
	if (strspn(digits, "0123456789abcdefABCDEF") != 4)
		return complain(check, "a \\u escape needs four hexadecimal digits");
	*unit = (unsigned int) strtoul(digits, NULL, 16);
	check->at += 4;
	return true;
}

static void
skip_space(Check *check)
{
	while (check->at < check->end && (*check->at == ' ' || *check->at == '\n' ||
	                                  *check->at == '\t' || *check->at == '\r'))
		check->at++;
}

static bool
take(Check *check, char byte)
{
	if (check->at == check->end || *check->at != byte)
		return false;
	check->at++;
	return true;
}

static bool
complain(Check *check, const char *complaint)
{
	check->complaint = complaint;
	return false;
}

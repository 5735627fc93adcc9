/*
 * http_accept.c
 *		What a client accepts: the headers Accept and Accept-Encoding (RFC 9110).
 */
#include "http_accept.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t"

/* One member of a list; its name is not ended by a NUL. */
typedef struct Member
{
	const char *name;
	size_t length;
	bool is_refused; /* its weight is zero */
} Member;

static bool next_member(const char **list, Member *member);
static bool has_weight_zero(const char *parameters, size_t length);
static bool is_named(const Member *member, const char *name, size_t length);

bool
http_accepts_type(const char *header, const char *type)
{
	size_t length = strlen(type);
	size_t family = strcspn(type, "/") + 1;
	int best = 0;
	bool is_accepted = false;
	Member member;

	if (header == NULL || header[strspn(header, BLANKS)] == '\0' ||
	    strcmp(type, "*/*") == 0)
		return true;
	while (next_member(&header, &member))
	{
		int precision = 0;

		if (is_named(&member, type, length))
			precision = 3;
		else if (member.length == family + 1 && member.name[family] == '*' &&
		         strncasecmp(member.name, type, family) == 0)
			precision = 2;
		else if (is_named(&member, "*/*", 3))
			precision = 1;
		if (precision <= best)
			continue;
		best = precision;
		is_accepted = !member.is_refused;
	}
	return is_accepted;
}

bool
http_accepts_coding(const char *header, const char *coding)
{
	bool is_accepted = false;
	Member member;

	while (header && next_member(&header, &member))
	{
		if (is_named(&member, coding, strlen(coding)))
			return !member.is_refused;
		if (is_named(&member, "*", 1))
			is_accepted = !member.is_refused;
	}
	return is_accepted;
}

/* False at the end of the list. */
static bool
next_member(const char **list, Member *member)
{
	const char *text = *list + strspn(*list, BLANKS ",");
	size_t whole = strcspn(text, ",");
	size_t length = strcspn(text, ",;" BLANKS);

	if (*text == '\0')
		return false;
	member->name = text;
	member->length = length;
	member->is_refused = has_weight_zero(text + length, whole - length);
	*list = text + whole;
	return true;
}

static bool
has_weight_zero(const char *parameters, size_t length)
{
	const char *end = parameters + length;

	for (const char *at = parameters; at + 2 < end; at++)
	{
		if ((at[0] == ';' || at[0] == ' ') && (at[1] == 'q' || at[1] == 'Q') &&
		    at[2] == '=')
			return strtod(at + 3, NULL) <= 0;
	}
	return false;
}

static bool
is_named(const Member *member, const char *name, size_t length)
{
	return member->length == length &&
	       strncasecmp(member->name, name, length) == 0;
}

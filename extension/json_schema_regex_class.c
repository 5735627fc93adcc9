/*
 * json_schema_regex_class.c
 *		Bracket expressions.
 */
#include "postgres.h"

#include "json_schema_regex_reader.h"

/*
 * One member of a class.  Returns false after a complaint; *is_one tells a
 * character, which may begin or end a range, from a set, which may not.
 */
static bool
take_member(RegexReader *reader, CharSet *member, bool *is_one)
{
	uint32 code;

	if (regex_skip(reader, "\\"))
	{
		uint32 letter = regex_peek(reader);

		if (!regex_take_escape(reader, true, member))
			return false;
		*is_one = letter >= 0x80 || strchr("dDwWsSpP", (int) letter) == NULL;
		return true;
	}
	code = regex_take(reader);
	if (code == REGEX_END)
		return regex_complain(reader, "the class lacks its ]");
	char_set_add(member, code, code);
	*is_one = true;
	return true;
}

static bool
take_range(RegexReader *reader, CharSet *set)
{
	CharSet first;
	CharSet last;
	bool first_is_one = false;
	bool last_is_one = false;

	char_set_init(&first);
	char_set_init(&last);
	if (!take_member(reader, &first, &first_is_one))
		return false;
	if (regex_peek(reader) != '-' || (reader->at + 1 < reader->length &&
	                                  reader->text[reader->at + 1] == ']'))
	{
		char_set_add_set(set, &first);
		return true;
	}
	regex_take(reader);
	if (!take_member(reader, &last, &last_is_one))
		return false;
	if (!first_is_one || !last_is_one)
	{
		/* As in [\w-.]: a hyphen beside a set is a hyphen. */
		char_set_add_set(set, &first);
		char_set_add(set, '-', '-');
		char_set_add_set(set, &last);
		return true;
	}
	if (first.ranges[0].first > last.ranges[0].first)
		return regex_complain(reader, "a range goes from low to high");
	char_set_add(set, first.ranges[0].first, last.ranges[0].first);
	return true;
}

bool
regex_take_class(RegexReader *reader, StringInfo out)
{
	bool is_negated = regex_skip(reader, "^");
	CharSet set;

	char_set_init(&set);
	while (!regex_skip(reader, "]"))
		if (!take_range(reader, &set))
			return false;
	char_set_print(&set, is_negated, out);
	return true;
}

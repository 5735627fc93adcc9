/*
 * json_schema_regex_group.c
 *		Groups of a pattern, their numbers and their names.
 *
 * The stack of open groups is on the heap and takes the place of recursion.
 */
#include "postgres.h"

#include "json_schema_regex_parser.h"

/* "(?<name>", but not the look-behinds "(?<=" and "(?<!". */
static bool
skip_named_group(RegexReader *reader)
{
	int start = reader->at;
	uint32 next;

	if (!regex_skip(reader, "(?<"))
		return false;
	next = regex_peek(reader);
	reader->at = next == '=' || next == '!' ? start : start + 2;
	return reader->at > start;
}

static void
add_name(RegexParser *parser, const char *name, int length, int number)
{
	if (parser->name_count == parser->name_room)
	{
		Size size;

		parser->name_room = Max(parser->name_room * 2, 8);
		size = sizeof(GroupName) * (Size) parser->name_room;
		parser->names = parser->names == NULL ? palloc(size)
		                                      : repalloc(parser->names, size);
	}
	parser->names[parser->name_count++] = (GroupName){name, length, number};
}

/* One escape, class, group or character; groups are counted in *captures. */
static bool
skip_term(RegexParser *parser, StringInfo ignored, int *captures)
{
	RegexReader *reader = &parser->reader;

	if (regex_skip(reader, "\\"))
	{
		uint32 letter = regex_take(reader);

		parser->has_references |=
			(letter >= '1' && letter <= '9') || letter == 'k';
		return true;
	}
	if (regex_skip(reader, "["))
	{
		resetStringInfo(ignored);
		return regex_take_class(reader, ignored);
	}
	if (skip_named_group(reader))
	{
		const char *name;
		int length;

		if (!regex_take_name(reader, &name, &length))
			return false;
		add_name(parser, name, length, ++*captures);
		return true;
	}
	if (regex_take(reader) == '(' && regex_peek(reader) != '?')
		++*captures;
	return true;
}

bool
regex_find_references(RegexParser *parser)
{
	StringInfoData ignored;
	int captures = 0;
	bool is_good = true;

	initStringInfo(&ignored);
	while (is_good && regex_peek(&parser->reader) != REGEX_END)
		is_good = skip_term(parser, &ignored, &captures);
	pfree(ignored.data);
	parser->is_set = palloc0(sizeof(bool) * ((Size) captures + 1));
	return is_good;
}

static void
put(RegexParser *parser, const char *text)
{
	appendStringInfoString(parser->out, text);
}

bool
regex_open_group(RegexParser *parser)
{
	RegexReader *reader = &parser->reader;
	Group *group;

	if (parser->group_count == parser->group_room)
	{
		parser->group_room *= 2;
		parser->groups = repalloc(parser->groups,
		                          sizeof(Group) * (size_t) parser->group_room);
	}
	group = &parser->groups[parser->group_count++];
	group->start = parser->out->len;
	group->is_look_around = false;
	group->has_branches = false;
	group->number = 0;
	group->captures_before = parser->captures;
	parser->atom = ATOM_NONE;

	if (skip_named_group(reader))
	{
		const char *name;
		int length;

		if (!regex_take_name(reader, &name, &length))
			return false;
	}
	else if (regex_skip(reader, "(?:"))
	{
		put(parser, "(?:");
		return true;
	}
	else if (regex_skip(reader, "(?"))
	{
		group->is_look_around = true;
		parser->look_around_depth++;
		put(parser, "(?");
		if (regex_skip(reader, "<"))
			put(parser, "<");
		if (!regex_skip(reader, "=") && !regex_skip(reader, "!"))
			return regex_complain(reader,
			                      "a group begins with (, (?:, (?=, (?!, "
			                      "(?<=, (?<! or (?<name>");
		appendStringInfoChar(parser->out, reader->text[reader->at - 1]);
		return true;
	}
	else
		regex_skip(reader, "(");
	if (parser->has_references && parser->look_around_depth > 0)
		return regex_complain(reader,
		                      "a numbered group within a look-around is not "
		                      "supported beside references");
	group->number = ++parser->captures;
	put(parser, parser->has_references ? "(" : "(?:");
	return true;
}

bool
regex_close_group(RegexParser *parser)
{
	Group *group;

	if (parser->group_count == 0)
		return regex_complain(&parser->reader, "this ) closes no group");
	regex_take(&parser->reader);
	put(parser, ")");
	group = &parser->groups[--parser->group_count];
	parser->atom_start = group->start;
	parser->atom_captures_before = group->captures_before;
	if (group->has_branches)
		regex_doubt_captures(parser, group->captures_before);
	parser->is_set[group->number] = true;
	if (group->is_look_around)
	{
		parser->look_around_depth--;
		parser->atom = ATOM_NONE;
	}
	else if (parser->has_references &&
	         parser->captures > group->captures_before)
		parser->atom = ATOM_CAPTURING;
	else
		parser->atom = ATOM_PLAIN;
	return true;
}

void
regex_doubt_captures(RegexParser *parser, int captures_before)
{
	for (int i = captures_before + 1; i <= parser->captures; i++)
		parser->is_set[i] = false;
}

/* Behind a '|': what the branch before it captured may not have matched. */
void
regex_begin_branch(RegexParser *parser)
{
	int captures_before = 0;

	if (parser->group_count > 0)
	{
		Group *group = &parser->groups[parser->group_count - 1];

		group->has_branches = true;
		captures_before = group->captures_before;
	}
	regex_doubt_captures(parser, captures_before);
	put(parser, "|");
	parser->atom = ATOM_NONE;
}

/*
 * A reference by number.  PostgreSQL numbers no groups within look-arounds, so
 * both ways of counting agree because open_group lets none be there.  To what
 * has not taken part in the match, a reference is empty by ECMA-262 and a
 * mismatch in PostgreSQL: only what surely has may be referred to.
 */
bool
regex_put_reference(RegexParser *parser, int number)
{
	if (number > parser->captures || !parser->is_set[number])
		return regex_complain(&parser->reader,
		                      "a reference to a group that may not have "
		                      "matched before it is not supported");
	if (parser->look_around_depth > 0)
		return regex_complain(&parser->reader,
		                      "a reference within a look-around is not "
		                      "supported");
	regex_begin_atom(parser);
	appendStringInfo(parser->out, "(?:\\%d)", number);
	return true;
}

bool
regex_parse_named_reference(RegexParser *parser)
{
	const char *name;
	int length;

	if (!regex_take_name(&parser->reader, &name, &length))
		return false;
	for (int i = 0; i < parser->name_count; i++)
		if (parser->names[i].length == length &&
		    memcmp(parser->names[i].name, name, (size_t) length) == 0)
			return regex_put_reference(parser, parser->names[i].number);
	return regex_complain(&parser->reader, "no group has this name");
}

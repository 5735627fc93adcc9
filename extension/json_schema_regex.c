/*
 * json_schema_regex.c
 *		A pattern from its beginning to its end.
 *
 * One pass writes the translation as it reads.  Where each atom begins in the
 * output is remembered, for a quantifier that must write it twice.
 */
#include "postgres.h"

#include "json_schema_regex.h"
#include "json_schema_regex_parser.h"

#define WORD "[A-Za-z0-9_]"

static bool parse_next(RegexParser *parser);

bool
regex_translate(const char *pattern, int length, RegexTranslation *translation)
{
	RegexParser parser = {0};

	initStringInfo(&translation->text);
	parser.out = &translation->text;
	parser.group_room = 8;
	parser.groups = palloc(sizeof(Group) * 8);
	regex_reader_init(&parser.reader, pattern, length);

	if (regex_find_references(&parser))
	{
		regex_reader_init(&parser.reader, pattern, length);
		while (regex_peek(&parser.reader) != REGEX_END)
			if (!parse_next(&parser))
				break;
		if (parser.group_count > 0)
			regex_complain(&parser.reader, "a group lacks its )");
	}
	translation->has_references = parser.has_references;
	translation->complaint = parser.reader.complaint;
	translation->position = parser.reader.position;
	return translation->complaint == NULL;
}

void
regex_begin_atom(RegexParser *parser)
{
	parser->atom = ATOM_PLAIN;
	parser->atom_start = parser->out->len;
	parser->atom_captures_before = parser->captures;
}

static void
put(RegexParser *parser, const char *text)
{
	appendStringInfoString(parser->out, text);
}

static bool
parse_escape(RegexParser *parser)
{
	RegexReader *reader = &parser->reader;
	CharSet set;
	int number;

	regex_take(reader);
	if (regex_skip(reader, "b"))
	{
		put(parser, "(?:(?<=" WORD ")(?!" WORD ")|(?<!" WORD ")(?=" WORD "))");
		parser->atom = ATOM_NONE;
		return true;
	}
	if (regex_skip(reader, "B"))
	{
		put(parser, "(?:(?<=" WORD ")(?=" WORD ")|(?<!" WORD ")(?!" WORD "))");
		parser->atom = ATOM_NONE;
		return true;
	}
	if (regex_skip(reader, "k"))
		return regex_parse_named_reference(parser);
	if (regex_peek(reader) != '0' && regex_take_number(reader, &number))
		return regex_put_reference(parser, number);

	char_set_init(&set);
	if (!regex_take_escape(reader, false, &set))
		return false;
	regex_begin_atom(parser);
	char_set_print(&set, false, parser->out);
	pfree(set.ranges);
	return true;
}

/* One term, or one of the signs between terms. */
static bool
parse_next(RegexParser *parser)
{
	bool is_quantifier;
	uint32 code;

	if (!regex_parse_quantifier(parser, &is_quantifier))
		return false;
	if (is_quantifier)
		return true;

	code = regex_peek(&parser->reader);
	switch (code)
	{
		case '(':
			return regex_open_group(parser);
		case ')':
			return regex_close_group(parser);
		case '\\':
			return parse_escape(parser);
		case '[':
			regex_take(&parser->reader);
			regex_begin_atom(parser);
			return regex_take_class(&parser->reader, parser->out);
		case '.':
			regex_take(&parser->reader);
			regex_begin_atom(parser);
			put(parser, "[^\\u000A\\u000D\\u2028\\u2029]");
			return true;
		case '|':
			regex_take(&parser->reader);
			regex_begin_branch(parser);
			return true;
		case '^':
		case '$':
			regex_take(&parser->reader);
			appendStringInfoChar(parser->out, (char) code);
			parser->atom = ATOM_NONE;
			return true;
		default:
			/* Also { ] } where they mean nothing, as browsers have it. */
			regex_begin_atom(parser);
			char_set_print_code(regex_take(&parser->reader), parser->out);
			return true;
	}
}

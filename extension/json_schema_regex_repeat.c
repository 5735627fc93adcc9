/*
 * json_schema_regex_repeat.c
 *		Quantifiers, and repetitions larger than PostgreSQL counts.
 */
#include "postgres.h"

#include "json_schema_regex_parser.h"

/* PostgreSQL counts a repetition up to 255; more is put together of these. */
#define REPEAT_MAX 255

/* An atom repeated more often than this would never compile. */
#define REPEAT_LIMIT (REPEAT_MAX * REPEAT_MAX)

/*
 * Repetitions within repetitions write their atom twice at each level; text
 * beyond this would never compile either.
 */
#define OUTPUT_MAX 100000

/* x{m,n}: what the braces hold, or false and nothing taken. */
static bool
take_braces(RegexReader *reader, int *least, int *most)
{
	int start = reader->at;

	if (regex_skip(reader, "{") && regex_take_number(reader, least))
	{
		*most = *least;
		if (regex_skip(reader, ",") && !regex_take_number(reader, most))
			*most = -1;
		if (regex_skip(reader, "}"))
			return true;
	}
	reader->at = start;
	return false;
}

/* atom{0,255} as often as it takes, or atom{255} where it must be there. */
static void
put_many(StringInfo out, const char *atom, int length, int count, bool must)
{
	int times = count / REPEAT_MAX;
	int rest = count % REPEAT_MAX;

	if (times > 0)
	{
		appendStringInfoString(out, "(?:");
		appendBinaryStringInfo(out, atom, length);
		appendStringInfo(out, must ? "{%d}" : "{0,%d}", REPEAT_MAX);
		appendStringInfo(out, "){%d}", times);
	}
	if (rest > 0)
	{
		appendBinaryStringInfo(out, atom, length);
		appendStringInfo(out, must ? "{%d}" : "{0,%d}", rest);
	}
}

/* most < 0: no limit */
static bool
put_repetition(RegexParser *parser, int least, int most)
{
	StringInfo out = parser->out;
	int length = out->len - parser->atom_start;
	char *atom;

	if (most >= 0 && least > most)
		return regex_complain(&parser->reader,
		                      "a repetition goes from low to high");
	if (Max(least, most) <= REPEAT_MAX)
	{
		if (most < 0)
			appendStringInfo(out, "{%d,}", least);
		else
			appendStringInfo(out, "{%d,%d}", least, most);
		return true;
	}
	if (Max(least, most) > REPEAT_LIMIT || length > OUTPUT_MAX)
		return regex_complain(&parser->reader,
		                      "this repetition is more than PostgreSQL can do");
	if (parser->atom == ATOM_CAPTURING)
		return regex_complain(&parser->reader,
		                      "more than 255 repetitions of a numbered group "
		                      "are not supported beside references");
	atom = pnstrdup(out->data + parser->atom_start, (Size) length);
	out->len = parser->atom_start;
	appendStringInfoString(out, "(?:");
	put_many(out, atom, length, least, true);
	if (most >= 0)
		put_many(out, atom, length, most - least, false);
	else
	{
		appendBinaryStringInfo(out, atom, length);
		appendStringInfoChar(out, '*');
	}
	appendStringInfoChar(out, ')');
	pfree(atom);
	return true;
}

bool
regex_parse_quantifier(RegexParser *parser, bool *taken)
{
	RegexReader *reader = &parser->reader;
	int least = 0;
	int most = -1;

	*taken = true;
	if (regex_skip(reader, "?"))
		most = 1;
	else if (regex_skip(reader, "+"))
		least = 1;
	else if (!regex_skip(reader, "*") && !take_braces(reader, &least, &most))
	{
		*taken = false;
		return true;
	}
	if (parser->atom == ATOM_NONE || parser->atom == ATOM_REPEATED)
		return regex_complain(reader, "nothing stands here to be repeated");
	regex_skip(reader, "?");
	if (least == 0)
		regex_doubt_captures(parser, parser->atom_captures_before);
	if (!put_repetition(parser, least, most))
		return false;
	parser->atom = ATOM_REPEATED;
	return true;
}

/*
 * json_schema_regex_reader.c
 *		Escapes of ECMA-262, section 22.2.1.
 *
 * Stricter than browsers in one way, as the u flag is: an escaped letter or
 * digit that means nothing is an error, not itself.  More lenient than the u
 * flag in another: any escaped punctuation stands for itself, because "\-" and
 * "\@" are in half of the world's schemas.
 */
#include "postgres.h"

#include "json_schema_regex_reader.h"
#include "json_schema_unicode.h"

#define NUMBER_MAX 1000000

void
regex_reader_init(RegexReader *reader, const char *text, int length)
{
	reader->text = text;
	reader->length = length;
	reader->at = 0;
	reader->complaint = NULL;
	reader->position = 0;
}

uint32
regex_peek(const RegexReader *reader)
{
	size_t at = (size_t) reader->at;

	if (reader->at >= reader->length)
		return REGEX_END;
	return utf8_take_code(reader->text, (size_t) reader->length, &at);
}

uint32
regex_take(RegexReader *reader)
{
	size_t at = (size_t) reader->at;
	uint32 code;

	if (reader->at >= reader->length)
		return REGEX_END;
	code = utf8_take_code(reader->text, (size_t) reader->length, &at);
	reader->at = (int) at;
	return code;
}

bool
regex_skip(RegexReader *reader, const char *literal)
{
	int length = (int) strlen(literal);

	if (reader->length - reader->at < length ||
	    memcmp(reader->text + reader->at, literal, (size_t) length) != 0)
		return false;
	reader->at += length;
	return true;
}

bool
regex_complain(RegexReader *reader, const char *complaint)
{
	if (reader->complaint == NULL)
	{
		reader->complaint = complaint;
		reader->position = reader->at;
	}
	return false;
}

bool
regex_take_number(RegexReader *reader, int *number)
{
	int start = reader->at;

	*number = 0;
	while (regex_peek(reader) >= '0' && regex_peek(reader) <= '9')
	{
		int digit = (int) (regex_take(reader) - '0');

		*number = Min(*number * 10 + digit, NUMBER_MAX);
	}
	return reader->at > start;
}

bool
regex_take_name(RegexReader *reader, const char **name, int *length)
{
	const char *start = reader->text + reader->at;
	const char *end;

	if (!regex_skip(reader, "<"))
		return regex_complain(reader, "a group's name stands in < and >");
	end = memchr(start, '>', (size_t) (reader->length - reader->at) + 1);
	if (end == NULL || end == start + 1)
		return regex_complain(reader, "a group's name stands in < and >");
	*name = start + 1;
	*length = (int) (end - start - 1);
	for (int i = 0; i < *length; i++)
	{
		unsigned char byte = (unsigned char) (*name)[i];

		if (byte < 0x80 && !(byte >= 'A' && byte <= 'Z') &&
		    !(byte >= 'a' && byte <= 'z') && byte != '_' && byte != '$' &&
		    !(i > 0 && byte >= '0' && byte <= '9'))
			return regex_complain(reader,
			                      "a group's name is letters, digits and _");
	}
	reader->at += *length + 1;
	return true;
}

static int
hex_value(uint32 code)
{
	if (code >= '0' && code <= '9')
		return (int) (code - '0');
	if (code >= 'a' && code <= 'f')
		return (int) (code - 'a' + 10);
	if (code >= 'A' && code <= 'F')
		return (int) (code - 'A' + 10);
	return -1;
}

static bool
take_hex(RegexReader *reader, int digits, uint32 *code)
{
	*code = 0;
	for (int i = 0; i < digits; i++)
	{
		int value = hex_value(regex_peek(reader));

		if (value < 0)
			return false;
		*code = *code << 4 | (uint32) value;
		regex_take(reader);
	}
	return true;
}

/* \u{1F432}, \u00E9, or two of the latter that make one character. */
static bool
take_unicode_escape(RegexReader *reader, uint32 *code)
{
	static const char complaint[] = "\\u needs four hex digits or braces";
	int start;
	uint32 low;

	if (regex_skip(reader, "{"))
	{
		*code = 0;
		while (hex_value(regex_peek(reader)) >= 0 && *code <= UNICODE_LAST)
			*code = *code << 4 | (uint32) hex_value(regex_take(reader));
		return (regex_skip(reader, "}") && *code <= UNICODE_LAST) ||
		       regex_complain(reader, complaint);
	}
	if (!take_hex(reader, 4, code))
		return regex_complain(reader, complaint);
	start = reader->at;
	if (*code >= 0xD800 && *code <= 0xDBFF && regex_skip(reader, "\\u") &&
	    take_hex(reader, 4, &low) && low >= 0xDC00 && low <= 0xDFFF)
		*code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
	else
		reader->at = start;
	return true;
}

static bool
take_property(RegexReader *reader, bool is_negated, CharSet *set)
{
	const char *name = reader->text + reader->at + 1;
	const char *end = NULL;
	CharSet named;

	if (regex_skip(reader, "{"))
		end = memchr(name, '}', (size_t) (reader->length - reader->at));
	if (end == NULL)
		return regex_complain(reader, "\\p needs a property in braces");
	char_set_init(&named);
	if (!char_set_add_property(&named, name, (int) (end - name)))
		return regex_complain(reader,
		                      "unknown or unsupported Unicode property");
	reader->at += (int) (end - name) + 1;
	if (is_negated)
		char_set_add_complement(set, &named);
	else
		char_set_add_set(set, &named);
	pfree(named.ranges);
	return true;
}

/* The escapes that stand for exactly one character. */
static bool
take_character_escape(RegexReader *reader, bool is_in_class, uint32 *code)
{
	uint32 letter = regex_take(reader);

	switch (letter)
	{
		case 't':
			*code = '\t';
			return true;
		case 'n':
			*code = '\n';
			return true;
		case 'v':
			*code = '\v';
			return true;
		case 'f':
			*code = '\f';
			return true;
		case 'r':
			*code = '\r';
			return true;
		case '0':
			*code = 0;
			if (regex_peek(reader) >= '0' && regex_peek(reader) <= '9')
				return regex_complain(reader, "octal escapes are not allowed");
			return true;
		case 'x':
			return take_hex(reader, 2, code) ||
			       regex_complain(reader, "\\x needs two hex digits");
		case 'u':
			return take_unicode_escape(reader, code);
		case 'c':
			letter = regex_take(reader);
			*code = letter & 0x1F;
			return (letter >= 'A' && letter <= 'Z') ||
			       (letter >= 'a' && letter <= 'z') ||
			       regex_complain(reader, "\\c needs a letter");
		case 'b':
			*code = '\b';
			return is_in_class ||
			       regex_complain(reader, "this escape means nothing");
		case REGEX_END:
			return regex_complain(reader, "nothing follows the backslash");
		default:
			*code = letter;
			if ((letter >= 'A' && letter <= 'Z') ||
			    (letter >= 'a' && letter <= 'z') ||
			    (letter >= '0' && letter <= '9') || letter >= 0x80)
				return regex_complain(reader, "this escape means nothing");
			return true;
	}
}

bool
regex_take_escape(RegexReader *reader, bool is_in_class, CharSet *set)
{
	uint32 letter = regex_peek(reader);
	uint32 code = 0;

	switch (letter)
	{
		case 'd':
		case 'D':
		case 'w':
		case 'W':
		case 's':
		case 'S':
			char_set_add_class(set, (char) regex_take(reader));
			return true;
		case 'p':
		case 'P':
			regex_take(reader);
			return take_property(reader, letter == 'P', set);
		default:
			if (!take_character_escape(reader, is_in_class, &code))
				return false;
			char_set_add(set, code, code);
			return true;
	}
}

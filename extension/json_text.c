/*
 * json_text.c
 *		One string of a document: what a human would see of it.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/varlena.h"

#include "json_text.h"

/* How much of a value a message quotes. */
#define QUOTE_BYTES 120
#define QUOTE_CHARACTERS 60

/* Longer than any word of ours; a longer text is no typo of one. */
#define WORD_MAX 63

static const char *
find_longer(const char *text, int length, const char *const *words, int count);
static int character_code(const char *text, int size);
static bool is_blank_code(int code);
static bool is_control_code(int code);

bool
json_text_is_blank(const char *text, int length)
{
	for (int i = 0; i < length;)
	{
		int size = pg_mblen(text + i);

		if (!is_blank_code(character_code(text + i, size)))
			return false;
		i += size;
	}
	return true;
}

bool
json_text_find_control(const char *text, int length, int *code, int *position)
{
	int count = 0;

	for (int i = 0; i < length;)
	{
		int size = pg_mblen(text + i);
		int found = character_code(text + i, size);

		count++;
		if (is_control_code(found))
		{
			*code = found;
			*position = count;
			return true;
		}
		i += size;
	}
	return false;
}

char *
json_text_quote(const char *text, int length)
{
	StringInfoData quoted;
	int end = pg_mbcliplen(text, Min(length, QUOTE_BYTES * 2), QUOTE_BYTES);

	end = pg_mbcharcliplen(text, end, QUOTE_CHARACTERS);
	initStringInfo(&quoted);
	appendStringInfoChar(&quoted, '"');
	for (int i = 0; i < end;)
	{
		int size = pg_mblen(text + i);
		int code = character_code(text + i, size);

		if (is_control_code(code))
			appendStringInfo(&quoted, "\\u%04x", (unsigned int) code);
		else
			appendBinaryStringInfo(&quoted, text + i, size);
		i += size;
	}
	appendStringInfoString(&quoted, end < length ? "...\"" : "\"");
	return quoted.data;
}

/* Two letters that changed places are two edits. */
const char *
json_text_find_nearest(const char *text, int length, const char *const *words,
                       int count)
{
	const char *nearest = NULL;
	int limit = length < 4 ? 1 : Max(2, length / 3);

	if (length == 0 || length > WORD_MAX)
		return NULL;
	/* One character at least must be right, or any would be near to any. */
	limit = Min(limit, pg_mbstrlen_with_len(text, length) - 1);
	for (int i = 0; i < count && limit >= 0; i++)
	{
		int distance = varstr_levenshtein_less_equal(text,
		                                             length,
		                                             words[i],
		                                             (int) strlen(words[i]),
		                                             1,
		                                             1,
		                                             1,
		                                             limit,
		                                             true);

		if (distance <= limit)
		{
			nearest = words[i];
			limit = distance - 1;
		}
	}
	return nearest != NULL ? nearest : find_longer(text, length, words, count);
}

char *
json_text_suggest(const char *text, int length, const char *plural,
                  const char *const *words, int count)
{
	const char *nearest = json_text_find_nearest(text, length, words, count);
	StringInfoData hint;

	initStringInfo(&hint);
	if (nearest != NULL)
		appendStringInfo(&hint, "Did you mean \"%s\"? ", nearest);
	appendStringInfo(&hint,
	                 "Allowed %s are %s.",
	                 plural,
	                 json_text_list(words, count, "and"));
	return hint.data;
}

char *
json_text_list(const char *const *words, int count, const char *conjunction)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < count; i++)
	{
		if (i > 0 && i == count - 1)
			appendStringInfo(&list, " %s ", conjunction);
		else if (i > 0)
			appendStringInfoString(&list, ", ");
		appendStringInfo(&list, "\"%s\"", words[i]);
	}
	return list.data;
}

/* The word that begins with the text: "python" for "python_script". */
static const char *
find_longer(const char *text, int length, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (length >= 3 && strncmp(words[i], text, (size_t) length) == 0)
			return words[i];
	}
	return NULL;
}

/*
 * Unicode where the server speaks UTF-8; in other encodings only ASCII has
 * codes we know, and the rest counts as visible.
 */
static int
character_code(const char *text, int size)
{
	if (size == 1)
		return (unsigned char) *text < 0x80 ? *text : 0xfffd;
	if (GetDatabaseEncoding() != PG_UTF8)
		return 0xfffd;
	return (int) utf8_to_unicode((const unsigned char *) text);
}

/*
 * White_Space of Unicode, plus those of zero width: a name made of them looks
 * like no name at all.
 */
static bool
is_blank_code(int code)
{
	return (code >= 0x09 && code <= 0x0d) || code == 0x20 || code == 0x85 ||
	       code == 0xa0 || code == 0x1680 ||
	       (code >= 0x2000 && code <= 0x200f) || code == 0x2028 ||
	       code == 0x2029 || code == 0x202f || code == 0x205f ||
	       code == 0x2060 || code == 0x3000 || code == 0xfeff;
}

/* C0, DEL and C1. */
static bool
is_control_code(int code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

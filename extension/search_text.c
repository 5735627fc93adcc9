/*
 * search_text.c
 *		The words of a document, as plain text for full text search.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "search_text.h"

/* Bytes of a word at most.  The parser takes 2046, with a notice for more. */
#define WORD_MAX 128

static bool
append_words(StringInfo out, const char *at, const char *end, int max_bytes);
static bool is_part_of_word(char c);

text *
search_text_make(Jsonb *document, int max_bytes)
{
	JsonbIterator *iterator = JsonbIteratorInit(&document->root);
	JsonbIteratorToken token;
	JsonbValue value;
	StringInfoData out;

	initStringInfo(&out);
	while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
	{
		if ((token != WJB_VALUE && token != WJB_ELEM) ||
		    value.type != jbvString)
			continue;
		if (!append_words(&out,
		                  value.val.string.val,
		                  value.val.string.val + value.val.string.len,
		                  max_bytes))
			break;
	}
	return cstring_to_text_with_len(out.data, out.len);
}

/* Returns false once the text is full. */
static bool
append_words(StringInfo out, const char *at, const char *end, int max_bytes)
{
	while (at < end)
	{
		const char *word = at;
		int length;

		while (at < end && is_part_of_word(*at))
			at++;
		length = (int) (at - word);
		if (length == 0)
		{
			at++;
			continue;
		}
		if (length > WORD_MAX)
			continue;
		if (out->len + length + 1 > max_bytes)
			return false;
		appendBinaryStringInfo(out, word, length);
		appendStringInfoChar(out, ' ');
	}
	return true;
}

/* Every byte of a character beyond ASCII is: no encoding here splits them. */
static bool
is_part_of_word(char c)
{
	return IS_HIGHBIT_SET(c) || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

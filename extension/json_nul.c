/*
 * json_nul.c
 *		Documents whose strings hold U+0000, which jsonb cannot store.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "json_nul.h"

#define NUL_ESCAPE "\\u0000"
#define NUL_BYTES "\xC0\x80"
#define ESCAPE_LENGTH (sizeof(NUL_ESCAPE) - 1)
#define BYTES_LENGTH (sizeof(NUL_BYTES) - 1)

/* As long as NUL_ESCAPE. */
#define VISIBLE_ESCAPE "\\ufffd"

static Jsonb *parse(char *json);
static void check(const char *json);
static void replace_escapes(char *json);
static char *find_escape(char *from);

Jsonb *
json_nul_read(const text *json)
{
	char *document = text_to_cstring(json);

	if (GetDatabaseEncoding() == PG_UTF8 && find_escape(document) != NULL)
	{
		check(document);
		replace_escapes(document);
	}
	return parse(document);
}

text *
json_nul_print(const char *message)
{
	StringInfoData printed;
	const char *nul;

	initStringInfo(&printed);
	while ((nul = strstr(message, NUL_BYTES)) != NULL)
	{
		appendBinaryStringInfo(&printed, message, (int) (nul - message));
		appendStringInfoString(&printed, NUL_ESCAPE);
		message = nul + BYTES_LENGTH;
	}
	appendStringInfoString(&printed, message);
	return cstring_to_text_with_len(printed.data, printed.len);
}

static Jsonb *
parse(char *json)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
}

/*
 * An error quotes the text that it is about, and NUL_BYTES must not be seen: so
 * whatever is wrong is found while another character is in their place.
 */
static void
check(const char *json)
{
	char *visible = pstrdup(json);

	for (char *at = visible; (at = find_escape(at)) != NULL;)
		memcpy(at, VISIBLE_ESCAPE, ESCAPE_LENGTH);
	pfree(parse(visible));
}

/* In place: two bytes for six. */
static void
replace_escapes(char *json)
{
	char *from = find_escape(json);
	char *to = from;

	while (from != NULL)
	{
		char *next;
		size_t between;

		memcpy(to, NUL_BYTES, BYTES_LENGTH);
		to += BYTES_LENGTH;
		from += ESCAPE_LENGTH;
		next = find_escape(from);
		between = next == NULL ? strlen(from) + 1 : (size_t) (next - from);
		memmove(to, from, between);
		to += between;
		from = next;
	}
}

/* A backslash that is escaped itself begins nothing; NULL where there is none. */
static char *
find_escape(char *from)
{
	for (; *from != '\0'; from++)
	{
		if (*from != '\\')
			continue;
		if (strncmp(from, NUL_ESCAPE, ESCAPE_LENGTH) == 0)
			return from;
		if (from[1] != '\0')
			from++;
	}
	return NULL;
}

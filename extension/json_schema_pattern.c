/*
 * json_schema_pattern.c
 *		Compiles patterns and matches them against strings.
 *
 * The server's own cache of 32 compiled expressions would be thrashed by one
 * large schema, so each pattern keeps its own.  In PostgreSQL 15 the regex
 * library allocates with malloc: a reset callback of the memory context gives
 * that back.  All strings are taken as Unicode and compared by code point
 * (collation C), so that a schema means the same in every database.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "regex/regex.h"
#include "utils/memutils.h"

#include "json_schema_pattern.h"
#include "json_schema_regex.h"
#include "json_schema_unicode.h"

/* Strings up to this long are matched without allocating. */
#define SHORT_LENGTH 256

struct JsonSchemaPattern
{
	regex_t regex;
	bool is_compiled;
	const char *text;
	int length;
	MemoryContextCallback on_reset;
};

static void
free_regex(void *argument)
{
	JsonSchemaPattern *pattern = argument;

	if (pattern->is_compiled)
		pg_regfree(&pattern->regex);
	pattern->is_compiled = false;
}

/* Code points of the text, which is in UTF-8.  out has room for length. */
static int
decode(const char *text, int length, pg_wchar *out)
{
	size_t at = 0;
	int count = 0;

	while (at < (size_t) length)
		out[count++] = utf8_take_code(text, (size_t) length, &at);
	return count;
}

/* The text itself in a UTF-8 database, otherwise a palloc'd conversion. */
static char *
to_utf8(const char *text, int *length)
{
	char *converted = pg_server_to_any(text, *length, PG_UTF8);

	if (converted != text)
		*length = (int) strlen(converted);
	return converted;
}

/*
 * Compiles the translation.  malloc'd memory must not be lost when something
 * raises, so the callback is registered before there is any.
 */
static bool
compile(JsonSchemaPattern *pattern, const RegexTranslation *translation,
        char **complaint)
{
	const char *text = translation->text.data;
	int length = translation->text.len;
	pg_wchar *codes = palloc(sizeof(pg_wchar) * ((Size) length + 1));
	int flags = REG_ADVANCED | (translation->has_references ? 0 : REG_NOSUB);
	int result;
	char reason[100];

	pattern->on_reset.func = free_regex;
	pattern->on_reset.arg = pattern;
	MemoryContextRegisterResetCallback(CurrentMemoryContext,
	                                   &pattern->on_reset);
	result = pg_regcomp(&pattern->regex,
	                    codes,
	                    (size_t) decode(text, length, codes),
	                    flags,
	                    C_COLLATION_OID);
	pfree(codes);
	if (result == REG_OKAY)
	{
		pattern->is_compiled = true;
		return true;
	}

	/* A cancelled compilation reports itself as an error of the pattern. */
	CHECK_FOR_INTERRUPTS();
	pg_regerror(result, &pattern->regex, reason, sizeof(reason));
	*complaint = psprintf("PostgreSQL cannot match it: %s", reason);
	return false;
}

JsonSchemaPattern *
pattern_compile(const char *text, int length, char **complaint)
{
	JsonSchemaPattern *pattern = palloc0(sizeof(*pattern));
	RegexTranslation translation;
	int utf8_length = length;
	char *utf8 = to_utf8(text, &utf8_length);

	pattern->text = text;
	pattern->length = length;
	if (!regex_translate(utf8, utf8_length, &translation))
	{
		*complaint = psprintf(
			"%s, at byte %d", translation.complaint, translation.position + 1);
		return NULL;
	}
	if (!compile(pattern, &translation, complaint))
		return NULL;
	pfree(translation.text.data);
	return pattern;
}

bool
pattern_is_valid(const char *text, int length)
{
	RegexTranslation translation;
	char *utf8 = to_utf8(text, &length);
	bool is_valid = regex_translate(utf8, length, &translation);

	pfree(translation.text.data);
	return is_valid;
}

/*
 * The regex library looks for a cancel request itself, and reports one as a
 * result like any other.
 */
static bool
execute(JsonSchemaPattern *pattern, const pg_wchar *codes, int count)
{
	int result =
		pg_regexec(&pattern->regex, codes, (size_t) count, 0, NULL, 0, NULL, 0);
	char reason[100];

	if (result == REG_OKAY)
		return true;
	if (result == REG_NOMATCH)
		return false;

	CHECK_FOR_INTERRUPTS();
	pg_regerror(result, &pattern->regex, reason, sizeof(reason));
	ereport(ERROR,
	        errcode(ERRCODE_INVALID_REGULAR_EXPRESSION),
	        errmsg("pattern \"%s\" could not be matched: %s",
	               pnstrdup(pattern->text, (Size) pattern->length),
	               reason));
}

bool
pattern_matches(JsonSchemaPattern *pattern, const char *text, int length)
{
	char *utf8 = to_utf8(text, &length);
	pg_wchar short_codes[SHORT_LENGTH];
	pg_wchar *codes = short_codes;
	bool matches;

	if (length > SHORT_LENGTH)
		codes =
			palloc_extended(sizeof(pg_wchar) * (Size) length, MCXT_ALLOC_HUGE);
	matches = execute(pattern, codes, decode(utf8, length, codes));
	if (codes != short_codes)
		pfree(codes);
	if (utf8 != text)
		pfree(utf8);
	return matches;
}

const char *
pattern_text(const JsonSchemaPattern *pattern, int *length)
{
	*length = pattern->length;
	return pattern->text;
}

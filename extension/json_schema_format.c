/*
 * json_schema_format.c
 *		The table of formats, all 19 that JSON Schema 2020-12 defines.
 */
#include "postgres.h"

#include "common/unicode_norm.h"
#include "mb/pg_wchar.h"

#include "json_schema_address.h"
#include "json_schema_format.h"
#include "json_schema_hostname.h"
#include "json_schema_pattern.h"
#include "json_schema_pointer.h"
#include "json_schema_time.h"
#include "json_schema_unicode.h"
#include "json_schema_uri.h"

struct JsonSchemaFormat
{
	const char *name;
	bool (*check)(const char *text, size_t length);
};

static bool is_uuid(const char *text, size_t length);
static bool is_regex(const char *text, size_t length);
static bool is_international_hostname(const char *text, size_t length);

static const JsonSchemaFormat formats[] = {
	{"date", time_is_date},
	{"date-time", time_is_date_time},
	{"duration", time_is_duration},
	{"email", hostname_is_email},
	{"hostname", hostname_is_ascii},
	{"idn-email", hostname_is_international_email},
	{"idn-hostname", is_international_hostname},
	{"ipv4", address_is_ipv4},
	{"ipv6", address_is_ipv6},
	{"iri", uri_is_iri},
	{"iri-reference", uri_is_iri_reference},
	{"json-pointer", pointer_is_absolute},
	{"regex", is_regex},
	{"relative-json-pointer", pointer_is_relative},
	{"time", time_is_time},
	{"uri", uri_is_uri},
	{"uri-reference", uri_is_reference},
	{"uri-template", uri_is_template},
	{"uuid", is_uuid},
};

const JsonSchemaFormat *
format_find(const char *name, int length)
{
	for (size_t i = 0; i < lengthof(formats); i++)
		if ((int) strlen(formats[i].name) == length &&
		    memcmp(formats[i].name, name, (size_t) length) == 0)
			return &formats[i];
	return NULL;
}

const char *
format_name(const JsonSchemaFormat *format)
{
	return format->name;
}

bool
format_matches(const JsonSchemaFormat *format, const char *text, int length)
{
	char *utf8 = pg_server_to_any(text, length, PG_UTF8);
	bool matches;

	if (utf8 == text)
		return format->check(text, (size_t) length);
	matches = format->check(utf8, strlen(utf8));
	pfree(utf8);
	return matches;
}

/* RFC 4122's text form, of any version and variant. */
static bool
is_uuid(const char *text, size_t length)
{
	if (length != 36)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		bool wants_hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (wants_hyphen ? text[i] != '-' : !isxdigit((unsigned char) text[i]))
			return false;
	}
	return true;
}

static bool
is_regex(const char *text, size_t length)
{
	return pattern_is_valid(text, (int) length);
}

/*
 * A name must be in Normalization Form C (RFC 5891, section 4.1): one name would
 * have two spellings otherwise.  Only ever a few hundred characters reach the
 * server's tables, the check of the labels having bounded them.
 */
static bool
is_international_hostname(const char *text, size_t length)
{
	pg_wchar *codes;
	size_t at = 0;
	int count = 0;
	bool is_normal;

	if (!hostname_is_international(text, length))
		return false;
	codes = palloc(sizeof(pg_wchar) * (length + 1));
	while (at < length)
		codes[count++] = utf8_take_code(text, length, &at);
	codes[count] = 0;
	is_normal = unicode_is_normalized_quickcheck(UNICODE_NFC, codes) !=
	            UNICODE_NORM_QC_NO;
	pfree(codes);
	return is_normal;
}

/*
 * json_time.c
 *		A moment of a document: ISO 8601 with its zone.
 *
 * PostgreSQL's own decoder, behind a check of the form: it would also take
 * "yesterday", and what it raises could not be collected as a problem.
 */
#include "postgres.h"

#include "json_time.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

/* d is a digit; whatever else stands for itself. */
#define FORM "dddd-dd-ddTdd:dd:dd"

#define LONGEST 64

static bool has_form(const char *text);
static const char *skip_digits(const char *text);
static bool is_zone(const char *text);
static bool decode(const char *text, TimestampTz *moment);

bool
json_time_read(const JsonObject *object, const char *key, JsonNeed need,
               TimestampTz *moment)
{
	static const JsonTextLimits limits = {JSON_TEXT_LINE, 1, LONGEST};
	char *text = json_object_read_string(object, key, need, &limits);
	JsonPath path;

	if (text == NULL)
		return false;
	if (has_form(text) && decode(text, moment))
		return true;
	path = json_object_path(object, key);
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "time_format",
	            &path,
	            "Write it in ISO 8601 with a zone, like "
	            "\"2026-11-22T20:15:00Z\".",
	            "\"%s\" is not a time: \"%s\"",
	            key,
	            text);
	return false;
}

static bool
has_form(const char *text)
{
	for (const char *form = FORM; *form; form++, text++)
	{
		if (*form == 'd' ? !isdigit((unsigned char) *text) : *text != *form)
			return false;
	}
	if (*text == '.')
	{
		const char *end = skip_digits(text + 1);

		if (end == text + 1)
			return false;
		text = end;
	}
	return is_zone(text);
}

static const char *
skip_digits(const char *text)
{
	while (isdigit((unsigned char) *text))
		text++;
	return text;
}

/* Z, +hh or +hh:mm */
static bool
is_zone(const char *text)
{
	if (strcmp(text, "Z") == 0)
		return true;
	if (*text != '+' && *text != '-')
		return false;
	if (skip_digits(text + 1) != text + 3)
		return false;
	return text[3] == '\0' ||
	       (text[3] == ':' && skip_digits(text + 4) == text + 6 &&
	        text[6] == '\0');
}

/* Returns false for a moment that does not exist, such as February 30. */
static bool
decode(const char *text, TimestampTz *moment)
{
	char work[MAXDATELEN + MAXDATEFIELDS];
	char *fields[MAXDATEFIELDS];
	int types[MAXDATEFIELDS];
	int field_count;
	int kind;
	int zone;
	struct pg_tm parts;
	fsec_t fraction;

	return ParseDateTime(text,
	                     work,
	                     sizeof(work),
	                     fields,
	                     types,
	                     MAXDATEFIELDS,
	                     &field_count) == 0 &&
	       DecodeDateTime(
			   fields, types, field_count, &kind, &parts, &fraction, &zone) ==
	           0 &&
	       kind == DTK_DATE &&
	       tm2timestamp(&parts, fraction, &zone, moment) == 0;
}

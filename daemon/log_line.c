/*
 * log_line.c
 *		One line of the log, as text or as a JSON object.
 *
 *		2026-01-31T23:59:59.000Z INFO listening host=127.0.0.1 port=8000
 *		{"time":"...","level":"INFO","message":"listening","port":8000}
 *
 * A long value is cut, and fields for which nothing is left are left out: what is
 * there can be parsed.
 */
#include "log_line.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Bytes of a value as it is given; escaped it may be six times as long. */
#define VALUE_SIZE 1000

/* What ends a line at most: a quote, "}\n". */
#define END_SIZE 3

static const char *const level_names[] = {
	[LOG_LEVEL_DEBUG] = "DEBUG",
	[LOG_LEVEL_INFO] = "INFO",
	[LOG_LEVEL_WARNING] = "WARNING",
	[LOG_LEVEL_ERROR] = "ERROR",
};

static void print_time(char *text, size_t size);
static bool add_field(LogLine *line, const LogField *field);
static bool add_value(LogLine *line, const LogField *field);
static bool add_quoted(LogLine *line, const char *text);
static bool add_escaped(LogLine *line, const char *bytes, size_t *taken);
static bool add(LogLine *line, const char *bytes, size_t length);
static bool is_plain(const char *text);

void
log_line_print(LogLine *line, LogFormat format, LogLevel level,
               const char *message, const LogField *fields)
{
	char now[64];
	char head[256];
	bool is_json = format == LOG_FORMAT_JSON;

	line->length = 0;
	line->format = format;
	print_time(now, sizeof(now));
	/* Messages are constant texts of ours: nothing in them needs escaping. */
	snprintf(head,
	         sizeof(head),
	         is_json ? "{\"time\":\"%s\",\"level\":\"%s\",\"message\":\"%s\""
	                 : "%s %s %s",
	         now,
	         level_names[level],
	         message);
	add(line, head, strlen(head));
	for (const LogField *field = fields; field && field->name; field++)
	{
		size_t before = line->length;

		if (!add_field(line, field))
			line->length = before;
	}
	/* add leaves room for it. */
	if (is_json)
		line->bytes[line->length++] = '}';
	line->bytes[line->length++] = '\n';
}

static void
print_time(char *text, size_t size)
{
	struct timespec now;
	struct tm parts;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	snprintf(text,
	         size,
	         "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ",
	         parts.tm_year + 1900,
	         parts.tm_mon + 1,
	         parts.tm_mday,
	         parts.tm_hour,
	         parts.tm_min,
	         parts.tm_sec,
	         now.tv_nsec / 1000000);
}

/* Names are constant texts too.  False where the line has no room for it. */
static bool
add_field(LogLine *line, const LogField *field)
{
	char name[80];

	snprintf(name,
	         sizeof(name),
	         line->format == LOG_FORMAT_JSON ? ",\"%s\":" : " %s=",
	         field->name);
	return add(line, name, strlen(name)) && add_value(line, field);
}

static bool
add_value(LogLine *line, const LogField *field)
{
	char number[24];

	if (field->text == NULL)
	{
		snprintf(number, sizeof(number), "%lld", (long long) field->number);
		return add(line, number, strlen(number));
	}
	if (line->format == LOG_FORMAT_TEXT && is_plain(field->text))
		return add(line, field->text, strnlen(field->text, VALUE_SIZE));
	return add_quoted(line, field->text);
}

static bool
add_quoted(LogLine *line, const char *text)
{
	const char *end = text + strnlen(text, VALUE_SIZE);
	bool fits = add(line, "\"", 1);

	if (!fits)
		return false;
	while (fits && text < end)
	{
		size_t taken = (size_t) (end - text);

		fits = add_escaped(line, text, &taken);
		text += taken;
	}
	/* There is always room for the end of what began. */
	line->bytes[line->length++] = '"';
	return true;
}

/*
 * One character: *taken, at first what there is, says how long it was.  A byte
 * that is none is shown as a question mark.
 */
static bool
add_escaped(LogLine *line, const char *bytes, size_t *taken)
{
	unsigned char byte = (unsigned char) *bytes;
	size_t length = utf8_measure(bytes, *taken);
	char text[8];

	*taken = length == 0 ? 1 : length;
	if (length == 0)
		return add(line, "?", 1);
	if (byte == '"' || byte == '\\')
		snprintf(text, sizeof(text), "\\%c", byte);
	else if (byte == '\n')
		snprintf(text, sizeof(text), "\\n");
	else if (byte < 0x20 || byte == 0x7F)
		snprintf(text, sizeof(text), "\\u%04x", byte);
	else
		return add(line, bytes, length);
	return add(line, text, strlen(text));
}

static bool
add(LogLine *line, const char *bytes, size_t length)
{
	if (line->length + length > LOG_LINE_SIZE - END_SIZE)
		return false;
	memcpy(line->bytes + line->length, bytes, length);
	line->length += length;
	return true;
}

static bool
is_plain(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text; text++)
	{
		unsigned char byte = (unsigned char) *text;

		if (byte <= 0x20 || byte >= 0x7F || byte == '"' || byte == '=' ||
		    byte == '\\')
			return false;
	}
	return true;
}

/*
 * log.c
 *		Structured lines on stderr: time, level, message, name=value fields.
 *
 * A line is built in one buffer and leaves by one write(2), so lines of
 * several daemons on one file do not mix.  What does not fit is cut.
 */
#include "log.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 4096

typedef struct Line
{
	char bytes[LINE_SIZE];
	size_t length;
} Line;

static LogLevel lowest = LOG_LEVEL_INFO;

static const char *const level_names[] = {
	[LOG_LEVEL_DEBUG] = "DEBUG",
	[LOG_LEVEL_INFO] = "INFO",
	[LOG_LEVEL_WARNING] = "WARNING",
	[LOG_LEVEL_ERROR] = "ERROR",
};

static void add_time(Line *line);
static void add_text(Line *line, const char *text);
static void add_value(Line *line, const char *text);
static void add_escaped(Line *line, unsigned char byte);
static bool is_plain(const char *text);

LogField
log_text(const char *name, const char *text)
{
	return (LogField){.name = name, .text = text ? text : ""};
}

LogField
log_number(const char *name, int64_t number)
{
	return (LogField){.name = name, .number = number};
}

void
log_set_level(LogLevel level)
{
	lowest = level;
}

bool
log_parse_level(const char *text, LogLevel *level)
{
	static const struct
	{
		const char *name;
		LogLevel level;
	} names[] = {
		{"DEBUG", LOG_LEVEL_DEBUG},
		{"INFO", LOG_LEVEL_INFO},
		{"WARNING", LOG_LEVEL_WARNING},
		{"WARN", LOG_LEVEL_WARNING},
		{"ERROR", LOG_LEVEL_ERROR},
		{"CRITICAL", LOG_LEVEL_ERROR},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (strcasecmp(text, names[i].name) == 0)
		{
			*level = names[i].level;
			return true;
		}
	}
	return false;
}

void
log_write(LogLevel level, const char *message, const LogField *fields)
{
	Line line = {.length = 0};

	if (level < lowest)
		return;
	add_time(&line);
	add_text(&line, " ");
	add_text(&line, level_names[level]);
	add_text(&line, " ");
	add_text(&line, message);
	for (const LogField *field = fields; field && field->name; field++)
	{
		add_text(&line, " ");
		add_text(&line, field->name);
		add_text(&line, "=");
		if (field->text)
			add_value(&line, field->text);
		else
		{
			char number[24];

			snprintf(number, sizeof(number), "%lld", (long long) field->number);
			add_text(&line, number);
		}
	}
	/* add_text leaves room for it. */
	line.bytes[line.length++] = '\n';
	/* A log that cannot be written has nobody to tell. */
	if (write(STDERR_FILENO, line.bytes, line.length) < 0)
		return;
}

void
log_debug(const char *message, const LogField *fields)
{
	log_write(LOG_LEVEL_DEBUG, message, fields);
}

void
log_info(const char *message, const LogField *fields)
{
	log_write(LOG_LEVEL_INFO, message, fields);
}

void
log_warning(const char *message, const LogField *fields)
{
	log_write(LOG_LEVEL_WARNING, message, fields);
}

void
log_error(const char *message, const LogField *fields)
{
	log_write(LOG_LEVEL_ERROR, message, fields);
}

void
log_failure(const char *message, const Error *error)
{
	log_warning(message,
	            LOG_FIELDS(log_text("status", status_name(error->status)),
	                       log_text("sqlstate", error->sqlstate),
	                       log_text("error", error->message),
	                       log_text("detail", error->detail)));
}

static void
add_time(Line *line)
{
	struct timespec now;
	struct tm parts;
	char text[64];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	snprintf(text,
	         sizeof(text),
	         "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ",
	         parts.tm_year + 1900,
	         parts.tm_mon + 1,
	         parts.tm_mday,
	         parts.tm_hour,
	         parts.tm_min,
	         parts.tm_sec,
	         now.tv_nsec / 1000000);
	add_text(line, text);
}

static void
add_text(Line *line, const char *text)
{
	size_t room = LINE_SIZE - 1 - line->length;
	size_t length = strnlen(text, room);

	memcpy(line->bytes + line->length, text, length);
	line->length += length;
}

static void
add_value(Line *line, const char *text)
{
	if (is_plain(text))
	{
		add_text(line, text);
		return;
	}
	add_text(line, "\"");
	for (; *text; text++)
		add_escaped(line, (unsigned char) *text);
	add_text(line, "\"");
}

/* Bytes above 0x7F pass: they are UTF-8 and cannot end a line. */
static void
add_escaped(Line *line, unsigned char byte)
{
	char text[8] = {(char) byte, '\0'};

	if (byte == '"' || byte == '\\')
		snprintf(text, sizeof(text), "\\%c", byte);
	else if (byte == '\n')
		snprintf(text, sizeof(text), "\\n");
	else if (byte < 0x20 || byte == 0x7F)
		snprintf(text, sizeof(text), "\\u%04x", byte);
	add_text(line, text);
}

static bool
is_plain(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text; text++)
	{
		unsigned char byte = (unsigned char) *text;

		if (byte <= 0x20 || byte == 0x7F || byte == '"' || byte == '=' ||
		    byte == '\\')
			return false;
	}
	return true;
}

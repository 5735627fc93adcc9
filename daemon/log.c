/*
 * log.c
 *		Structured lines on stderr: time, level, message, fields.
 *
 * A line is built in one buffer and leaves by one write(2), so lines of
 * several daemons on one file do not mix.
 */
#include "log.h"

#include "log_line.h"

#include <strings.h>
#include <unistd.h>

static LogLevel lowest = LOG_LEVEL_INFO;
static LogFormat form = LOG_FORMAT_TEXT;

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
log_set_format(LogFormat format)
{
	form = format;
}

bool
log_parse_format(const char *text, LogFormat *format)
{
	bool is_json = strcasecmp(text, "json") == 0;

	*format = is_json ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT;
	return is_json || strcasecmp(text, "text") == 0;
}

void
log_write(LogLevel level, const char *message, const LogField *fields)
{
	LogLine line;

	if (level < lowest)
		return;
	log_line_print(&line, form, level, message, fields);
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

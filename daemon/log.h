/*
 * log.h
 *		Structured lines on stderr: time, level, message, fields.
 *
 * A message is constant text; whatever varies is a field, quoted where it
 * holds anything but plain characters, so that no value can forge a line.
 * Secrets are never given to it.
 */
#ifndef MCPD_LOG_H
#define MCPD_LOG_H

#include "status.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum LogLevel
{
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_ERROR
} LogLevel;

typedef enum LogFormat
{
	LOG_FORMAT_TEXT, /* fields as name=value */
	LOG_FORMAT_JSON  /* an object a line */
} LogFormat;

typedef struct LogField
{
	const char *name;
	const char *text; /* NULL: number counts */
	int64_t number;
} LogField;

/* log_info("listening", LOG_FIELDS(log_text("address", address))) */
#define LOG_FIELDS(...) \
	((const LogField[]){__VA_ARGS__, {.name = (const char *) 0}})

extern LogField log_text(const char *name, const char *text);
extern LogField log_number(const char *name, int64_t number);

/* Lines below level are dropped.  Before it is called, INFO is the level. */
extern void log_set_level(LogLevel level);

/* "INFO" in any case, also DEBUG, WARNING (WARN), ERROR (CRITICAL). */
extern bool log_parse_level(const char *text, LogLevel *level);

/* Before it is called, TEXT is the format. */
extern void log_set_format(LogFormat format);

/* "text" or "json", in any case. */
extern bool log_parse_format(const char *text, LogFormat *format);

/* fields may be NULL. */
extern void
log_write(LogLevel level, const char *message, const LogField *fields);

extern void log_debug(const char *message, const LogField *fields);
extern void log_info(const char *message, const LogField *fields);
extern void log_warning(const char *message, const LogField *fields);
extern void log_error(const char *message, const LogField *fields);

/* An Error with its status, code and texts, as a warning. */
extern void log_failure(const char *message, const Error *error);

#endif

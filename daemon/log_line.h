/*
 * log_line.h
 *		One line of the log, as text or as a JSON object.
 *
 * What does not fit is left out, and the line is whole all the same.
 */
#ifndef MCPD_LOG_LINE_H
#define MCPD_LOG_LINE_H

#include "log.h"

#include <stddef.h>

#define LOG_LINE_SIZE 4096

typedef struct LogLine
{
	char bytes[LOG_LINE_SIZE];
	size_t length;
	LogFormat format;
} LogLine;

/* With the time of now; ends with a newline.  fields may be NULL. */
extern void log_line_print(LogLine *line, LogFormat format, LogLevel level,
                           const char *message, const LogField *fields);

#endif

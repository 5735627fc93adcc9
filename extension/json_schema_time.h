/*
 * json_schema_time.h
 *		Dates, times and durations as RFC 3339 writes them.
 *
 * Only checked, never turned into a value, so a second of fifteen digits and
 * a leap second are as good as any.  Plain C.
 */
#ifndef MCP_JSON_SCHEMA_TIME_H
#define MCP_JSON_SCHEMA_TIME_H

#include <stdbool.h>
#include <stddef.h>

extern bool time_is_date(const char *text, size_t length);
extern bool time_is_time(const char *text, size_t length);
extern bool time_is_date_time(const char *text, size_t length);
extern bool time_is_duration(const char *text, size_t length);

#endif

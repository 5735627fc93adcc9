/*
 * json_write.h
 *		A JSON text that grows: values are appended, commas come by themselves.
 *
 * It writes what its caller says in the order he says it; that what is opened
 * is closed, and that members have names, is his to see to.
 */
#ifndef MCPD_JSON_WRITE_H
#define MCPD_JSON_WRITE_H

#include "json_view.h"

typedef struct JsonWriter JsonWriter;

extern JsonWriter *json_writer_create(void);
extern void json_writer_destroy(JsonWriter *writer);

/* Empties it and keeps its memory. */
extern void json_writer_reset(JsonWriter *writer);

/* What was written so far; valid until the next call. */
extern const char *json_writer_text(const JsonWriter *writer);
extern size_t json_writer_length(const JsonWriter *writer);

/* bracket: one of [ { ] }. */
extern void json_write_open(JsonWriter *writer, char bracket);
extern void json_write_close(JsonWriter *writer, char bracket);

/* The name of the member whose value is written next; plain characters. */
extern void json_write_name(JsonWriter *writer, const char *name);

/*
 * A string of any bytes: what PostgreSQL would refuse, invalid UTF-8 and NUL, is
 * replaced by U+FFFD.
 */
extern void
json_write_bytes(JsonWriter *writer, const char *bytes, size_t length);

/* A string, or null where text is NULL. */
extern void json_write_text(JsonWriter *writer, const char *text);

/* A value as it is, or null where it is absent. */
extern void json_write_view(JsonWriter *writer, JsonView value);
extern void json_write_integer(JsonWriter *writer, int64_t integer);
extern void json_write_bool(JsonWriter *writer, bool is_true);

#endif

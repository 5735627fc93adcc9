/*
 * json_write.c
 *		A JSON text that grows: values are appended, commas come by themselves.
 */
#include "json_write.h"

#include "memory.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct JsonWriter
{
	char *text;
	size_t length;
	size_t size;
};

static void start_value(JsonWriter *writer);
static void append(JsonWriter *writer, const char *bytes, size_t length);
static size_t append_character(JsonWriter *writer, const char *at, size_t rest);
static bool is_plain(char byte);

JsonWriter *
json_writer_create(void)
{
	JsonWriter *writer = memory_alloc(sizeof(*writer));

	append(writer, "", 0);
	return writer;
}

void
json_writer_destroy(JsonWriter *writer)
{
	if (writer)
		free(writer->text);
	free(writer);
}

void
json_writer_reset(JsonWriter *writer)
{
	writer->length = 0;
	writer->text[0] = '\0';
}

const char *
json_writer_text(const JsonWriter *writer)
{
	return writer->text;
}

size_t
json_writer_length(const JsonWriter *writer)
{
	return writer->length;
}

void
json_write_open(JsonWriter *writer, char bracket)
{
	start_value(writer);
	append(writer, &bracket, 1);
}

void
json_write_close(JsonWriter *writer, char bracket)
{
	append(writer, &bracket, 1);
}

void
json_write_name(JsonWriter *writer, const char *name)
{
	json_write_text(writer, name);
	append(writer, ":", 1);
}

void
json_write_bytes(JsonWriter *writer, const char *bytes, size_t length)
{
	size_t done = 0;

	start_value(writer);
	append(writer, "\"", 1);
	while (done < length)
	{
		size_t plain = done;

		while (plain < length && is_plain(bytes[plain]))
			plain++;
		append(writer, bytes + done, plain - done);
		done = plain;
		if (done < length)
			done += append_character(writer, bytes + done, length - done);
	}
	append(writer, "\"", 1);
}

void
json_write_text(JsonWriter *writer, const char *text)
{
	if (text)
		json_write_bytes(writer, text, strlen(text));
	else
		json_write_view(writer, (JsonView){NULL, 0});
}

void
json_write_view(JsonWriter *writer, JsonView value)
{
	start_value(writer);
	if (value.text)
		append(writer, value.text, value.length);
	else
		append(writer, "null", 4);
}

void
json_write_integer(JsonWriter *writer, int64_t integer)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRId64, integer);

	start_value(writer);
	append(writer, digits, (size_t) length);
}

void
json_write_bool(JsonWriter *writer, bool is_true)
{
	json_write_view(writer,
	                is_true ? (JsonView){"true", 4} : (JsonView){"false", 5});
}

/* A value needs a comma unless it is the first of its container, or a member's. */
static void
start_value(JsonWriter *writer)
{
	if (writer->length > 0 &&
	    strchr("[{:", writer->text[writer->length - 1]) == NULL)
		append(writer, ",", 1);
}

static void
append(JsonWriter *writer, const char *bytes, size_t length)
{
	if (writer->size - writer->length <= length)
	{
		size_t size = writer->size ? writer->size : 256;

		while (size - writer->length <= length)
			size *= 2;
		writer->text = memory_resize(writer->text, size);
		writer->size = size;
	}
	if (length > 0)
		memcpy(writer->text + writer->length, bytes, length);
	writer->length += length;
	writer->text[writer->length] = '\0';
}

/* One character that is not plain; returns how many bytes it took. */
static size_t
append_character(JsonWriter *writer, const char *at, size_t rest)
{
	char escape[8];
	size_t length;

	if (*at == '"' || *at == '\\')
	{
		escape[0] = '\\';
		escape[1] = *at;
		append(writer, escape, 2);
		return 1;
	}
	if ((unsigned char) *at < ' ' && *at != '\0')
	{
		snprintf(escape, sizeof(escape), "\\u%04x", (unsigned int) *at);
		append(writer, escape, 6);
		return 1;
	}
	length = *at == '\0' ? 0 : utf8_measure(at, rest);
	if (length == 0)
	{
		append(writer, "\xEF\xBF\xBD", 3);
		return 1;
	}
	append(writer, at, length);
	return length;
}

static bool
is_plain(char byte)
{
	return (unsigned char) byte >= ' ' && (unsigned char) byte < 0x80 &&
	       byte != '"' && byte != '\\';
}

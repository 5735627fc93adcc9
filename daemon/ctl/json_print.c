/*
 * json_print.c
 *		JSON for people and for programs: indented, or on one line.
 */
#include "json_print.h"

#include "json_write.h"

#include <string.h>

/* depth < 0: all on one line. */
static void print(TextBuffer *buffer, JsonView value, int depth);
static void print_members(TextBuffer *buffer, JsonView value, int depth);
static void begin_line(TextBuffer *buffer, int depth);

void
json_print_indented(TextBuffer *buffer, JsonView value)
{
	print(buffer, value, 0);
}

void
json_print_line(TextBuffer *buffer, JsonView value)
{
	print(buffer, value, -1);
}

const char *
json_print_cell(Arena *arena, JsonView value)
{
	TextBuffer *buffer;

	switch (json_view_kind(value))
	{
		case JSON_VIEW_ABSENT:
		case JSON_VIEW_NULL:
			return "";
		case JSON_VIEW_STRING:
			return json_view_text(value, arena);
		case JSON_VIEW_FALSE:
		case JSON_VIEW_TRUE:
		case JSON_VIEW_NUMBER:
		case JSON_VIEW_ARRAY:
		case JSON_VIEW_OBJECT:
			break;
	}
	buffer = text_buffer_create(arena);
	json_print_line(buffer, value);
	return text_buffer_text(buffer);
}

const char *
json_print_quoted(Arena *arena, const char *text)
{
	JsonWriter *writer = json_writer_create();
	const char *quoted;

	json_write_text(writer, text);
	quoted = arena_copy_text(arena, json_writer_text(writer));
	json_writer_destroy(writer);
	return quoted;
}

static void
print(TextBuffer *buffer, JsonView value, int depth)
{
	switch (json_view_kind(value))
	{
		case JSON_VIEW_ABSENT:
			text_buffer_add_text(buffer, "null");
			break;
		case JSON_VIEW_ARRAY:
		case JSON_VIEW_OBJECT:
			print_members(buffer, value, depth);
			break;
		case JSON_VIEW_NULL:
		case JSON_VIEW_FALSE:
		case JSON_VIEW_TRUE:
		case JSON_VIEW_NUMBER:
		case JSON_VIEW_STRING:
			text_buffer_add(buffer, value.text, value.length);
			break;
	}
}

static void
print_members(TextBuffer *buffer, JsonView value, int depth)
{
	bool is_object = json_view_kind(value) == JSON_VIEW_OBJECT;
	int inner = depth < 0 ? depth : depth + 1;
	JsonWalk walk = json_view_walk(value);
	bool is_empty = true;

	text_buffer_add_text(buffer, is_object ? "{" : "[");
	while (json_view_next(&walk))
	{
		if (!is_empty)
			text_buffer_add_text(buffer, depth < 0 ? ", " : ",");
		is_empty = false;
		begin_line(buffer, inner);
		if (is_object)
		{
			text_buffer_add(buffer, walk.name.text, walk.name.length);
			text_buffer_add_text(buffer, ": ");
		}
		print(buffer, walk.value, inner);
	}
	if (!is_empty)
		begin_line(buffer, depth);
	text_buffer_add_text(buffer, is_object ? "}" : "]");
}

static void
begin_line(TextBuffer *buffer, int depth)
{
	if (depth < 0)
		return;
	text_buffer_add_text(buffer, "\n");
	for (int i = 0; i < depth; i++)
		text_buffer_add_text(buffer, "  ");
}

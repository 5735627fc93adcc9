/*
 * json_print.h
 *		JSON for people and for programs: indented, or on one line.
 *
 * Names and values stay as they were written, every digit of a number included.
 */
#ifndef MCPCTL_JSON_PRINT_H
#define MCPCTL_JSON_PRINT_H

#include "json_view.h"
#include "text_buffer.h"

/* Two blanks a level; no line end behind it. */
extern void json_print_indented(TextBuffer *buffer, JsonView value);
extern void json_print_line(TextBuffer *buffer, JsonView value);

/*
 * A value as a person reads it in a cell: a string without its quotes, null as
 * nothing, anything else on one line.
 */
extern const char *json_print_cell(Arena *arena, JsonView value);

/* A text as a JSON string. */
extern const char *json_print_quoted(Arena *arena, const char *text);

#endif

/*
 * event_view.c
 *		An event of a run, on one line.
 */
#include "event_view.h"

#include "json_print.h"

#include <stdio.h>
#include <string.h>

static const char *text_of(Arena *arena, JsonView event, const char *name);
static Paint paint_of(const char *kind);

void
event_view_print(Output *output, Arena *arena, JsonView event)
{
	static const Column at = {"AT", "at", COLUMN_TIME};
	const char *kind = text_of(arena, event, "kind");
	const char *step = text_of(arena, event, "step_id");
	const char *detail = text_of(arena, event, "detail");
	Paint paint = paint_of(kind);
	TextBuffer *buffer;

	switch (output->form)
	{
		case OUTPUT_JSON:
		case OUTPUT_JSONL:
			buffer = text_buffer_create(arena);
			json_print_line(buffer, event);
			puts(text_buffer_text(buffer));
			return;
		case OUTPUT_NAME:
			puts(kind);
			return;
		case OUTPUT_TABLE:
			break;
	}
	printf("%s  %s%-15s%s%s%s%s%s\n",
	       output_cell(arena, event, &at),
	       terminal_paint(&output->terminal, paint),
	       layout_clean(arena, kind),
	       terminal_plain(&output->terminal, paint),
	       *step ? "  " : "",
	       layout_clean(arena, step),
	       strcmp(detail, "{}") == 0 || *detail == '\0' ? "" : "  ",
	       strcmp(detail, "{}") == 0 ? "" : layout_clean(arena, detail));
}

void
event_view_keep_id(Arena *arena, JsonView event, char *field, size_t size)
{
	const char *id = text_of(arena, event, "id");

	if (*id)
		snprintf(field, size, "%s", id);
}

static const char *
text_of(Arena *arena, JsonView event, const char *name)
{
	return json_print_cell(arena, json_view_find(event, name));
}

static Paint
paint_of(const char *kind)
{
	if (strstr(kind, "succeeded"))
		return PAINT_GOOD;
	if (strstr(kind, "failed"))
		return PAINT_BAD;
	if (strstr(kind, "cancelled") || strstr(kind, "paused") ||
	    strstr(kind, "retry"))
		return PAINT_WARNING;
	return strstr(kind, "started") ? PAINT_BUSY : PAINT_PLAIN;
}

/*
 * output.c
 *		What was answered, on standard output, in the form that -o says.
 */
#include "output.h"

#include "json_print.h"

#include <stdio.h>
#include <string.h>

static void
print_table(Output *output, const OutputRows *rows, const Column *columns);
static void print_name(Output *output, JsonView row, const char *name);
static const char *join(Arena *arena, JsonView array);
static const char *cut_fraction(Arena *arena, const char *time);
static void write_out(const TextBuffer *buffer);

bool
output_parse_form(const char *text, OutputForm *form)
{
	static const char *const names[] = {
		[OUTPUT_TABLE] = "table",
		[OUTPUT_JSON] = "json",
		[OUTPUT_JSONL] = "jsonl",
		[OUTPUT_NAME] = "name",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (strcmp(names[i], text) == 0)
		{
			*form = (OutputForm) i;
			return true;
		}
	}
	return false;
}

void
output_add_row(Output *output, OutputRows *rows, JsonView row)
{
	if (rows->count == rows->size)
	{
		JsonView *old = rows->rows;

		rows->size = rows->size ? rows->size * 2 : 64;
		rows->rows =
			arena_alloc(output->arena, (size_t) rows->size * sizeof(*old));
		if (old)
			memcpy(rows->rows, old, (size_t) rows->count * sizeof(*old));
	}
	rows->rows[rows->count++] = row;
}

void
output_rows(Output *output, const OutputRows *rows, const Column *columns,
            const char *name)
{
	TextBuffer *buffer = text_buffer_create(output->arena);

	if (output->form == OUTPUT_TABLE)
	{
		print_table(output, rows, columns);
		return;
	}
	if (output->form == OUTPUT_JSON)
		text_buffer_add_text(buffer, "[");
	for (int i = 0; i < rows->count; i++)
	{
		if (output->form == OUTPUT_NAME)
		{
			print_name(output, rows->rows[i], name);
			continue;
		}
		if (output->form == OUTPUT_JSON)
			text_buffer_add_text(buffer, i > 0 ? ",\n" : "\n");
		if (output->form == OUTPUT_JSON)
			json_print_indented(buffer, rows->rows[i]);
		else
			json_print_line(buffer, rows->rows[i]);
		if (output->form == OUTPUT_JSONL)
			text_buffer_add_text(buffer, "\n");
	}
	if (output->form == OUTPUT_JSON)
		text_buffer_add_text(buffer, rows->count ? "\n]\n" : "]\n");
	write_out(buffer);
}

void
output_object(Output *output, JsonView object, const char *name)
{
	static const LayoutSide sides[] = {LAYOUT_LEFT, LAYOUT_LAST};
	TextBuffer *buffer = text_buffer_create(output->arena);
	JsonWalk walk = json_view_walk(object);
	Layout *layout;

	switch (output->form)
	{
		case OUTPUT_JSON:
			output_json(output, object);
			return;
		case OUTPUT_JSONL:
			json_print_line(buffer, object);
			text_buffer_add_text(buffer, "\n");
			break;
		case OUTPUT_NAME:
			print_name(output, object, name);
			return;
		case OUTPUT_TABLE:
			layout = layout_create(output->arena, 2, sides);
			while (json_view_next(&walk))
			{
				const char *member = json_print_cell(output->arena, walk.name);
				const char *text = json_print_cell(output->arena, walk.value);

				layout_add(layout, member, PAINT_DIM);
				layout_add(layout,
				           text,
				           strcmp(member, "status") == 0
				               ? terminal_paint_of(text)
				               : PAINT_PLAIN);
			}
			layout_print(layout, &output->terminal, buffer);
			break;
	}
	write_out(buffer);
}

void
output_json(Output *output, JsonView value)
{
	TextBuffer *buffer = text_buffer_create(output->arena);

	json_print_indented(buffer, value);
	text_buffer_add_text(buffer, "\n");
	write_out(buffer);
}

const char *
output_cell(Arena *arena, JsonView row, const Column *column)
{
	JsonView value = json_view_find(row, column->member);
	const char *text = json_view_kind(value) == JSON_VIEW_ARRAY
	                       ? join(arena, value)
	                       : json_print_cell(arena, value);

	return column->kind == COLUMN_TIME ? cut_fraction(arena, text) : text;
}

void
output_text(Output *output, const char *text)
{
	const char *end;

	if (!output->terminal.is_terminal)
	{
		fputs(text, stdout);
		return;
	}
	for (; *text; text = *end ? end + 1 : end)
	{
		end = text + strcspn(text, "\n");
		puts(layout_clean(
			output->arena,
			arena_copy(output->arena, text, (size_t) (end - text))));
	}
}

static void
print_table(Output *output, const OutputRows *rows, const Column *columns)
{
	LayoutSide sides[OUTPUT_MAX_COLUMNS];
	TextBuffer *buffer = text_buffer_create(output->arena);
	Layout *layout;
	int count = 0;

	for (; columns[count].member; count++)
	{
		sides[count] = columns[count].kind == COLUMN_NUMBER ? LAYOUT_RIGHT
		               : columns[count].kind == COLUMN_LAST ? LAYOUT_LAST
		                                                    : LAYOUT_LEFT;
	}
	layout = layout_create(output->arena, count, sides);
	for (int i = 0; i < count; i++)
		layout_add(layout, columns[i].title, PAINT_STRONG);
	for (int i = 0; i < rows->count; i++)
	{
		for (int j = 0; j < count; j++)
		{
			const char *cell =
				output_cell(output->arena, rows->rows[i], &columns[j]);

			layout_add(layout,
			           cell,
			           columns[j].kind == COLUMN_STATUS
			               ? terminal_paint_of(cell)
			               : PAINT_PLAIN);
		}
	}
	layout_print(layout, &output->terminal, buffer);
	write_out(buffer);
}

static void
print_name(Output *output, JsonView row, const char *name)
{
	puts(layout_clean(
		output->arena,
		json_print_cell(output->arena, json_view_find(row, name))));
}

/* "a, b" */
static const char *
join(Arena *arena, JsonView array)
{
	JsonWalk walk = json_view_walk(array);
	const char *text = "";

	while (json_view_next(&walk))
		text = arena_print(arena,
		                   "%s%s%s",
		                   text,
		                   *text ? ", " : "",
		                   json_print_cell(arena, walk.value));
	return text;
}

/* "2026-11-23T02:48:31.123456+00:00" -> "2026-11-23T02:48:31+00:00" */
static const char *
cut_fraction(Arena *arena, const char *time)
{
	const char *point = strchr(time, '.');

	if (point == NULL)
		return time;
	return arena_print(arena,
	                   "%.*s%s",
	                   (int) (point - time),
	                   time,
	                   point + 1 + strspn(point + 1, "0123456789"));
}

static void
write_out(const TextBuffer *buffer)
{
	fwrite(text_buffer_text(buffer), 1, text_buffer_length(buffer), stdout);
}

/*
 * layout.c
 *		Cells in columns, as wide as the widest of each.
 */
#include "layout.h"

#include "memory.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define BETWEEN 2 /* blanks */
#define NARROWEST 10

typedef struct Cell
{
	const char *text;
	int width;
	Paint paint;
} Cell;

struct Layout
{
	Arena *arena;
	int columns;
	LayoutSide *sides;
	int *widths;
	Cell *cells;
	int count;
	int size;
};

static int measure(const char *text);
static void fit(const Layout *layout, int available, int *widths);
static void print_cell(const Layout *layout, const Terminal *terminal,
                       TextBuffer *buffer, int index, int width, int *blanks);
static size_t cut(const char *text, int width, int *used);

Layout *
layout_create(Arena *arena, int columns, const LayoutSide *sides)
{
	Layout *layout = arena_alloc(arena, sizeof(*layout));
	size_t count = (size_t) columns;

	layout->arena = arena;
	layout->columns = columns;
	layout->sides = arena_alloc(arena, count * sizeof(*sides));
	memcpy(layout->sides, sides, count * sizeof(*sides));
	layout->widths = arena_alloc(arena, count * sizeof(int));
	return layout;
}

void
layout_add(Layout *layout, const char *text, Paint paint)
{
	int column = layout->count % layout->columns;
	Cell *cell;

	if (layout->count == layout->size)
	{
		Cell *old = layout->cells;

		layout->size = layout->size ? layout->size * 2 : 64;
		layout->cells =
			arena_alloc(layout->arena, (size_t) layout->size * sizeof(*old));
		if (old)
			memcpy(layout->cells, old, (size_t) layout->count * sizeof(*old));
	}
	cell = &layout->cells[layout->count++];
	cell->text = layout_clean(layout->arena, text);
	cell->width = measure(cell->text);
	cell->paint = paint;
	if (cell->width > layout->widths[column])
		layout->widths[column] = cell->width;
}

void
layout_print(const Layout *layout, const Terminal *terminal, TextBuffer *buffer)
{
	size_t size = (size_t) layout->columns * sizeof(int);
	int *widths = arena_alloc(layout->arena, size);
	int blanks = 0;

	memcpy(widths, layout->widths, size);
	if (terminal->width > 0)
		fit(layout, terminal->width, widths);
	for (int i = 0; i < layout->count; i++)
	{
		int column = i % layout->columns;

		if (column == 0)
			blanks = 0;
		print_cell(layout, terminal, buffer, i, widths[column], &blanks);
		blanks += BETWEEN;
		if (column == layout->columns - 1)
			text_buffer_add_text(buffer, "\n");
	}
}

const char *
layout_clean(Arena *arena, const char *text)
{
	size_t length = strlen(text);
	char *clean = arena_copy(arena, text, length);
	size_t step;

	for (size_t i = 0; i < length; i += step)
	{
		unsigned char byte = (unsigned char) clean[i];

		step = utf8_measure(clean + i, length - i);
		if (step == 0)
		{
			clean[i] = '?';
			step = 1;
		}
		else if (byte < 0x20 || byte == 0x7f)
			clean[i] = ' ';
		/* U+0080 to U+009F are control characters too. */
		else if (byte == 0xc2 && (unsigned char) clean[i + 1] < 0xa0)
		{
			clean[i] = ' ';
			clean[i + 1] = ' ';
		}
	}
	return clean;
}

/* Of clean text. */
static int
measure(const char *text)
{
	size_t rest = strlen(text);
	int width = 0;

	while (rest > 0)
	{
		size_t length = utf8_measure(text, rest);

		width += terminal_columns(text, length);
		text += length;
		rest -= length;
	}
	return width;
}

/* One column less for the widest that may be cut, until all have room. */
static void
fit(const Layout *layout, int available, int *widths)
{
	int total = (layout->columns - 1) * BETWEEN;

	for (int i = 0; i < layout->columns; i++)
		total += widths[i];
	while (total > available)
	{
		int widest = -1;

		for (int i = 0; i < layout->columns; i++)
		{
			if (layout->sides[i] == LAYOUT_LAST && widths[i] > NARROWEST &&
			    (widest < 0 || widths[i] > widths[widest]))
				widest = i;
		}
		if (widest < 0)
			return;
		widths[widest]--;
		total--;
	}
}

/* Blanks wait until there is text behind them: no line ends with one. */
static void
print_cell(const Layout *layout, const Terminal *terminal, TextBuffer *buffer,
           int index, int width, int *blanks)
{
	const Cell *cell = &layout->cells[index];
	bool is_cut = cell->width > width;
	const char *mark = terminal->has_symbols ? "\u2026" : ".";
	int used = cell->width;
	size_t length = strlen(cell->text);
	int missing;

	if (is_cut)
	{
		length = cut(cell->text, width - 1, &used);
		used++;
	}
	missing = width - used;
	if (layout->sides[index % layout->columns] == LAYOUT_RIGHT)
	{
		*blanks += missing;
		missing = 0;
	}
	if (length > 0)
	{
		for (; *blanks > 0; --*blanks)
			text_buffer_add_text(buffer, " ");
		text_buffer_add_text(buffer, terminal_paint(terminal, cell->paint));
		text_buffer_add(buffer, cell->text, length);
		text_buffer_add_text(buffer, is_cut ? mark : "");
		text_buffer_add_text(buffer, terminal_plain(terminal, cell->paint));
	}
	else
		*blanks += used;
	*blanks += missing;
}

/* How many bytes have room in so many columns. */
static size_t
cut(const char *text, int width, int *used)
{
	size_t rest = strlen(text);
	size_t taken = 0;

	*used = 0;
	while (rest > 0)
	{
		size_t length = utf8_measure(text + taken, rest);
		int columns = terminal_columns(text + taken, length);

		if (*used + columns > width)
			break;
		*used += columns;
		taken += length;
		rest -= length;
	}
	return taken;
}

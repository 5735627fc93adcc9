/*
 * layout.h
 *		Cells in columns, as wide as the widest of each.
 *
 * Whatever a cell holds, it is one line: control characters become blanks, and
 * what is no UTF-8 question marks, so that no text of others moves a cursor.
 */
#ifndef MCPCTL_LAYOUT_H
#define MCPCTL_LAYOUT_H

#include "terminal.h"
#include "text_buffer.h"

typedef enum LayoutSide
{
	LAYOUT_LEFT,
	LAYOUT_RIGHT, /* numbers */
	LAYOUT_LAST   /* left, and cut first where the terminal is too narrow */
} LayoutSide;

typedef struct Layout Layout;

/* columns is at least 1; sides has one for each, and is not kept. */
extern Layout *
layout_create(Arena *arena, int columns, const LayoutSide *sides);

/* The next cell, row by row. */
extern void layout_add(Layout *layout, const char *text, Paint paint);

/*
 * A line for each row.  Where the terminal has an end, columns of LAYOUT_LAST
 * are cut, down to ten columns each, and end with a mark of it.
 */
extern void layout_print(const Layout *layout, const Terminal *terminal,
                         TextBuffer *buffer);

/* Text as a cell shows it: one line, no control characters. */
extern const char *layout_clean(Arena *arena, const char *text);

#endif

/*
 * terminal.h
 *		What the two outputs can show: colours, symbols, a number of columns.
 *
 * Nothing but plain text goes to a pipe or a file, or where NO_COLOR is set or
 * TERM is dumb; symbols need a terminal and a locale of UTF-8.
 */
#ifndef MCPCTL_TERMINAL_H
#define MCPCTL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

typedef enum Paint
{
	PAINT_PLAIN,
	PAINT_GOOD,
	PAINT_BAD,
	PAINT_BUSY,
	PAINT_WARNING,
	PAINT_DIM,
	PAINT_STRONG
} Paint;

typedef struct Terminal
{
	bool is_terminal;
	bool has_colour;
	bool has_symbols;
	bool can_move; /* the cursor, to draw anew */
	int width;     /* columns; 0: no end */
	int height;    /* lines; 0: no end */
} Terminal;

/* Of standard output or standard error: descriptor 1 or 2. */
extern void terminal_look(Terminal *terminal, int descriptor);

/* What begins the paint, and what ends it; "" where there is no colour. */
extern const char *terminal_paint(const Terminal *terminal, Paint paint);
extern const char *terminal_plain(const Terminal *terminal, Paint paint);

/* SUCCESS is good, FAILED bad; what is no status of a run or step is plain. */
extern Paint terminal_paint_of(const char *status);

/* One sign for a status: a symbol, or a letter where there are none. */
extern const char *
terminal_sign_of(const Terminal *terminal, const char *status);

/* How many columns the character takes that length bytes at text are. */
extern int terminal_columns(const char *text, size_t length);

#endif

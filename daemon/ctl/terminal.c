/*
 * terminal.c
 *		What the two outputs can show: colours, symbols, a number of columns.
 */
#include "terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

typedef struct Look
{
	const char *status;
	Paint paint;
	const char *symbol;
	const char *letter;
} Look;

static const Look looks[] = {
	{"SUCCESS", PAINT_GOOD, "\u2714", "+"},
	{"FAILED", PAINT_BAD, "\u2718", "!"},
	{"CANCELLED", PAINT_WARNING, "\u2298", "x"},
	{"SKIPPED", PAINT_DIM, "\u2013", "-"},
	{"RUNNING", PAINT_BUSY, "\u25B6", ">"},
	{"PENDING", PAINT_DIM, "\u00B7", "."},
	{"PAUSED", PAINT_WARNING, "\u2016", "="},
	{"created", PAINT_GOOD, "+", "+"},
	{"updated", PAINT_BUSY, "~", "~"},
	{"pruned", PAINT_WARNING, "-", "-"},
	{"unchanged", PAINT_DIM, "=", "="},
	{"failed", PAINT_BAD, "\u2718", "!"},
	{"ok", PAINT_GOOD, "\u2714", "+"},
	{"warning", PAINT_WARNING, "!", "?"},
	{"fault", PAINT_BAD, "\u2718", "!"},
	{"unknown", PAINT_DIM, "?", "?"},
};

static const Look *find_look(const char *status);

void
terminal_look(Terminal *terminal, int descriptor)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *kind = getenv("TERM");
	struct winsize size;

	memset(terminal, 0, sizeof(*terminal));
	terminal->is_terminal = isatty(descriptor) == 1;
	if (!terminal->is_terminal)
		return;
	terminal->can_move = kind && *kind && strcmp(kind, "dumb") != 0;
	terminal->has_colour =
		terminal->can_move && (no_colour == NULL || *no_colour == '\0');
	terminal->has_symbols = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (ioctl(descriptor, TIOCGWINSZ, &size) == 0)
	{
		terminal->width = size.ws_col;
		terminal->height = size.ws_row;
	}
}

const char *
terminal_paint(const Terminal *terminal, Paint paint)
{
	static const char *const codes[] = {
		[PAINT_PLAIN] = "",
		[PAINT_GOOD] = "\033[32m",
		[PAINT_BAD] = "\033[31m",
		[PAINT_BUSY] = "\033[36m",
		[PAINT_WARNING] = "\033[33m",
		[PAINT_DIM] = "\033[2m",
		[PAINT_STRONG] = "\033[1m",
	};

	return terminal->has_colour ? codes[paint] : "";
}

const char *
terminal_plain(const Terminal *terminal, Paint paint)
{
	return terminal->has_colour && paint != PAINT_PLAIN ? "\033[0m" : "";
}

Paint
terminal_paint_of(const char *status)
{
	const Look *look = find_look(status);

	return look ? look->paint : PAINT_PLAIN;
}

const char *
terminal_sign_of(const Terminal *terminal, const char *status)
{
	const Look *look = find_look(status);

	if (look == NULL)
		return " ";
	return terminal->has_symbols ? look->symbol : look->letter;
}

/* The bytes are one character of UTF-8. */
int
terminal_columns(const char *text, size_t length)
{
	static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	unsigned int code_point = (unsigned char) *text & masks[length];
	int columns;

	for (size_t i = 1; i < length; i++)
		code_point = code_point << 6 | ((unsigned char) text[i] & 0x3f);
	columns = wcwidth((wchar_t) code_point);
	/* A locale that knows no such character shows something in its place. */
	return columns < 0 ? 1 : columns;
}

static const Look *
find_look(const char *status)
{
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
	{
		if (strcmp(looks[i].status, status) == 0)
			return &looks[i];
	}
	return NULL;
}

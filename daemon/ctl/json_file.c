/*
 * json_file.c
 *		A file that is one JSON value; what is none is told by line and column.
 */
#include "json_file.h"

#include "text_buffer.h"
#include "utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* As much as the daemon takes, where nobody told it otherwise. */
#define LARGEST_FILE ((size_t) 16 * 1024 * 1024)

static Status check(Arena *arena, const char *name, const char *text,
                    size_t length, JsonView *value, Error *error);
static void count_to(const char *text, size_t where, int *line, int *column);

Status
json_file_read(Arena *arena, const char *path, JsonView *value, Error *error)
{
	bool is_input = strcmp(path, "-") == 0;
	const char *name = is_input ? "standard input" : path;
	TextBuffer *text = text_buffer_create(arena);
	FILE *file = is_input ? stdin : fopen(path, "re");
	char piece[8192];
	size_t length;
	int trouble;

	if (file == NULL)
		return error_set(error,
		                 STATUS_INVALID,
		                 "\"%s\" cannot be read: %s",
		                 name,
		                 strerror(errno));
	errno = 0;
	while ((length = fread(piece, 1, sizeof(piece), file)) > 0 &&
	       text_buffer_length(text) <= LARGEST_FILE)
		text_buffer_add(text, piece, length);
	trouble = ferror(file) ? errno : 0;
	if (!is_input)
		fclose(file);
	if (trouble)
		return error_set(error,
		                 STATUS_INVALID,
		                 "\"%s\" cannot be read: %s",
		                 name,
		                 strerror(trouble));
	if (text_buffer_length(text) > LARGEST_FILE)
		return error_set(
			error, STATUS_INVALID, "\"%s\" is larger than 16 MiB", name);
	return check(arena,
	             name,
	             text_buffer_text(text),
	             text_buffer_length(text),
	             value,
	             error);
}

Status
json_file_parse(Arena *arena, const char *name, const char *text,
                JsonView *value, Error *error)
{
	return check(arena, name, text, strlen(text), value, error);
}

static Status
check(Arena *arena, const char *name, const char *text, size_t length,
      JsonView *value, Error *error)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t skipped =
		length >= 3 && memcmp(text, mark, sizeof(mark) - 1) == 0 ? 3 : 0;
	size_t where = 0;
	const char *wrong =
		json_view_check(text + skipped, length - skipped, value, &where);
	int line;
	int column;

	if (wrong == NULL)
		return STATUS_OK;
	count_to(text + skipped, where, &line, &column);
	error_set(error, STATUS_RULE, "%s", wrong);
	error_copy_text(error->path,
	                sizeof(error->path),
	                arena_print(arena, "%s:%d:%d", name, line, column));
	return error->status;
}

/* Columns are characters, as editors count them. */
static void
count_to(const char *text, size_t where, int *line, int *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < where;)
	{
		size_t length = utf8_measure(text + i, where - i);

		if (text[i] == '\n')
		{
			++*line;
			*column = 0;
		}
		++*column;
		i += length > 0 ? length : 1;
	}
}

/*
 * sse.c
 *		Server-sent events, read as their bytes come in.
 */
#include "sse.h"

#include <string.h>

static bool end_line(Sse *sse);
static bool end_event(Sse *sse);
static void add_data(Sse *sse, const char *value, size_t length);

void
sse_init(Sse *sse, Arena *arena, size_t limit, SseCallback callback,
         void *context)
{
	memset(sse, 0, sizeof(*sse));
	sse->line = text_buffer_create(arena);
	sse->data = text_buffer_create(arena);
	sse->limit = limit;
	sse->callback = callback;
	sse->context = context;
}

bool
sse_take(Sse *sse, const char *bytes, size_t length)
{
	const char *end = bytes + length;

	while (bytes < end)
	{
		const char *start = bytes;

		/* The second half of a CR LF, maybe in another piece. */
		if (sse->is_after_cr && *bytes == '\n')
			start = ++bytes;
		sse->is_after_cr = false;
		while (bytes < end && *bytes != '\r' && *bytes != '\n')
			bytes++;
		text_buffer_add(sse->line, start, (size_t) (bytes - start));
		if (text_buffer_length(sse->line) + text_buffer_length(sse->data) >
		    sse->limit)
			return false;
		if (bytes == end)
			return true;
		sse->is_after_cr = *bytes == '\r';
		bytes++;
		if (!end_line(sse))
			return false;
	}
	return true;
}

static bool
end_line(Sse *sse)
{
	const char *line = text_buffer_text(sse->line);
	size_t length = text_buffer_length(sse->line);

	/* A byte order mark may stand in front of the first one. */
	if (strncmp(line, "\xef\xbb\xbf", 3) == 0)
	{
		line += 3;
		length -= 3;
	}
	if (length == 0)
		return end_event(sse);
	if (length >= 5 && memcmp(line, "data:", 5) == 0)
		add_data(sse, line + 5, length - 5);
	else if (length == 4 && memcmp(line, "data", 4) == 0)
		add_data(sse, "", 0);
	text_buffer_reset(sse->line);
	return true;
}

static bool
end_event(Sse *sse)
{
	bool is_wanted = true;

	if (sse->has_data)
		is_wanted = sse->callback(sse->context,
		                          text_buffer_text(sse->data),
		                          text_buffer_length(sse->data));
	sse->has_data = false;
	text_buffer_reset(sse->data);
	text_buffer_reset(sse->line);
	return is_wanted;
}

static void
add_data(Sse *sse, const char *value, size_t length)
{
	if (sse->has_data)
		text_buffer_add(sse->data, "\n", 1);
	if (length > 0 && *value == ' ')
	{
		value++;
		length--;
	}
	text_buffer_add(sse->data, value, length);
	sse->has_data = true;
}

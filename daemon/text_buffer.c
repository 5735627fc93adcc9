/*
 * text_buffer.c
 *		A text that grows, in pieces of any size.
 */
#include "text_buffer.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

struct TextBuffer
{
	char *bytes; /* NULL: nothing was added yet */
	size_t length;
	size_t size;
};

static void free_bytes(void *context);

TextBuffer *
text_buffer_create(Arena *arena)
{
	TextBuffer *buffer = arena_alloc(arena, sizeof(*buffer));

	arena_keep(arena, buffer, free_bytes);
	return buffer;
}

void
text_buffer_add(TextBuffer *buffer, const char *bytes, size_t length)
{
	size_t needed = buffer->length + length + 1;

	if (needed > buffer->size)
	{
		buffer->size = 2 * needed;
		buffer->bytes = memory_resize(buffer->bytes, buffer->size);
	}
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void
text_buffer_add_text(TextBuffer *buffer, const char *text)
{
	text_buffer_add(buffer, text, strlen(text));
}

void
text_buffer_reset(TextBuffer *buffer)
{
	buffer->length = 0;
	if (buffer->bytes)
		buffer->bytes[0] = '\0';
}

const char *
text_buffer_text(const TextBuffer *buffer)
{
	return buffer->bytes ? buffer->bytes : "";
}

size_t
text_buffer_length(const TextBuffer *buffer)
{
	return buffer->length;
}

static void
free_bytes(void *context)
{
	TextBuffer *buffer = context;

	free(buffer->bytes);
}

/*
 * text_buffer.h
 *		A text that grows, in pieces of any size.
 */
#ifndef MCPD_TEXT_BUFFER_H
#define MCPD_TEXT_BUFFER_H

#include "arena.h"

typedef struct TextBuffer TextBuffer;

/* It is gone with the arena. */
extern TextBuffer *text_buffer_create(Arena *arena);

extern void
text_buffer_add(TextBuffer *buffer, const char *bytes, size_t length);
extern void text_buffer_add_text(TextBuffer *buffer, const char *text);

/* Empties it and keeps its memory. */
extern void text_buffer_reset(TextBuffer *buffer);

/* Ended by a NUL that does not count; valid until more is added. */
extern const char *text_buffer_text(const TextBuffer *buffer);
extern size_t text_buffer_length(const TextBuffer *buffer);

#endif

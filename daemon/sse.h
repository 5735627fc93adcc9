/*
 * sse.h
 *		Server-sent events, read as their bytes come in.
 *
 * As the HTML standard has it: lines end with CR, LF or both, an event with an
 * empty line; data may stand in several lines; comments and unknown fields are
 * passed over.  Where the pieces are cut makes no difference.
 */
#ifndef MCPD_SSE_H
#define MCPD_SSE_H

#include "text_buffer.h"

#include <stdbool.h>

/* data: of one event, its lines joined by "\n".  false: no more is wanted. */
typedef bool (*SseCallback)(void *context, const char *data, size_t length);

typedef struct Sse
{
	TextBuffer *line;
	TextBuffer *data;
	bool has_data;
	bool is_after_cr;
	size_t limit; /* bytes of one event */
	SseCallback callback;
	void *context;
} Sse;

extern void sse_init(Sse *sse, Arena *arena, size_t limit, SseCallback callback,
                     void *context);

/* false: an event is too long, or the callback wants no more. */
extern bool sse_take(Sse *sse, const char *bytes, size_t length);

#endif

/*
 * capture.h
 *		What a stream said: its first bytes, its last bytes, and how many.
 *
 * The first are what people read, the last are where a script puts its answer.
 * What lies between is read and dropped, so that a program that prints without
 * end neither stalls nor fills memory.
 */
#ifndef MCPD_CAPTURE_H
#define MCPD_CAPTURE_H

#include "arena.h"

#include <stdbool.h>

typedef struct Capture
{
	size_t limit;   /* of the first bytes, and of the last ones */
	size_t total;   /* said in all */
	char *head;     /* the first limit bytes; malloc'd, grows as needed */
	size_t size;    /* of head */
	char *tail;     /* a ring with the last limit bytes past the first */
	size_t tail_at; /* where its next byte goes */
} Capture;

typedef enum CaptureState
{
	CAPTURE_WAITS, /* nothing there for now */
	CAPTURE_ENDED  /* nobody writes any more, or it cannot be read */
} CaptureState;

extern void capture_init(Capture *capture, size_t limit);
extern void capture_clear(Capture *capture);

extern void capture_add(Capture *capture, const char *bytes, size_t length);

/*
 * Takes one helping from fd, which does not block.  One, not all there is: a
 * writer faster than us must not keep the loop.
 */
extern CaptureState capture_read(Capture *capture, int fd);

/*
 * Takes what fd holds at this moment and no more, though somebody may still
 * be writing.
 */
extern void capture_read_rest(Capture *capture, int fd);

extern bool capture_is_cut(const Capture *capture);

/*
 * The first bytes with a NUL after them and, where it was cut, a line that says
 * so.  Sets *length, as the bytes may hold NUL themselves.
 */
extern char *capture_text(const Capture *capture, Arena *arena, size_t *length);

/*
 * The end of what was said: all of it, or where that is more than limit,
 * at least the last limit bytes.
 */
extern char *capture_end(const Capture *capture, Arena *arena, size_t *length);

#endif

/*
 * capture.c
 *		What a stream said: its first bytes, its last bytes, and how many.
 */
#include "capture.h"

#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define HELPING ((size_t) 65536)

static size_t head_length(const Capture *capture);
static void add_to_head(Capture *capture, const char *bytes, size_t length);
static void add_to_tail(Capture *capture, const char *bytes, size_t length);
static void copy_to_tail(Capture *capture, const char *bytes, size_t length);

void
capture_init(Capture *capture, size_t limit)
{
	memset(capture, 0, sizeof(*capture));
	capture->limit = limit;
}

void
capture_clear(Capture *capture)
{
	free(capture->head);
	free(capture->tail);
	capture_init(capture, capture->limit);
}

void
capture_add(Capture *capture, const char *bytes, size_t length)
{
	size_t room = capture->limit - head_length(capture);
	size_t first = length < room ? length : room;

	add_to_head(capture, bytes, first);
	add_to_tail(capture, bytes + first, length - first);
	capture->total += length;
}

CaptureState
capture_read(Capture *capture, int fd)
{
	char bytes[HELPING];
	ssize_t length = read(fd, bytes, sizeof(bytes));

	if (length > 0)
	{
		capture_add(capture, bytes, (size_t) length);
		return CAPTURE_WAITS;
	}
	return length < 0 && (errno == EAGAIN || errno == EINTR) ? CAPTURE_WAITS
	                                                         : CAPTURE_ENDED;
}

void
capture_read_rest(Capture *capture, int fd)
{
	char bytes[HELPING];
	int there = 0;
	size_t rest;

	if (ioctl(fd, FIONREAD, &there) < 0 || there <= 0)
		return;
	for (rest = (size_t) there; rest > 0;)
	{
		size_t wanted = rest < sizeof(bytes) ? rest : sizeof(bytes);
		ssize_t length = read(fd, bytes, wanted);

		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return;
		capture_add(capture, bytes, (size_t) length);
		rest -= (size_t) length;
	}
}

bool
capture_is_cut(const Capture *capture)
{
	return capture->total > capture->limit;
}

char *
capture_text(const Capture *capture, Arena *arena, size_t *length)
{
	char *text;

	*length = head_length(capture);
	if (!capture_is_cut(capture))
		return arena_copy(arena, capture->head, *length);
	text = arena_print(arena,
	                   "%*s\n[cut: the first %zu of %zu bytes]\n",
	                   (int) *length,
	                   "",
	                   *length,
	                   capture->total);
	*length = strlen(text);
	memcpy(text, capture->head, capture->limit);
	return text;
}

char *
capture_end(const Capture *capture, Arena *arena, size_t *length)
{
	size_t head = head_length(capture);
	size_t beyond = capture->total - head;
	size_t tail = beyond < capture->limit ? beyond : capture->limit;
	size_t start = tail == capture->limit ? capture->tail_at : 0;
	char *text;

	/* Where the ring has dropped something, head and tail do not join. */
	if (beyond > capture->limit)
		head = 0;
	*length = head + tail;
	text = arena_alloc(arena, *length + 1);
	if (head > 0)
		memcpy(text, capture->head, head);
	if (tail > 0)
	{
		memcpy(text + head, capture->tail + start, tail - start);
		memcpy(text + head + tail - start, capture->tail, start);
	}
	return text;
}

static size_t
head_length(const Capture *capture)
{
	return capture->total < capture->limit ? capture->total : capture->limit;
}

static void
add_to_head(Capture *capture, const char *bytes, size_t length)
{
	size_t used = head_length(capture);

	if (length == 0)
		return;
	if (capture->size - used < length)
	{
		size_t size = capture->size ? capture->size : 512;

		while (size - used < length)
			size *= 2;
		capture->head = memory_resize(capture->head, size);
		capture->size = size;
	}
	memcpy(capture->head + used, bytes, length);
}

static void
add_to_tail(Capture *capture, const char *bytes, size_t length)
{
	if (length == 0)
		return;
	if (capture->tail == NULL)
		capture->tail = memory_resize(NULL, capture->limit);
	/* What the same helping pushes out again need not be put in. */
	if (length > capture->limit)
	{
		bytes += length - capture->limit;
		length = capture->limit;
		capture->tail_at = 0;
	}
	copy_to_tail(capture, bytes, length);
}

static void
copy_to_tail(Capture *capture, const char *bytes, size_t length)
{
	size_t room = capture->limit - capture->tail_at;
	size_t first = length < room ? length : room;

	memcpy(capture->tail + capture->tail_at, bytes, first);
	memcpy(capture->tail, bytes + first, length - first);
	capture->tail_at = (capture->tail_at + length) % capture->limit;
}

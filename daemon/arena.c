/*
 * arena.c
 *		Memory that lives as long as one request or one claimed task.
 *
 * Small pieces are cut from blocks that double up to a limit; a piece too
 * large for a block gets one of its own, so that a body of megabytes does not
 * make every later block as large.
 */
#include "arena.h"

#include "memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t) 4096)
#define LARGEST_BLOCK ((size_t) 65536)
#define ALIGNMENT alignof(max_align_t)
#define ROUNDED(size) (((size) + ALIGNMENT - 1) & ~(ALIGNMENT - 1))

typedef struct Block
{
	struct Block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
} Block;

typedef struct Kept
{
	struct Kept *next;
	void *object;
	void (*closer)(void *);
} Kept;

/* Lies at the start of its own first block. */
struct Arena
{
	Block *blocks; /* the first is the one being filled */
	Kept *kept;    /* the last kept first */
	size_t next_size;
};

/*
 * First blocks that nobody uses, for whoever comes next: hundreds of requests
 * begin and end together, and malloc would put their memory together and cut it
 * up again each time.  Of each thread, and the only thing that arenas share.
 */
#ifdef MCPD_SANITIZED
#define MOST_SPARE 0 /* who uses memory that was given back is to be found */
#else
#define MOST_SPARE 512
#endif

static _Thread_local struct
{
	Block *first;
	int count;
} spare;

static void *allocate(Arena *arena, size_t size);
static Block *create_block(size_t size);
static void free_block(Block *block);

Arena *
arena_create(void)
{
	Block *block = create_block(FIRST_BLOCK);
	Arena *arena = (Arena *) block->bytes;

	block->used = ROUNDED(sizeof(*arena));
	arena->blocks = block;
	arena->kept = NULL;
	arena->next_size = 2 * FIRST_BLOCK;
	return arena;
}

void
arena_destroy(Arena *arena)
{
	Block *block;

	if (arena == NULL)
		return;
	/* A closer may still take memory or keep another object. */
	while (arena->kept)
	{
		Kept *kept = arena->kept;

		arena->kept = kept->next;
		kept->closer(kept->object);
	}
	block = arena->blocks;
	while (block)
	{
		Block *next = block->next;

		free_block(block);
		block = next;
	}
}

void *
arena_alloc(Arena *arena, size_t size)
{
	return memset(allocate(arena, size), 0, size);
}

char *
arena_copy(Arena *arena, const void *bytes, size_t length)
{
	char *copy = allocate(arena, length + 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *
arena_copy_text(Arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

char *
arena_print(Arena *arena, const char *format, ...)
{
	va_list arguments;
	int length;
	char *text;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		abort();
	text = allocate(arena, (size_t) length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t) length + 1, format, arguments);
	va_end(arguments);
	return text;
}

void
arena_keep(Arena *arena, void *object, void (*closer)(void *))
{
	Kept *kept = allocate(arena, sizeof(*kept));

	kept->object = object;
	kept->closer = closer;
	kept->next = arena->kept;
	arena->kept = kept;
}

static void *
allocate(Arena *arena, size_t size)
{
	Block *block = arena->blocks;
	void *piece;

	if (size > SIZE_MAX / 2)
		abort();
	size = ROUNDED(size);
	if (size > LARGEST_BLOCK / 4)
	{
		/* Behind the one being filled, whose rest stays usable. */
		Block *own = create_block(size);

		own->used = size;
		own->next = block->next;
		block->next = own;
		return own->bytes;
	}
	if (block->size - block->used < size)
	{
		while (arena->next_size < size)
			arena->next_size *= 2;
		block = create_block(arena->next_size);
		if (arena->next_size < LARGEST_BLOCK)
			arena->next_size *= 2;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	piece = block->bytes + block->used;
	block->used += size;
	return piece;
}

static Block *
create_block(size_t size)
{
	Block *block = NULL;

	if (size == FIRST_BLOCK && spare.first)
	{
		block = spare.first;
		spare.first = block->next;
		spare.count--;
	}
	else
		/* Not zeroed: arena_alloc does that, for what is asked for. */
		block = memory_resize(NULL, sizeof(*block) + size);
	block->next = NULL;
	block->size = size;
	block->used = 0;
	return block;
}

static void
free_block(Block *block)
{
	if (block->size != FIRST_BLOCK || spare.count == MOST_SPARE)
	{
		free(block);
		return;
	}
	block->next = spare.first;
	spare.first = block;
	spare.count++;
}

/*
 * memory.c
 *		The heap, without failure: out of memory aborts.
 */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static void *must_have(void *memory);

void *
memory_alloc(size_t size)
{
	return must_have(calloc(1, size));
}

char *
memory_copy_text(const char *text)
{
	return text ? must_have(strdup(text)) : NULL;
}

void *
memory_resize(void *memory, size_t size)
{
	return must_have(realloc(memory, size));
}

static void *
must_have(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

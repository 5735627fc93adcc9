/*
 * memory.h
 *		The heap, without failure: out of memory aborts.
 *
 * Unwinding from it would need room that is not there, and nothing is lost:
 * the state is in the database, and leases expire.  What these return is
 * freed by free().
 */
#ifndef MCPD_MEMORY_H
#define MCPD_MEMORY_H

#include <stddef.h>

/* Zeroed. */
extern void *memory_alloc(size_t size);

/* NULL stays NULL. */
extern char *memory_copy_text(const char *text);

/* realloc: what is new is not zeroed. */
extern void *memory_resize(void *memory, size_t size);

#endif

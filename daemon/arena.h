/*
 * arena.h
 *		Memory that lives as long as one request or one claimed task.
 *
 * Everything that a request needs is taken from its arena and freed with it,
 * so handlers free nothing.  Foreign objects (a PGresult, a json_t) are given
 * to it together with what closes them.  Out of memory aborts: the state is in
 * the database, and leases expire.
 */
#ifndef MCPD_ARENA_H
#define MCPD_ARENA_H

#include <stddef.h>

typedef struct Arena Arena;

extern Arena *arena_create(void);

/* Closes what it keeps, the last kept first, then frees all. NULL is fine. */
extern void arena_destroy(Arena *arena);

/* Zeroed, aligned for any type. */
extern void *arena_alloc(Arena *arena, size_t size);

/* A copy of length bytes, with a NUL after them. */
extern char *arena_copy(Arena *arena, const void *bytes, size_t length);

extern char *arena_copy_text(Arena *arena, const char *text);
extern char *arena_print(Arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes object: closer(object) runs when the arena is destroyed. */
extern void arena_keep(Arena *arena, void *object, void (*closer)(void *));

#endif

/*
 * kind.h
 *		The kinds of things that can be listed and read, by their names.
 */
#ifndef MCPCTL_KIND_H
#define MCPCTL_KIND_H

#include "operation.h"
#include "output.h"

typedef struct Kind
{
	const char *singular; /* NULL ends the table */
	const char *plural;
	Operation list;
	Operation get;      /* OPERATION_COUNT: it cannot be read alone */
	Operation delete;   /* OPERATION_COUNT: it cannot be deleted */
	Operation versions; /* OPERATION_COUNT: it has none */
	const char *name;   /* the member that names it */
	const char *key;    /* the one that pages go on behind; NULL: counted */
	const Column *columns;
} Kind;

extern const Kind kinds[];

/* By its singular or plural; NULL: there is none. */
extern const Kind *kind_find(const char *name);

/* "mcp, workflow, run": those that have such an operation; plural where asked. */
extern const char *kind_list_readable(Arena *arena);
extern const char *kind_list_all(Arena *arena);

#endif

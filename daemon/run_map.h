/*
 * run_map.h
 *		Things by the id of a run.
 */
#ifndef MCPD_RUN_MAP_H
#define MCPD_RUN_MAP_H

#include <stdbool.h>

typedef struct RunMap RunMap;

/* The id of a run as PostgreSQL prints it, and the NUL. */
#define RUN_ID_SIZE 37

extern RunMap *run_map_create(void);

/* What is in it stays its owner's. NULL is fine. */
extern void run_map_destroy(RunMap *map);

/* NULL where there is none. */
extern void *run_map_find(const RunMap *map, const char *run_id);

/* There is none of that id yet. */
extern void run_map_add(RunMap *map, const char *run_id, void *thing);

/* Calls visit for each; what it returns false for is taken out. */
extern void
run_map_sweep(RunMap *map, bool (*visit)(void *context, void *thing),
              void *context);

#endif

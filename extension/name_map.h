/*
 * name_map.h
 *		Which name stands where: names and their places in a list.
 *
 * For "unique within", and for references by name.  Constant time for each
 * name, so that a list of any length stays linear.
 */
#ifndef MCP_NAME_MAP_H
#define MCP_NAME_MAP_H

typedef struct NameMap NameMap;

/* Empty, in the current memory context. */
extern NameMap *name_map_create(void);

/*
 * Adds the name, which the map keeps by pointer.  Returns -1, or the place of the
 * one that has the name already, which then stays.
 */
extern int name_map_add(NameMap *map, const char *name, int place);

/* The place of the name, or -1. */
extern int name_map_find(const NameMap *map, const char *name);

#endif

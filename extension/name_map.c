/*
 * name_map.c
 *		Which name stands where: names and their places in a list.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "name_map.h"

typedef struct NameEntry
{
	const char *name;
	int place;
	char status; /* simplehash's own */
} NameEntry;

#define SH_PREFIX name_table
#define SH_ELEMENT_TYPE NameEntry
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(table, key) \
	hash_bytes((const unsigned char *) (key), (int) strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct NameMap
{
	name_table_hash *table;
};

NameMap *
name_map_create(void)
{
	NameMap *map = palloc(sizeof(NameMap));

	map->table = name_table_create(CurrentMemoryContext, 64, NULL);
	return map;
}

int
name_map_add(NameMap *map, const char *name, int place)
{
	bool is_found;
	NameEntry *entry = name_table_insert(map->table, name, &is_found);

	if (is_found)
		return entry->place;
	entry->place = place;
	return -1;
}

int
name_map_find(const NameMap *map, const char *name)
{
	const NameEntry *entry = name_table_lookup(map->table, name);

	return entry == NULL ? -1 : entry->place;
}

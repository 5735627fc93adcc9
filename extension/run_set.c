/*
 * run_set.c
 *		The live runs that a turn has in hand, by id.
 */
#include "postgres.h"

#include "run_set.h"

typedef struct RunSetEntry
{
	pg_uuid_t run_id;
	LiveRun *run;
	char status; /* simplehash's own */
} RunSetEntry;

static uint32 hash_id(const pg_uuid_t *id);

#define SH_PREFIX run_table
#define SH_ELEMENT_TYPE RunSetEntry
#define SH_KEY_TYPE pg_uuid_t
#define SH_KEY run_id
#define SH_HASH_KEY(table, key) hash_id(&(key))
#define SH_EQUAL(table, a, b) (memcmp(&(a), &(b), sizeof(pg_uuid_t)) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct RunSet
{
	run_table_hash *table;
	List *runs;
};

RunSet *
run_set_create(void)
{
	RunSet *set = palloc0_object(RunSet);

	set->table = run_table_create(CurrentMemoryContext, 64, NULL);
	return set;
}

LiveRun *
run_set_add(RunSet *set, LiveRun *run)
{
	bool is_found;
	RunSetEntry *entry = run_table_insert(set->table, run->run_id, &is_found);

	if (is_found)
		return entry->run;
	entry->run = run;
	set->runs = lappend(set->runs, run);
	return run;
}

LiveRun *
run_set_find(const RunSet *set, const pg_uuid_t *run_id)
{
	RunSetEntry *entry = run_table_lookup(set->table, *run_id);

	return entry == NULL ? NULL : entry->run;
}

List *
run_set_list(const RunSet *set)
{
	return set->runs;
}

/* The end of an id is random: as good as any hash of it. */
static uint32
hash_id(const pg_uuid_t *id)
{
	uint32 hash;

	memcpy(&hash, &id->data[UUID_LEN - sizeof(hash)], sizeof(hash));
	return hash;
}

/*
 * handed_inputs.c
 *		The inputs of steps that this backend handed out, until their results come.
 */
#include "postgres.h"

#include "handed_inputs.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* Larger ones are rare, and reading them again is not what takes the time. */
#define INPUTS_BYTES_MAX ((Size) 8 * 1024)

/* A worker that keeps more tasks in hand than fit begins anew. */
#define ALL_BYTES_MAX ((Size) 8 * 1024 * 1024)

typedef struct HandedKey
{
	pg_uuid_t run_id;
	int32 slot;
} HandedKey;

typedef struct Handed
{
	HandedKey key; /* must be first */
	Jsonb *inputs;
} Handed;

static MemoryContext memory = NULL;
static HTAB *entries = NULL;

static void make_room(void);

void
handed_inputs_keep(const pg_uuid_t *run_id, int slot, Jsonb *inputs)
{
	HandedKey key = {*run_id, slot};
	Handed *handed;
	Jsonb *copy;
	bool is_found;

	if (VARSIZE(inputs) > INPUTS_BYTES_MAX)
		return;
	make_room();
	copy = MemoryContextAlloc(memory, VARSIZE(inputs));
	memcpy(copy, inputs, VARSIZE(inputs));
	handed = hash_search(entries, &key, HASH_ENTER, &is_found);
	if (is_found)
		pfree(handed->inputs);
	handed->inputs = copy;
}

Jsonb *
handed_inputs_take(const pg_uuid_t *run_id, int slot)
{
	HandedKey key = {*run_id, slot};
	Handed *handed;
	Jsonb *inputs;

	if (entries == NULL)
		return NULL;
	handed = hash_search(entries, &key, HASH_REMOVE, NULL);
	if (handed == NULL)
		return NULL;
	inputs = palloc(VARSIZE(handed->inputs));
	memcpy(inputs, handed->inputs, VARSIZE(handed->inputs));
	pfree(handed->inputs);
	return inputs;
}

static void
make_room(void)
{
	HASHCTL control = {.keysize = sizeof(HandedKey),
	                   .entrysize = sizeof(Handed)};

	if (memory == NULL)
		memory = AllocSetContextCreate(
			TopMemoryContext, "mcp handed inputs", ALLOCSET_DEFAULT_SIZES);
	if (MemoryContextMemAllocated(memory, true) > ALL_BYTES_MAX)
	{
		entries = NULL;
		MemoryContextReset(memory);
	}
	if (entries != NULL)
		return;
	control.hcxt = memory;
	entries = hash_create("mcp handed inputs",
	                      256,
	                      &control,
	                      HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

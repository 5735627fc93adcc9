/*
 * queue_floor.c
 *		From when on there can be rows in the tables of what waits.
 *
 * A row gets its time after its writer has locked the table, and the lock is
 * held until the writer's transaction ends.  So when all who held the lock at
 * some moment are gone, whatever comes is of a later time, and whatever came
 * before is to be seen.  That needs no row of its own, no message, and no
 * attention to transactions that do not write here.
 */
#include "postgres.h"

#include "executor/instrument.h"
#include "miscadmin.h"
#include "queue_floor.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/*
 * Who finds his first row after so many blocks has passed by a thousand deleted
 * ones, and only then is a floor worth its while: without one, a row whose time
 * somebody sets back by hand is found at once, too.
 */
#define BLOCKS_MAX 16

/* A clock that was set back shows within this time. */
#define FORGET_MS 60000

/* More parts than that are a sign that names are made up as one goes. */
#define FLOORS_MAX 1024

/* Names of queues have at most 100 characters. */
#define PART_BYTES_MAX 408

/* The writers of a moment that may not be over yet. */
typedef struct Watch
{
	bool is_slow;        /* the last reader passed by too much */
	int64 blocks;        /* that this backend had read when it began to look */
	TimestampTz safe_at; /* writers of before are over */
	TimestampTz marked_at;
	VirtualTransactionId *writers; /* of marked_at; in TopMemoryContext */
	int writer_count;
} Watch;

typedef struct FloorKey
{
	int32 table;
	int32 priority;
	char part[PART_BYTES_MAX];
} FloorKey;

typedef struct Floor
{
	FloorKey key; /* must be first */
	TimestampTz at;
} Floor;

static Watch watches[FLOOR_TABLE_COUNT];
static HTAB *floors = NULL;
static TimestampTz forgot_at = 0;
static LocalTransactionId taken_in = InvalidLocalTransactionId;

static int64 count_blocks(void);
static bool
is_any_left(const Watch *watch, const VirtualTransactionId *writers, int count);
static void mark(Watch *watch, TimestampTz now,
                 const VirtualTransactionId *writers, int count);
static void forget_old(TimestampTz now);
static void
set_key(FloorKey *key, QueueFloorTable table, const char *part, int priority);

void
queue_floor_look(QueueFloorTable table, Oid table_id)
{
	Watch *watch = &watches[table];
	TimestampTz now = GetCurrentTimestamp();
	LOCKTAG tag;
	VirtualTransactionId *writers;
	int count;

	forget_old(now);
	if (!watch->is_slow)
		return;
	SET_LOCKTAG_RELATION(tag, MyDatabaseId, table_id);
	writers = GetLockConflicts(&tag, ShareLock, &count);
	if (watch->marked_at != 0 && !is_any_left(watch, writers, count))
	{
		watch->safe_at = watch->marked_at;
		watch->marked_at = 0;
	}
	if (count == 0)
		watch->safe_at = now;
	else if (watch->marked_at == 0)
		mark(watch, now, writers, count);
	pfree(writers);
}

TimestampTz
queue_floor_get(QueueFloorTable table, const char *part, int priority)
{
	FloorKey key;
	Floor *floor;

	watches[table].blocks = count_blocks();
	if (floors == NULL)
		return DT_NOBEGIN;
	set_key(&key, table, part, priority);
	floor = hash_search(floors, &key, HASH_FIND, NULL);
	return floor == NULL ? DT_NOBEGIN : floor->at;
}

bool
queue_floor_find_next(QueueFloorTable table, const char *part, int64 limit,
                      int *priority)
{
	bool is_found = false;
	HASH_SEQ_STATUS scan;
	Floor *floor;

	if (floors == NULL)
		return false;
	hash_seq_init(&scan, floors);
	while ((floor = hash_seq_search(&scan)) != NULL)
		if (floor->key.table == (int32) table && floor->key.priority < limit &&
		    (!is_found || floor->key.priority > *priority) &&
		    strcmp(floor->key.part, part) == 0)
		{
			*priority = floor->key.priority;
			is_found = true;
		}
	return is_found;
}

void
queue_floor_raise(QueueFloorTable table, const char *part, int priority,
                  TimestampTz first)
{
	Watch *watch = &watches[table];
	FloorKey key;
	Floor *floor;
	bool is_found;
	bool was_slow = watch->is_slow;

	watch->is_slow = count_blocks() - watch->blocks > BLOCKS_MAX;
	if (!was_slow || taken_in == MyProc->lxid || watch->safe_at == 0)
		return;
	if (floors == NULL)
	{
		HASHCTL control = {.keysize = sizeof(FloorKey),
		                   .entrysize = sizeof(Floor),
		                   .hcxt = TopMemoryContext};

		floors = hash_create("mcp queue floors",
		                     16,
		                     &control,
		                     HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	set_key(&key, table, part, priority);
	floor = hash_search(floors, &key, HASH_ENTER, &is_found);
	floor->at = Min(first, watch->safe_at);
}

void
queue_floor_note_taken(void)
{
	taken_in = MyProc->lxid;
}

static int64
count_blocks(void)
{
	return pgBufferUsage.shared_blks_hit + pgBufferUsage.shared_blks_read;
}

static bool
is_any_left(const Watch *watch, const VirtualTransactionId *writers, int count)
{
	for (int i = 0; i < watch->writer_count; i++)
		for (int j = 0; j < count; j++)
			if (VirtualTransactionIdEquals(watch->writers[i], writers[j]))
				return true;
	return false;
}

static void
mark(Watch *watch, TimestampTz now, const VirtualTransactionId *writers,
     int count)
{
	if (watch->writers != NULL)
		pfree(watch->writers);
	watch->writer_count = 0;
	watch->writers = MemoryContextAlloc(
		TopMemoryContext, (Size) count * sizeof(VirtualTransactionId));
	memcpy(
		watch->writers, writers, (Size) count * sizeof(VirtualTransactionId));
	watch->writer_count = count;
	watch->marked_at = now;
}

/*
 * Now and then all is read from the beginning, so that a floor that is wrong,
 * and it is wrong only where a clock was set back, does not stay so.
 */
static void
forget_old(TimestampTz now)
{
	if (now >= forgot_at &&
	    now < TimestampTzPlusMilliseconds(forgot_at, FORGET_MS) &&
	    (floors == NULL || hash_get_num_entries(floors) < FLOORS_MAX))
		return;
	forgot_at = now;
	if (floors != NULL)
		hash_destroy(floors);
	floors = NULL;
}

static void
set_key(FloorKey *key, QueueFloorTable table, const char *part, int priority)
{
	memset(key, 0, sizeof(*key));
	key->table = (int32) table;
	key->priority = priority;
	strlcpy(key->part, part, PART_BYTES_MAX);
}

/*
 * label_count.c
 *		How often each label stands in many arrays of labels.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/arrayaccess.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "label_count.h"

typedef struct Label
{
	const char *bytes;
	int length;
} Label;

typedef struct LabelEntry
{
	Label label;
	uint32 hash;
	char status; /* simplehash's own */
	int64 count;
} LabelEntry;

static uint32 hash_label(Label label);
static bool is_same_label(Label a, Label b);

#define SH_PREFIX label_table
#define SH_ELEMENT_TYPE LabelEntry
#define SH_KEY_TYPE Label
#define SH_KEY label
#define SH_HASH_KEY(tb, a) hash_label(a)
#define SH_EQUAL(tb, a, b) is_same_label(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* Slots to begin with: the tags of most registries. */
#define FIRST_SIZE 512

struct LabelCount
{
	MemoryContext memory;
	label_table_hash *table;
};

static void add_one(LabelCount *count, Label label);

LabelCount *
label_count_create(MemoryContext memory)
{
	LabelCount *count = MemoryContextAlloc(memory, sizeof(LabelCount));

	count->memory = memory;
	count->table = label_table_create(memory, FIRST_SIZE, NULL);
	return count;
}

/* Walks over the array as it lies, without a copy of each item. */
void
label_count_add(LabelCount *count, AnyArrayType *labels, int skipped)
{
	int items = ArrayGetNItems(AARR_NDIM(labels), AARR_DIMS(labels));
	array_iter iterator;

	Assert(AARR_ELEMTYPE(labels) == TEXTOID);
	array_iter_setup(&iterator, labels);
	for (int i = 0; i < items; i++)
	{
		bool is_null;
		Datum item =
			array_iter_next(&iterator, &is_null, i, -1, false, TYPALIGN_INT);
		void *label = DatumGetPointer(item);

		if (is_null)
			elog(ERROR, "a label is null");
		if (i >= skipped)
			add_one(
				count,
				(Label){VARDATA_ANY(label), (int) VARSIZE_ANY_EXHDR(label)});
	}
}

/* Only a label that is new is copied; the array goes with its row. */
static void
add_one(LabelCount *count, Label label)
{
	bool is_known;
	LabelEntry *entry = label_table_insert(count->table, label, &is_known);

	if (!is_known)
	{
		char *copy = MemoryContextAlloc(count->memory, (Size) label.length);

		memcpy(copy, label.bytes, (size_t) label.length);
		entry->label.bytes = copy;
		entry->count = 0;
	}
	entry->count++;
}

Jsonb *
label_count_print(LabelCount *count)
{
	JsonbParseState *state = NULL;
	label_table_iterator iterator;
	LabelEntry *entry;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	label_table_start_iterate(count->table, &iterator);
	while ((entry = label_table_iterate(count->table, &iterator)) != NULL)
	{
		JsonbValue value;

		value.type = jbvString;
		value.val.string.val =
			pnstrdup(entry->label.bytes, (Size) entry->label.length);
		value.val.string.len = entry->label.length;
		pushJsonbValue(&state, WJB_KEY, &value);
		value.type = jbvNumeric;
		value.val.numeric = int64_to_numeric(entry->count);
		pushJsonbValue(&state, WJB_VALUE, &value);
	}
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

static uint32
hash_label(Label label)
{
	return hash_bytes((const unsigned char *) label.bytes, label.length);
}

static bool
is_same_label(Label a, Label b)
{
	return a.length == b.length &&
	       memcmp(a.bytes, b.bytes, (size_t) a.length) == 0;
}

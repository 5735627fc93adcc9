/*
 * label_count.h
 *		How often each label stands in many arrays of labels.
 *
 * What unnest and GROUP BY would tell, for a tenth of their time: facets count
 * the labels of thousands of rows while somebody waits for them.
 */
#ifndef MCP_LABEL_COUNT_H
#define MCP_LABEL_COUNT_H

#include "utils/array.h"
#include "utils/jsonb.h"

typedef struct LabelCount LabelCount;

/* Empty, in the memory context, where all it holds will be. */
extern LabelCount *label_count_create(MemoryContext memory);

/*
 * Counts the labels of an array of text, except for the first few.  No label may
 * be null.
 */
extern void
label_count_add(LabelCount *count, AnyArrayType *labels, int skipped);

/* {label: how often}, palloc'd. */
extern Jsonb *label_count_print(LabelCount *count);

#endif

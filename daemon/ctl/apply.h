/*
 * apply.h
 *		Documents sent to be applied, and what became of each.
 */
#ifndef MCPCTL_APPLY_H
#define MCPCTL_APPLY_H

#include "documents.h"

typedef struct ApplyOptions
{
	bool is_dry;     /* nothing is done */
	bool is_bumped;  /* a version that exists gives way to the next one */
	bool is_pruned;  /* what the set has no more is deleted */
	const char *set; /* NULL: none */
} ApplyOptions;

/* How many documents came to what. */
typedef struct ApplyCount
{
	int created;
	int updated;
	int unchanged;
	int pruned;
	int failed;
	ExitCode code; /* of the first that failed */
} ApplyCount;

/* Sets *rows to an array of what became of each, in their order. */
extern Status
apply_send(Context *context, const Documents *documents,
           const ApplyOptions *options, JsonView *rows) MUST_CHECK;

extern void apply_count(Context *context, JsonView rows, ApplyCount *count);

/*
 * A line for each, its differences below it, and how many there were; what is
 * wrong with those that failed on standard error, by the file.
 */
extern void apply_print(Context *context, const Documents *documents,
                        JsonView rows, const ApplyCount *count);

/* The differences of one: "~ $.path: old -> new". */
extern void apply_print_differences(Context *context, JsonView differences,
                                    const char *indent);

#endif

/*
 * cache_labels.h
 *		The labels of all that may be cached, as the database last told them.
 *
 * A topic is a kind of object as a whole, for lists, or one part of it, by the
 * id of an object.  While its label is the same nothing of it has changed.
 */
#ifndef MCPD_CACHE_LABELS_H
#define MCPD_CACHE_LABELS_H

#include <stdbool.h>
#include <stdint.h>

/* As mcp._topic_of() counts them. */
typedef enum CacheKind
{
	CACHE_RUNS,
	CACHE_MCPS,
	CACHE_WORKFLOWS
} CacheKind;

#define CACHE_KINDS 3
#define CACHE_PARTS 32 /* of a kind */
#define CACHE_WHOLE CACHE_PARTS
#define CACHE_TOPICS 99 /* CACHE_KINDS * (CACHE_PARTS + 1) */

#define CACHE_KNOWN 24 /* room for the text of a 64 bit number */

typedef struct CacheLabels
{
	bool is_known;             /* there was an answer */
	unsigned int version;      /* one more with each change */
	char known[CACHE_KNOWN];   /* what mcp.cache_state() is asked with */
	long rows;                 /* of the table that they are made of */
	uint64_t of[CACHE_TOPICS]; /* by cache_topic() */
} CacheLabels;

/* part CACHE_WHOLE: the kind as a whole. */
extern int cache_topic(CacheKind kind, int part);

/* Reads what mcp.cache_state() returned; false, and unchanged, where it is odd. */
extern bool cache_labels_read(CacheLabels *labels, const char *text);

#endif

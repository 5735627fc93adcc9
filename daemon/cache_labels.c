/*
 * cache_labels.c
 *		The labels of all that may be cached, as the database last told them.
 *
 * What was noted of a kind as a whole counts for each of its parts, and what was
 * noted of any part counts for the whole: so a label here is made of two or more
 * of the database's, by the same exclusive or.
 */
#include "cache_labels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char **at, char end, long long *number);

int
cache_topic(CacheKind kind, int part)
{
	return (int) kind * (CACHE_PARTS + 1) + part;
}

/* "known rows topic:label topic:label ..." */
bool
cache_labels_read(CacheLabels *labels, const char *text)
{
	uint64_t told[CACHE_TOPICS] = {0};
	const char *at = text;
	size_t length = strcspn(text, " ");
	long long number;
	long long rows;

	if (length >= CACHE_KNOWN || !read_number(&at, ' ', &number) ||
	    !read_number(&at, ' ', &rows))
		return false;
	while (*at)
	{
		long long topic;

		if (!read_number(&at, ':', &topic) || topic < 0 ||
		    topic >= CACHE_TOPICS || !read_number(&at, ' ', &number))
			return false;
		told[topic] = (uint64_t) number;
	}
	for (int kind = 0; kind < CACHE_KINDS; kind++)
	{
		uint64_t *of = &labels->of[cache_topic((CacheKind) kind, 0)];
		const uint64_t *now = &told[cache_topic((CacheKind) kind, 0)];

		of[CACHE_WHOLE] = now[CACHE_WHOLE];
		for (int part = 0; part < CACHE_PARTS; part++)
		{
			of[part] = now[CACHE_WHOLE] ^ now[part];
			of[CACHE_WHOLE] ^= now[part];
		}
	}
	memcpy(labels->known, text, length);
	labels->known[length] = '\0';
	labels->rows = (long) rows;
	labels->version++;
	labels->is_known = true;
	return true;
}

/* A number and what ends it, or the end of the text. */
static bool
read_number(const char **at, char end, long long *number)
{
	char *after;

	errno = 0;
	*number = strtoll(*at, &after, 10);
	if (errno != 0 || after == *at || (*after != end && *after != '\0'))
		return false;
	*at = *after ? after + 1 : after;
	return true;
}

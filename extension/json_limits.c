/*
 * json_limits.c
 *		What a value may be: limits of texts and numbers, and their wording.
 */
#include "postgres.h"

#include <math.h>

#include "json_limits.h"
#include "json_text.h"

char *
json_describe_text(const JsonTextLimits *limits)
{
	if (limits->max_characters == 0)
		return pstrdup(limits->shape == JSON_TEXT_ANY
		                   ? "a string"
		                   : "a string that is not blank");
	if (limits->min_characters == 0)
		return psprintf("a string of at most %d characters",
		                limits->max_characters);
	return psprintf("a string of %d to %d characters",
	                limits->min_characters,
	                limits->max_characters);
}

char *
json_describe_range(const char *kind, const JsonRange *range)
{
	if (isinf(range->min) && isinf(range->max))
		return pstrdup(kind);
	if (isinf(range->max))
		return psprintf("%s of at least %.15g", kind, range->min);
	if (isinf(range->min))
		return psprintf("%s of at most %.15g", kind, range->max);
	return psprintf("%s from %.15g to %.15g", kind, range->min, range->max);
}

char *
json_describe_words(const char *const *words, int count)
{
	return json_text_list(words, count, "or");
}

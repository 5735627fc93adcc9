/*
 * retry_policy.c
 *		Whether a failed attempt is followed by another, and when.
 */
#include "postgres.h"

#include <math.h>

#include "common/pg_prng.h"
#include "retry_policy.h"

/* Whatever a server asks for, a run does not sleep for longer than a day. */
#define ASKED_SECONDS_MAX 86400.0

static bool is_among(char *const *classes, int count, const char *error_class);

bool
retry_policy_allows(const PlanRetry *retry, int attempt,
                    const char *error_class)
{
	if (error_class == NULL)
		error_class = "error";
	if (attempt >= retry->max_attempts)
		return false;
	if (retry->on_count >= 0 &&
	    !is_among(retry->on, retry->on_count, error_class))
		return false;
	return !is_among(retry->not_on, retry->not_on_count, error_class);
}

double
retry_policy_delay(const PlanRetry *retry, int attempt, double asked)
{
	double seconds = retry->delay * pow(retry->backoff_factor, attempt - 1);

	seconds = Min(seconds, retry->max_delay);
	seconds *= 1.0 - retry->jitter * pg_prng_double(&pg_global_prng_state);
	return Max(seconds, Min(asked, ASKED_SECONDS_MAX));
}

static bool
is_among(char *const *classes, int count, const char *error_class)
{
	for (int i = 0; i < count; i++)
		if (strcmp(classes[i], error_class) == 0)
			return true;
	return false;
}

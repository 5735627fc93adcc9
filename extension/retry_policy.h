/*
 * retry_policy.h
 *		Whether a failed attempt is followed by another, and when.
 */
#ifndef MCP_RETRY_POLICY_H
#define MCP_RETRY_POLICY_H

#include "plan.h"

/*
 * Is there to be another attempt after this one, which failed with the class?
 * NULL is the class of those that said none, "error".
 */
extern bool retry_policy_allows(const PlanRetry *retry, int attempt,
                                const char *error_class);

/*
 * How many seconds later.  `asked` is what the other side asked for (Retry-After)
 * or 0, and is never undercut.
 */
extern double
retry_policy_delay(const PlanRetry *retry, int attempt, double asked);

#endif

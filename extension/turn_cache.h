/*
 * turn_cache.h
 *		Steps that are not run because their result is known.
 */
#ifndef MCP_TURN_CACHE_H
#define MCP_TURN_CACHE_H

#include "turn_work.h"

/*
 * Of the tasks, with their inputs, those end as SUCCESS that say "cache" and
 * whose result is kept: a List of TurnTask *.
 */
extern void turn_cache_take(TurnWork *work, List *tasks);

/*
 * Notes the results of the attempts that are to be kept: a List of
 * TurnAttempt *, with their inputs.
 */
extern void turn_cache_note(TurnWork *work, List *attempts);

/* Keeps what was noted. */
extern void turn_cache_write(TurnWork *work);

#endif

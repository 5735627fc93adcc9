/*
 * cache_check.h
 *		Asks the database whether what is cached may be answered with.
 *
 * One question serves all who came before it was sent: so each is answered by
 * what the database knew after he asked, however many there are.  It is asked
 * as the caller, who may be somebody no longer.
 */
#ifndef MCPD_CACHE_CHECK_H
#define MCPD_CACHE_CHECK_H

#include "cache_labels.h"
#include "config.h"
#include "db.h"

typedef struct CacheCheck CacheCheck;

/* Of whoever asks; must stay where it is until its callback was called. */
typedef struct CacheWaiter
{
	struct CacheWaiter *next;

	/*
	 * may_answer: the caller may call the function, and the labels are as
	 * of now.  Otherwise the function itself is to be asked, which says why.
	 */
	void (*callback)(void *context, bool may_answer);
	void *context;
} CacheWaiter;

/* Begins to connect, by a connection of its own that nothing slow is on. */
extern CacheCheck *cache_check_open(const Config *config);

/* Those who wait are told that they may not answer. */
extern void cache_check_close(CacheCheck *check);

/*
 * caller NULL: the daemon itself.  He is about to get what statement returns.
 * The callback never comes before this returns.
 */
extern void cache_check_ask(CacheCheck *check, const DbCaller *caller,
                            DbStatement statement, CacheWaiter *waiter);

extern const CacheLabels *cache_check_labels(const CacheCheck *check);

/* Asks for nobody: the labels have changed, somebody said. */
extern void cache_check_look(CacheCheck *check);

/* Calls changed(context) whenever the labels have become others. */
extern void
cache_check_on_change(CacheCheck *check, void (*changed)(void *context),
                      void *context);

/* How many questions were asked, for how many who wanted to know. */
extern void cache_check_counts(const CacheCheck *check, uint64_t *questions,
                               uint64_t *waiters);

#endif

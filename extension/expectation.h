/*
 * expectation.h
 *		What a writer believes to be the latest version: optimistic locking.
 *
 * Whoever changes what he has read gives the version that he read; where somebody
 * was there first, nothing is written.
 */
#ifndef MCP_EXPECTATION_H
#define MCP_EXPECTATION_H

/*
 * Raises MC022 unless expected, which may be NULL for "whatever it is", is the
 * latest.  The row must be locked.  kind and name are for the message.
 */
extern void expectation_check(const char *kind, const char *name,
                              const char *expected, const char *latest);

#endif

/*
 * expectation.h
 *		What a writer believes to be the latest: optimistic locking.
 *
 * Whoever changes what he has read gives the version, or the revision, that he
 * read; where somebody was there first, nothing is written.
 */
#ifndef MCP_EXPECTATION_H
#define MCP_EXPECTATION_H

/*
 * Raises MC022 unless expected, which may be NULL for "whatever it is", is the
 * latest.  The row must be locked.  kind and name are for the message.
 */
extern void expectation_check(const char *kind, const char *name,
                              const char *expected, const char *latest);

/* The same of revisions, which count every change. */
extern void expectation_check_revision(const char *kind, const char *name,
                                       int expected, int latest);

#endif

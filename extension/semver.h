/*
 * semver.h
 *		Semantic versions (semver.org, 2.0.0): their form and their order.
 *
 * Plain C without memory of its own.
 */
#ifndef MCP_SEMVER_H
#define MCP_SEMVER_H

/* Bytes of a version at most, and of its key. */
#define SEMVER_MAX 64
#define SEMVER_KEY_MAX (2 * SEMVER_MAX + 2)

/*
 * Writes the key of a version: bytes that memcmp puts into the order of precedence
 * (1.9.0 < 1.10.0-rc.2 < 1.10.0-rc.10 < 1.10.0).  What follows a '+' has no part
 * in it.  Returns the length of the key, or 0 where the text is no semantic
 * version.  text ends in NUL; key has room for SEMVER_KEY_MAX bytes.
 */
extern int semver_key(const char *text, unsigned char *key);

#endif

/*
 * token_key.h
 *		The key that tokens are signed with, made at the first start and kept.
 *
 * It is a file of 64 hexadecimal digits that its owner alone may read.  Daemons
 * that find it accept each other's tokens; daemons of several hosts do when it
 * is copied to each.
 */
#ifndef MCPD_TOKEN_KEY_H
#define MCPD_TOKEN_KEY_H

#include "status.h"

#define TOKEN_KEY_BYTES 32

/*
 * Reads the file, which is made where there is none.  Fails with STATUS_INVALID
 * where others may read it, or where it holds no key; the key is not quoted.
 */
extern Status
token_key_read(const char *path, unsigned char key[TOKEN_KEY_BYTES],
               Error *error) MUST_CHECK;

/* One that is kept nowhere. */
extern Status
token_key_draw(unsigned char key[TOKEN_KEY_BYTES], Error *error) MUST_CHECK;

#endif

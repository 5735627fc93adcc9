/*
 * token_place.h
 *		Where the key of tokens lies, also when nobody says.
 *
 * Then it is where the state of a program of this user belongs: the folder that
 * systemd made for it, else the one of the user himself.  So daemons of one user
 * on one host find the same key, and find it again after a restart.
 */
#ifndef MCPD_TOKEN_PLACE_H
#define MCPD_TOKEN_PLACE_H

#include "arena.h"
#include "token_key.h"

/*
 * Reads the key from file, or NULL: from its own place, where it is made at the
 * first start.  Where no such folder can be had the key is kept nowhere, and the
 * log says so.  Fails as token_key_read does.
 */
extern Status
token_place_read(const char *file, Arena *arena,
                 unsigned char key[TOKEN_KEY_BYTES], Error *error) MUST_CHECK;

#endif

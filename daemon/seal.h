/*
 * seal.h
 *		Secrets under a key that only the daemon has: AES-256-GCM.
 *
 * A sealed text is "mcp1:KEY:BYTES": which key, and in base64url a fresh nonce
 * of 12 bytes, what was sealed, and a tag of 16.  The secret's name is
 * authenticated with it, so that one secret cannot be put in another's place.
 * The first key seals; all of them open, so a key can be changed.
 */
#ifndef MCPD_SEAL_H
#define MCPD_SEAL_H

#include "config.h"
#include "status.h"

typedef struct Seal Seal;

/*
 * Keys as config says; without any, sealing and opening fail with
 * STATUS_CONFLICT.  A key that is none is STATUS_INVALID and not quoted.
 */
extern Status seal_create(const Config *config, Arena *arena, Seal **seal,
                          Error *error) MUST_CHECK;

extern Status
seal_close(const Seal *seal, const char *name, const char *text, Arena *arena,
           const char **sealed, Error *error) MUST_CHECK;

extern Status
seal_open(const Seal *seal, const char *name, const char *sealed, Arena *arena,
          const char **text, Error *error) MUST_CHECK;

/* Whether a text is sealed by the key that seals now. */
extern bool seal_is_current(const Seal *seal, const char *sealed);

#endif

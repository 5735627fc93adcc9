/*
 * json_nul.h
 *		Documents whose strings hold U+0000, which jsonb cannot store.
 *
 * PostgreSQL's texts end nowhere early because none holds that character, and so
 * jsonb refuses it; JSON has it.  Inside of one call it can be told nevertheless, as
 * the bytes C0 80: two bytes by their first one, code 0 by UTF-8's arithmetic, and
 * in no valid text, so that lengths, comparisons and patterns come out right.  Such
 * a document must never be stored or returned.
 */
#ifndef MCP_JSON_NUL_H
#define MCP_JSON_NUL_H

#include "utils/jsonb.h"

/*
 * The document of a json value.  Raises what jsonb's own input would, also for
 * U+0000 where the server does not speak UTF-8.
 */
extern Jsonb *json_nul_read(const text *json);

/* A message about such a document, made fit to be seen: \u0000. */
extern text *json_nul_print(const char *message);

#endif

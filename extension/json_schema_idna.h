/*
 * json_schema_idna.h
 *		One label of an international host name: IDNA 2008.
 *
 * RFC 5891's rules for a U-label, RFC 5892's for its characters in context, RFC
 * 5893's for writing in two directions.  Plain C.
 */
#ifndef MCP_JSON_SCHEMA_IDNA_H
#define MCP_JSON_SCHEMA_IDNA_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the code points may be registered as a label.  count > 0. */
extern bool idna_is_label(const uint32_t *codes, int count);

/* Whether a character makes the whole name one that the next rule is for. */
extern bool idna_is_right_to_left(const uint32_t *codes, int count);

/* The Bidi rule, for each label of a name with any right-to-left label. */
extern bool idna_has_one_direction(const uint32_t *codes, int count);

#endif

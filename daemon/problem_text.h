/*
 * problem_text.h
 *		How much of an Error a stranger may read.
 *
 * Texts that the extension's own rules raise, yes; those of the server, the
 * driver or the machine, no: they name tables, hosts and statements.
 */
#ifndef MCPD_PROBLEM_TEXT_H
#define MCPD_PROBLEM_TEXT_H

#include "arena.h"
#include "status.h"

#include <stddef.h>

/*
 * A sentence for the client.  body, of length bytes, is what he sent: where it
 * is no JSON the sentence says where.
 */
extern const char *
problem_text(Arena *arena, const Error *error, const char *body, size_t length);

/* A hint for the client, "" for none. */
extern const char *problem_text_hint(const Error *error);

/* The rule that was broken: "json" where what was sent cannot be read. */
extern const char *problem_text_rule(const Error *error);

#endif

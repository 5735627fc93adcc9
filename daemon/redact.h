/*
 * redact.h
 *		Secrets, and taking them out of what is about to be recorded.
 *
 * As texts they are found, and in JSON also where characters are escaped.  What
 * somebody encodes, cuts or turns around is not recognised.
 */
#ifndef MCPD_REDACT_H
#define MCPD_REDACT_H

#include "json_view.h"

typedef struct Redactor Redactor;

extern Redactor *redactor_create(Arena *arena);

/*
 * NULL, and what is too short to be told from other text, is passed over.
 */
extern void redactor_add(Redactor *redactor, const char *secret);

/* The bytes without secrets; those that came in where there is none. */
extern const char *
redactor_clean(const Redactor *redactor, const char *bytes, size_t *length);

/* The same for a text, NULL for NULL. */
extern const char *
redactor_clean_text(const Redactor *redactor, const char *text);

/*
 * How many bytes at the end may be the beginning of a secret: while more is to
 * come, they are not to be shown.
 */
extern size_t
redactor_unsure(const Redactor *redactor, const char *bytes, size_t length);

/* The same for a value: texts, names of members, and numbers as a whole. */
extern JsonView redactor_clean_view(const Redactor *redactor, JsonView value);

#endif

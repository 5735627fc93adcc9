/*
 * executor_secrets.h
 *		{"secret": "name"} in a config, and what stands for it.
 *
 * Opened at the last moment, for one execution; what was opened is known to its
 * redactor before anybody else sees it.
 */
#ifndef MCPD_EXECUTOR_SECRETS_H
#define MCPD_EXECUTOR_SECRETS_H

#include "executor_kind.h"
#include "redact.h"
#include "status.h"

/* The names in it as a JSON array, or NULL where there are none. */
extern const char *executor_secrets_find(JsonView config, Arena *arena);

/*
 * Puts the secrets in their places: sealed is {name: text}, as the database has
 * them.  STATUS_NOT_FOUND names the first one that is not there.
 */
extern Status
executor_secrets_open(ExecutorTask *task, const ExecutorKind *kind,
                      JsonView sealed, Redactor *redactor,
                      Error *error) MUST_CHECK;

#endif

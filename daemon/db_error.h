/*
 * db_error.h
 *		What the server's errors mean to the daemon.
 */
#ifndef MCPD_DB_ERROR_H
#define MCPD_DB_ERROR_H

#include "status.h"

#include <libpq-fe.h>

/* Fills *error from a failed result: status by SQLSTATE, texts, rule, path. */
extern void db_error_read(Error *error, const PGresult *result);

/* "42501" -> STATUS_DENIED; what no row names is STATUS_INTERNAL. */
extern Status db_error_status(const char *sqlstate);

#endif

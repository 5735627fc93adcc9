/*
 * db_target.h
 *		Where the database is: from our settings to libpq's parameters.
 *
 * libpq resolves names by a call that blocks, so a host's name is resolved
 * before, and libpq gets the addresses.  A list of hosts, or a service file, is
 * left to libpq as it is.
 */
#ifndef MCPD_DB_TARGET_H
#define MCPD_DB_TARGET_H

#include "config.h"
#include "resolve.h"

#include <libpq-fe.h>

/*
 * The name that is to be resolved first, to be freed; NULL for a socket, an
 * address, or what is left to libpq.
 */
extern char *db_target_find_host(const Config *config);

/*
 * Begins to connect.  host and answer are what db_target_find_host() said and
 * what became of it, or both NULL.
 */
extern PGconn *db_target_connect(const Config *config, const char *host,
                                 const ResolveAnswer *answer);

#endif

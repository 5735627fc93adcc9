/*
 * maintenance.h
 *		Calls mcp.maintain() at start and every hour.
 *
 * The function belongs to the database and is safe to be called by any number
 * of daemons at once; without one of them somebody else's cron has to.
 */
#ifndef MCPD_MAINTENANCE_H
#define MCPD_MAINTENANCE_H

#include "db.h"

typedef struct Maintenance Maintenance;

/* db must outlive it. */
extern Maintenance *maintenance_start(Db *db);
extern void maintenance_stop(Maintenance *maintenance);

#endif

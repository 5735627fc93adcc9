/*
 * db_link.h
 *		One connection to the database, kept alive on the loop.
 *
 * It connects, watches the socket, and connects again when it is lost; what is
 * sent over it is the business of whoever made it.
 */
#ifndef MCPD_DB_LINK_H
#define MCPD_DB_LINK_H

#include "config.h"
#include "status.h"

#include <libpq-fe.h>

typedef struct DbLink DbLink;

typedef struct DbLinkEvents
{
	/* Connected: it may send now. */
	void (*online)(void *context, PGconn *connection);

	/*
	 * Input was read: look for results and notifications.  A failure drops the
	 * connection, and offline() follows.
	 */
	Status (*ready)(void *context, PGconn *connection, Error *error);

	/* Lost after it was online; nothing in flight will be answered. */
	void (*offline)(void *context, const Error *error);
} DbLinkEvents;

/* Begins to connect.  config and name must outlive it; name is for the log. */
extern DbLink *db_link_create(const Config *config, const char *name,
                              const DbLinkEvents *events, void *context);

/* Does not call offline().  Not from inside an event. */
extern void db_link_destroy(DbLink *link);

/* NULL while it is not online. */
extern PGconn *db_link_get_connection(const DbLink *link);

/*
 * To be called after sending, also after that failed: what the socket does not
 * take now, goes later.
 */
extern void db_link_flush(DbLink *link);

/* Drops the connection, as when the server had.  Not from inside ready(). */
extern void db_link_drop(DbLink *link, const Error *error);

#endif

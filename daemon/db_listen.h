/*
 * db_listen.h
 *		What the database says without being asked: LISTEN on a connection.
 *
 * A notification only wakes; the truth is in the tables.  After each connect
 * every subscriber is called once with a NULL payload, for what was said
 * meanwhile is lost: look again.  Where it cannot be heard at all, or not now, they
 * are called so at intervals.
 */
#ifndef MCPD_DB_LISTEN_H
#define MCPD_DB_LISTEN_H

#include "config.h"

/* payload: what NOTIFY sent, "" for none; NULL: look again at everything. */
typedef void (*DbListenCallback)(void *context, const char *payload);

typedef struct DbListen DbListen;

/* Begins to connect and returns at once. */
extern DbListen *db_listen_open(const Config *config);

/*
 * Subscribes to a channel for as long as the DbListen lives.  channel is a
 * constant of ours, never text from outside.
 */
extern void db_listen_subscribe(DbListen *listen, const char *channel,
                                DbListenCallback callback, void *context);

/* Not from inside a callback. */
extern void db_listen_close(DbListen *listen);

#endif

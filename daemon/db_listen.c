/*
 * db_listen.c
 *		What the database says without being asked: LISTEN on a connection.
 *
 * The one connection that is not in pipeline mode.  LISTENs are sent one after
 * the other; a subscriber is told to look again when its LISTEN was answered,
 * so that nothing falls between its look and the first notification.
 */
#include "db_listen.h"

#include "db_error.h"
#include "db_link.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Subscription
{
	struct Subscription *next;
	const char *channel;
	DbListenCallback callback;
	void *context;
	bool is_heard; /* LISTEN was answered on this connection */
} Subscription;

struct DbListen
{
	DbLink *link;
	Subscription *first;
	Subscription *asked; /* whose LISTEN is in flight */
};

static void link_online(void *context, PGconn *connection);
static Status link_ready(void *context, PGconn *connection, Error *error);
static void link_offline(void *context, const Error *error);

static const DbLinkEvents link_events = {
	.online = link_online,
	.ready = link_ready,
	.offline = link_offline,
};

static void ask_next(DbListen *listen, PGconn *connection);
static Status
take_result(DbListen *listen, const PGresult *result, Error *error);
static void hand_out(const DbListen *listen, const PGnotify *notification);

DbListen *
db_listen_open(const Config *config)
{
	DbListen *listen = memory_alloc(sizeof(*listen));

	listen->link = db_link_create(config, "listen", &link_events, listen);
	return listen;
}

void
db_listen_subscribe(DbListen *listen, const char *channel,
                    DbListenCallback callback, void *context)
{
	Subscription *subscription = memory_alloc(sizeof(*subscription));
	PGconn *connection = db_link_get_connection(listen->link);

	subscription->channel = channel;
	subscription->callback = callback;
	subscription->context = context;
	subscription->next = listen->first;
	listen->first = subscription;
	if (connection && listen->asked == NULL)
		ask_next(listen, connection);
}

void
db_listen_close(DbListen *listen)
{
	if (listen == NULL)
		return;
	db_link_destroy(listen->link);
	while (listen->first)
	{
		Subscription *subscription = listen->first;

		listen->first = subscription->next;
		free(subscription);
	}
	free(listen);
}

static void
link_online(void *context, PGconn *connection)
{
	DbListen *listen = context;

	for (Subscription *one = listen->first; one; one = one->next)
		one->is_heard = false;
	listen->asked = NULL;
	ask_next(listen, connection);
}

static Status
link_ready(void *context, PGconn *connection, Error *error)
{
	DbListen *listen = context;
	PGnotify *notification;

	while (listen->asked && !PQisBusy(connection))
	{
		PGresult *result = PQgetResult(connection);
		Status status;

		if (result == NULL)
		{
			listen->asked = NULL;
			ask_next(listen, connection);
			continue;
		}
		status = take_result(listen, result, error);
		PQclear(result);
		if (status != STATUS_OK)
			return status;
	}
	while ((notification = PQnotifies(connection)) != NULL)
	{
		hand_out(listen, notification);
		PQfreemem(notification);
	}
	return STATUS_OK;
}

static void
link_offline(void *context, const Error *error)
{
	DbListen *listen = context;

	listen->asked = NULL;
}

/* Sends the LISTEN of the next who is not heard yet, if there is one. */
static void
ask_next(DbListen *listen, PGconn *connection)
{
	char statement[128];
	Subscription *next = listen->first;

	while (next && next->is_heard)
		next = next->next;
	if (next == NULL)
		return;
	listen->asked = next;
	snprintf(statement, sizeof(statement), "LISTEN %s", next->channel);
	/* Where this fails the loop finds the connection broken. */
	(void) PQsendQuery(connection, statement);
	db_link_flush(listen->link);
}

static Status
take_result(DbListen *listen, const PGresult *result, Error *error)
{
	Subscription *asked = listen->asked;

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
	{
		db_error_read(error, result);
		return error->status;
	}
	asked->is_heard = true;
	asked->callback(asked->context, NULL);
	return STATUS_OK;
}

static void
hand_out(const DbListen *listen, const PGnotify *notification)
{
	for (const Subscription *one = listen->first; one; one = one->next)
	{
		if (strcmp(one->channel, notification->relname) == 0)
			one->callback(one->context, notification->extra);
	}
}

/*
 * db_listen.c
 *		What the database says without being asked: LISTEN on a connection.
 *
 * The one connection that is not in pipeline mode.  LISTENs are sent one after
 * the other; a subscriber is told to look again when its LISTEN was answered,
 * so that nothing falls between its look and the first notification.  Behind a
 * pooler no LISTEN is sent: it would be heard by whoever is given that process
 * next.  There, and while the connection is away, all are told to look again at
 * intervals.
 */
#include "db_listen.h"

#include "db_error.h"
#include "db_link.h"
#include "db_session.h"
#include "db_statements.h"
#include "log.h"
#include "loop.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds between looks while nothing is heard. */
#define POLL_INTERVAL 250

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
	bool is_probing;     /* who answers is being asked */
	bool is_deaf;        /* there is a pooler: no LISTEN */
	LoopTimer *timer;    /* runs while not all are heard */
};

static void link_online(void *context, PGconn *connection);
static Status link_ready(void *context, PGconn *connection, Error *error);
static void link_offline(void *context, const Error *error);

static const DbLinkEvents link_events = {
	.online = link_online,
	.ready = link_ready,
	.offline = link_offline,
};

static void probe(DbListen *listen, PGconn *connection);
static void ask_next(DbListen *listen, PGconn *connection);
static Status take_result(DbListen *listen, PGconn *connection,
                          const PGresult *result, Error *error);
static void
take_probe(DbListen *listen, const PGconn *connection, const PGresult *result);
static void take_listen(DbListen *listen);
static void look_again(void *context);
static void hand_out(const DbListen *listen, const PGnotify *notification);

DbListen *
db_listen_open(const Config *config)
{
	DbListen *listen = memory_alloc(sizeof(*listen));

	listen->timer = loop_timer_create(look_again, listen);
	loop_timer_set(listen->timer, POLL_INTERVAL);
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
	if (connection && listen->asked == NULL && !listen->is_probing)
		ask_next(listen, connection);
}

void
db_listen_close(DbListen *listen)
{
	if (listen == NULL)
		return;
	db_link_destroy(listen->link);
	loop_timer_destroy(listen->timer);
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
	probe(listen, connection);
}

static Status
link_ready(void *context, PGconn *connection, Error *error)
{
	DbListen *listen = context;
	PGnotify *notification;

	while ((listen->asked || listen->is_probing) && !PQisBusy(connection))
	{
		PGresult *result = PQgetResult(connection);
		Status status;

		if (result == NULL)
		{
			listen->asked = NULL;
			listen->is_probing = false;
			ask_next(listen, connection);
			continue;
		}
		status = take_result(listen, connection, result, error);
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
	listen->is_probing = false;
	loop_timer_set(listen->timer, POLL_INTERVAL);
}

static void
probe(DbListen *listen, PGconn *connection)
{
	listen->is_probing = true;
	/* Where this fails the loop finds the connection broken. */
	(void) PQsendQuery(connection, db_statement_text(DB_BACKEND));
	db_link_flush(listen->link);
}

/* Sends the LISTEN of the next who is not heard yet, if there is one. */
static void
ask_next(DbListen *listen, PGconn *connection)
{
	char statement[128];
	Subscription *next = listen->first;

	while (next && next->is_heard)
		next = next->next;
	if (next == NULL || listen->is_deaf)
		return;
	listen->asked = next;
	snprintf(statement, sizeof(statement), "LISTEN %s", next->channel);
	/* Where this fails the loop finds the connection broken. */
	(void) PQsendQuery(connection, statement);
	db_link_flush(listen->link);
}

static Status
take_result(DbListen *listen, PGconn *connection, const PGresult *result,
            Error *error)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
	{
		db_error_read(error, result);
		return error->status;
	}
	if (listen->is_probing)
		take_probe(listen, connection, result);
	else
		take_listen(listen);
	return STATUS_OK;
}

static void
take_probe(DbListen *listen, const PGconn *connection, const PGresult *result)
{
	bool was_deaf = listen->is_deaf;

	listen->is_deaf = !db_session_is_direct(result, connection);
	if (listen->is_deaf && !was_deaf)
		log_warning(
			"a pooler stands before the database: without LISTEN there is "
			"polling, only leases show who is alive, nothing is prepared",
			LOG_FIELDS(log_number("interval_ms", POLL_INTERVAL)));
}

static void
take_listen(DbListen *listen)
{
	Subscription *asked = listen->asked;
	bool is_all = true;

	asked->is_heard = true;
	for (const Subscription *one = listen->first; one; one = one->next)
		is_all = is_all && one->is_heard;
	if (is_all)
		loop_timer_clear(listen->timer);
	asked->callback(asked->context, NULL);
}

/* What was said meanwhile, if anything, nobody has heard. */
static void
look_again(void *context)
{
	const DbListen *listen = context;

	loop_timer_set(listen->timer, POLL_INTERVAL);
	for (const Subscription *one = listen->first; one; one = one->next)
		one->callback(one->context, NULL);
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

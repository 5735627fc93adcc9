/*
 * db_link.c
 *		One connection to the database, kept alive on the loop.
 *
 * libpq may close the socket inside any of its calls.  Its number is somebody
 * else's soon after, so the watch goes before anything else can happen.
 */
#include "db_link.h"

#include "db_target.h"
#include "loop.h"
#include "memory.h"
#include "resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_HOST 255      /* RFC 1035 */
#define CONNECT_TIMEOUT 10000 /* milliseconds, name and handshake together */
#define FIRST_DELAY 100
#define LONGEST_DELAY 5000

typedef enum LinkState
{
	LINK_RESTING,    /* no connection; the timer will try again */
	LINK_RESOLVING,  /* the host's name is being looked up */
	LINK_CONNECTING, /* libpq shakes hands */
	LINK_ONLINE
} LinkState;

struct DbLink
{
	const Config *config;
	const char *name;
	const DbLinkEvents *events;
	void *context;
	LinkState state;
	char *host; /* to be resolved; NULL: libpq can do without */
	Resolve *resolve;
	PGconn *connection;
	LoopWatch *watch;
	LoopTimer *timer; /* resting: to try again; connecting: to give up;
	                   * online: the socket is gone, to say so */
	uint64_t delay;
	bool has_complained; /* of this absence */
};

static void begin(DbLink *link);
static void resolved(void *context, const ResolveAnswer *answer);
static void connect_to(DbLink *link, const ResolveAnswer *answer);
static void go_on_connecting(DbLink *link);
static void become_online(DbLink *link);
static void watch_socket(DbLink *link, int events);
static void drop_watch(DbLink *link);
static void socket_ready(void *context, int events);
static void timer_fired(void *context);
static void fail(DbLink *link, const Error *error);
static void fail_by_libpq(DbLink *link);
static void release(DbLink *link);

DbLink *
db_link_create(const Config *config, const char *name,
               const DbLinkEvents *events, void *context)
{
	DbLink *link = memory_alloc(sizeof(*link));

	link->config = config;
	link->name = name;
	link->events = events;
	link->context = context;
	link->host = db_target_find_host(config);
	link->timer = loop_timer_create(timer_fired, link);
	link->delay = FIRST_DELAY;
	/* From the loop: no event before the creator has its link. */
	loop_timer_set(link->timer, 0);
	return link;
}

void
db_link_destroy(DbLink *link)
{
	if (link == NULL)
		return;
	release(link);
	loop_timer_destroy(link->timer);
	free(link->host);
	free(link);
}

PGconn *
db_link_get_connection(const DbLink *link)
{
	return link->state == LINK_ONLINE ? link->connection : NULL;
}

void
db_link_flush(DbLink *link)
{
	int left = PQflush(link->connection);

	if (PQsocket(link->connection) < 0)
	{
		/* libpq read the end while it wrote. */
		drop_watch(link);
		loop_timer_set(link->timer, 0);
		return;
	}
	if (link->watch == NULL)
		return; /* it was lost just now, and is about to be dropped */
	/* A failed write shows as a failed read, with what the server said. */
	loop_watch_set(link->watch,
	               left > 0 ? LOOP_READABLE | LOOP_WRITABLE : LOOP_READABLE);
}

void
db_link_drop(DbLink *link, const Error *error)
{
	if (link->state == LINK_ONLINE)
		fail(link, error);
}

static void
begin(DbLink *link)
{
	loop_timer_set(link->timer, CONNECT_TIMEOUT);
	if (link->host)
	{
		link->state = LINK_RESOLVING;
		link->resolve = resolve_start(link->host, resolved, link);
		return;
	}
	connect_to(link, NULL);
}

static void
resolved(void *context, const ResolveAnswer *answer)
{
	DbLink *link = context;

	link->resolve = NULL;
	if (answer->count == 0)
		fail(link, &answer->error);
	else
		connect_to(link, answer);
}

/* answer NULL: libpq finds the server by itself. */
static void
connect_to(DbLink *link, const ResolveAnswer *answer)
{
	link->state = LINK_CONNECTING;
	link->connection = db_target_connect(link->config, link->host, answer);
	if (PQstatus(link->connection) == CONNECTION_BAD)
	{
		fail_by_libpq(link);
		return;
	}
	watch_socket(link, LOOP_WRITABLE);
}

static void
go_on_connecting(DbLink *link)
{
	PostgresPollingStatusType next;

	/*
	 * libpq may close this socket and open another under the same number, so
	 * the watch must be gone before.
	 */
	drop_watch(link);
	next = PQconnectPoll(link->connection);
	switch (next)
	{
		case PGRES_POLLING_READING:
			watch_socket(link, LOOP_READABLE);
			break;
		case PGRES_POLLING_WRITING:
			watch_socket(link, LOOP_WRITABLE);
			break;
		case PGRES_POLLING_OK:
			become_online(link);
			break;
		case PGRES_POLLING_FAILED:
		case PGRES_POLLING_ACTIVE:
			fail_by_libpq(link);
			break;
	}
}

static void
become_online(DbLink *link)
{
	if (PQsetnonblocking(link->connection, 1) != 0)
	{
		fail_by_libpq(link);
		return;
	}
	loop_timer_clear(link->timer);
	link->state = LINK_ONLINE;
	link->delay = FIRST_DELAY;
	link->has_complained = false;
	watch_socket(link, LOOP_READABLE);
	if (link->state != LINK_ONLINE)
		return;
	log_info("database connected",
	         LOG_FIELDS(log_text("connection", link->name)));
	link->events->online(link->context, link->connection);
}

static void
watch_socket(DbLink *link, int events)
{
	Error error;

	if (loop_watch_create(PQsocket(link->connection),
	                      socket_ready,
	                      link,
	                      &link->watch,
	                      &error) != STATUS_OK)
	{
		fail(link, &error);
		return;
	}
	loop_watch_set(link->watch, events);
}

static void
drop_watch(DbLink *link)
{
	loop_watch_destroy(link->watch);
	link->watch = NULL;
}

static void
socket_ready(void *context, int events)
{
	DbLink *link = context;
	Error error;

	if (link->state == LINK_CONNECTING)
	{
		go_on_connecting(link);
		return;
	}
	if (PQconsumeInput(link->connection) != 1)
	{
		/* What came before the end may hold answers, and the reason. */
		drop_watch(link);
		if (link->events->ready(link->context, link->connection, &error) ==
		    STATUS_OK)
			fail_by_libpq(link);
		else
			fail(link, &error);
		return;
	}
	if (link->events->ready(link->context, link->connection, &error) !=
	    STATUS_OK)
		fail(link, &error);
	else if (PQstatus(link->connection) == CONNECTION_BAD)
		fail_by_libpq(link);
	else
		db_link_flush(link);
}

static void
timer_fired(void *context)
{
	DbLink *link = context;
	Error error;

	if (link->state == LINK_RESTING)
	{
		begin(link);
		return;
	}
	if (link->state == LINK_ONLINE)
	{
		fail_by_libpq(link);
		return;
	}
	error_set(&error,
	          STATUS_UNAVAILABLE,
	          "the database did not answer within %d s",
	          CONNECT_TIMEOUT / 1000);
	fail(link, &error);
}

static void
fail_by_libpq(DbLink *link)
{
	Error error;
	char *end;

	error_set(
		&error, STATUS_UNAVAILABLE, "%s", PQerrorMessage(link->connection));
	end = error.message + strlen(error.message);
	while (end > error.message && end[-1] == '\n')
		*--end = '\0';
	fail(link, &error);
}

/* Every way from a connection, or an attempt at one, back to resting. */
static void
fail(DbLink *link, const Error *error)
{
	bool was_online = link->state == LINK_ONLINE;
	Error copy = *error;

	release(link);
	/* Half of it by chance: many daemons must not come back as one. */
	loop_timer_set(link->timer,
	               link->delay / 2 + (uint64_t) random() % (link->delay / 2));
	link->delay =
		link->delay * 2 > LONGEST_DELAY ? LONGEST_DELAY : link->delay * 2;
	if (!link->has_complained)
	{
		log_warning("database away",
		            LOG_FIELDS(log_text("connection", link->name),
		                       log_text("error", copy.message)));
		link->has_complained = true;
	}
	if (was_online)
		link->events->offline(link->context, &copy);
}

static void
release(DbLink *link)
{
	if (link->resolve)
		resolve_stop(link->resolve);
	link->resolve = NULL;
	drop_watch(link);
	if (link->connection)
		PQfinish(link->connection);
	link->connection = NULL;
	link->state = LINK_RESTING;
}

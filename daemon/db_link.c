/*
 * db_link.c
 *		One connection to the database, kept alive on the loop.
 *
 * libpq resolves names by a call that blocks, so a host's name is resolved
 * before, and libpq gets the addresses.  A list of hosts, or a service file, is
 * left to libpq as it is.
 */
#include "db_link.h"

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
	LoopTimer *timer; /* resting: to try again; before online: to give up */
	uint64_t delay;
	bool has_complained; /* of this absence */
};

static void begin(DbLink *link);
static void resolved(void *context, const ResolveAnswer *answer);
static void connect_to(DbLink *link, const ResolveAnswer *answer);
static void join_addresses(const DbLink *link, const ResolveAnswer *answer,
                           char *hosts, char *addresses);
static void go_on_connecting(DbLink *link);
static void become_online(DbLink *link);
static void watch_socket(DbLink *link, int events);
static void socket_ready(void *context, int events);
static void timer_fired(void *context);
static void fail(DbLink *link, const Error *error);
static void fail_by_libpq(DbLink *link);
static void release(DbLink *link);
static char *find_host_to_resolve(const Config *config);
static char *read_host(const Config *config);
static void ignore_notice(void *context, const PGresult *notice);

DbLink *
db_link_create(const Config *config, const char *name,
               const DbLinkEvents *events, void *context)
{
	DbLink *link = memory_alloc(sizeof(*link));

	link->config = config;
	link->name = name;
	link->events = events;
	link->context = context;
	link->host = find_host_to_resolve(config);
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
	const char *keywords[CONFIG_DATABASE_WORDS + 8] = {NULL};
	const char *values[CONFIG_DATABASE_WORDS + 8] = {NULL};
	char hosts[RESOLVE_MAX_ADDRESSES * (LONGEST_HOST + 1)];
	char addresses[RESOLVE_MAX_ADDRESSES * RESOLVE_ADDRESS_SIZE];
	int count = 0;

	for (; link->config->database_keywords[count]; count++)
	{
		keywords[count] = link->config->database_keywords[count];
		values[count] = link->config->database_values[count];
	}
	if (answer)
	{
		join_addresses(link, answer, hosts, addresses);
		keywords[count] = "host";
		values[count++] = hosts;
		keywords[count] = "hostaddr";
		values[count++] = addresses;
	}
	keywords[count] = "client_encoding";
	values[count++] = "UTF8";
	keywords[count] = "fallback_application_name";
	values[count++] = "mcpd";
	/* A peer that vanished without a word is noticed in time. */
	keywords[count] = "tcp_user_timeout";
	values[count++] = "15000";
	keywords[count] = "keepalives_idle";
	values[count++] = "15";

	link->state = LINK_CONNECTING;
	link->connection = PQconnectStartParams(keywords, values, 1);
	if (link->connection == NULL)
		abort();
	if (PQstatus(link->connection) == CONNECTION_BAD)
	{
		fail_by_libpq(link);
		return;
	}
	PQsetNoticeReceiver(link->connection, ignore_notice, NULL);
	watch_socket(link, LOOP_WRITABLE);
}

/* libpq wants the host's name once for each address.  The buffers are wide
 * enough for the longest of both. */
static void
join_addresses(const DbLink *link, const ResolveAnswer *answer, char *hosts,
               char *addresses)
{
	for (int i = 0; i < answer->count; i++)
	{
		const char *comma = i > 0 ? "," : "";

		hosts += sprintf(hosts, "%s%s", comma, link->host);
		addresses += sprintf(addresses, "%s%s", comma, answer->addresses[i]);
	}
}

static void
go_on_connecting(DbLink *link)
{
	PostgresPollingStatusType next;

	/*
	 * libpq may close this socket and open another under the same number, so
	 * the watch must be gone before.
	 */
	loop_watch_destroy(link->watch);
	link->watch = NULL;
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
	loop_watch_destroy(link->watch);
	link->watch = NULL;
	if (link->connection)
		PQfinish(link->connection);
	link->connection = NULL;
	link->state = LINK_RESTING;
}

/* The name of a single host; NULL for a socket, an address or a list. */
static char *
find_host_to_resolve(const Config *config)
{
	char *host = read_host(config);

	if (host && *host && *host != '/' && *host != '@' &&
	    strchr(host, ',') == NULL && strlen(host) <= LONGEST_HOST &&
	    !resolve_is_address(host))
		return host;
	free(host);
	return NULL;
}

/* As libpq would find it; NULL where hostaddr makes it needless. */
static char *
read_host(const Config *config)
{
	const char *url = NULL;
	PQconninfoOption *options;
	char *host = NULL;
	bool has_address = false;

	for (int i = 0; config->database_keywords[i]; i++)
	{
		if (strcmp(config->database_keywords[i], "host") == 0)
			return memory_copy_text(config->database_values[i]);
		if (strcmp(config->database_keywords[i], "dbname") == 0)
			url = config->database_values[i];
	}
	options = url && strpbrk(url, "=:") ? PQconninfoParse(url, NULL) : NULL;
	for (PQconninfoOption *one = options; one && one->keyword; one++)
	{
		if (strcmp(one->keyword, "host") == 0)
			host = memory_copy_text(one->val);
		if (strcmp(one->keyword, "hostaddr") == 0 && one->val)
			has_address = true;
	}
	PQconninfoFree(options);
	if (host == NULL)
		host = memory_copy_text(getenv("PGHOST"));
	if (!has_address && getenv("PGHOSTADDR") == NULL)
		return host;
	free(host);
	return NULL;
}

/* libpq would print it to stderr; what matters comes as an error. */
static void
ignore_notice(void *context, const PGresult *notice)
{
}

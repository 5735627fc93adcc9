/*
 * http_client.c
 *		The other end of a connection, and noticing that it has left.
 */
#include "http_client.h"

#include "http_request.h"
#include "log.h"
#include "memory.h"

#include <stdlib.h>

/* Seconds: the shortest time-out that libmicrohttpd knows. */
#define TIMEOUT_OF_GONE 1u

struct HttpClient
{
	HttpServer *server;
	struct MHD_Connection *connection;
	LoopWatch *watch;
	const HttpPatience *patience;
	HttpPatient patient;
	LoopCallback gone; /* NULL: nobody waits */
	void *context;
};

static void left(void *context, int events);

HttpClient *
http_client_create(HttpServer *server, HttpPatience *patience,
                   struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	HttpClient *client = memory_alloc(sizeof(*client));
	Error error;

	client->server = server;
	client->connection = connection;
	if (loop_watch_create(
			info->connect_fd, left, client, &client->watch, &error) !=
	    STATUS_OK)
	{
		log_failure("cannot watch a client", &error);
		free(client);
		return NULL;
	}
	loop_watch_set(client->watch, LOOP_DISCONNECT);
	client->patience = patience;
	http_patience_enter(patience, &client->patient, info->connect_fd);
	return client;
}

void
http_client_expect(HttpClient *client, HttpExpected expected, size_t bytes)
{
	if (client)
		http_patience_expect(
			client->patience, &client->patient, expected, bytes);
}

void
http_client_destroy(HttpClient *client)
{
	if (client == NULL)
		return;
	http_patience_leave(&client->patient);
	loop_watch_destroy(client->watch);
	free(client);
}

HttpClient *
http_client_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

void
http_client_on_gone(HttpClient *client, LoopCallback gone, void *context)
{
	if (client == NULL)
		return;
	client->gone = gone;
	client->context = context;
	/* Once more, in case it was reported while nobody waited. */
	if (gone)
		loop_watch_set(client->watch, LOOP_DISCONNECT);
}

/*
 * There is no verb that closes a connection of libmicrohttpd, but one that
 * leaves it little time to go on.
 */
static void
left(void *context, int events)
{
	HttpClient *client = context;
	LoopCallback gone = client->gone;

	loop_watch_set(client->watch, 0);
	client->gone = NULL;
	if (gone)
	{
		gone(client->context);
		return;
	}
	MHD_set_connection_option(
		client->connection, MHD_CONNECTION_OPTION_TIMEOUT, TIMEOUT_OF_GONE);
	http_drive_soon(client->server);
}

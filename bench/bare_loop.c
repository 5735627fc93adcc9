/*
 * bare_loop.c PORT BYTES
 *		The yardstick for HTTP: a libuv loop that answers a fixed body, and no more.
 *
 * It looks for the empty line that ends a request, and writes a constant: no
 * parsing, no routes, no memory of its own.  What a server does beyond this is
 * what it costs.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#define ROOM 4096

typedef struct Client
{
	uv_tcp_t stream;
	size_t length;
	char input[ROOM];
} Client;

static uv_buf_t answer;

static void
closed(uv_handle_t *handle)
{
	free(handle);
}

static void
allocate(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
	Client *client = (Client *) handle;

	*buffer = uv_buf_init(client->input + client->length,
	                      (unsigned int) (ROOM - client->length));
}

static void
received(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	Client *client = (Client *) stream;
	char *end;

	if (length < 0)
	{
		uv_close((uv_handle_t *) stream, closed);
		return;
	}
	client->length += (size_t) length;
	while ((end = memmem(client->input, client->length, "\r\n\r\n", 4)))
	{
		size_t taken = (size_t) (end + 4 - client->input);

		client->length -= taken;
		memmove(client->input, end + 4, client->length);
		if (uv_try_write(stream, &answer, 1) != (int) answer.len)
			uv_close((uv_handle_t *) stream, closed);
	}
}

static void
connected(uv_stream_t *server, int status)
{
	Client *client = calloc(1, sizeof(*client));

	if (client == NULL || status < 0)
		abort();
	uv_tcp_init(server->loop, &client->stream);
	if (uv_accept(server, (uv_stream_t *) &client->stream) != 0)
		abort();
	uv_tcp_nodelay(&client->stream, 1);
	uv_read_start((uv_stream_t *) &client->stream, allocate, received);
}

int
main(int argc, char **argv)
{
	uv_loop_t *loop = uv_default_loop();
	uv_tcp_t server;
	struct sockaddr_in address;
	int bytes = argc == 3 ? atoi(argv[2]) : 0;
	char *text = calloc(1, (size_t) bytes + 256);
	int head;

	if (argc != 3 || text == NULL)
	{
		fputs("usage: bare_loop PORT BYTES\n", stderr);
		return 2;
	}
	head = sprintf(text,
	               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	               "Content-Length: %d\r\n\r\n",
	               bytes);
	memset(text + head, 'x', (size_t) bytes);
	answer = uv_buf_init(text, (unsigned int) (head + bytes));
	uv_tcp_init(loop, &server);
	uv_ip4_addr("127.0.0.1", atoi(argv[1]), &address);
	if (uv_tcp_bind(&server, (struct sockaddr *) &address, 0) != 0 ||
	    uv_listen((uv_stream_t *) &server, 1024, connected) != 0)
	{
		fputs("bare_loop: cannot listen\n", stderr);
		return 1;
	}
	return uv_run(loop, UV_RUN_DEFAULT);
}

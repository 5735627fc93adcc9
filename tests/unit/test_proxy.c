/*
 * test_proxy.c
 *		A task's proxy: whom it lets through, and its end in each state.
 *
 * needs: daemon/proxy.c daemon/proxy_flow.c daemon/proxy_head.c
 * needs: daemon/proxy_opening.c daemon/proxy_route.c daemon/proxy_tunnel.c
 * needs: daemon/egress.c daemon/resolve.c daemon/loop.c
 * needs: daemon/json_view.c daemon/json_check.c daemon/utf8.c
 * needs: daemon/log.c daemon/log_line.c daemon/arena.c daemon/memory.c
 * needs: daemon/status.c
 * links: -luv
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "loop.h"
#include "proxy.h"

#define MANY 40

typedef struct Stage
{
	Arena *arena;
	ProxyRules rules;
	Proxy *proxy;
	int proxy_port;
	int server; /* listens, and is open to it */
	int server_port;
	int shut; /* listens too */
	int shut_port;
	int descriptors; /* before there was anything */
} Stage;

static int
count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static int
listen_somewhere(int *port)
{
	struct sockaddr_in place = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(place);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *) &place, size), 0);
	assert_int_equal(listen(fd, MANY), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *) &place, &size), 0);
	*port = ntohs(place.sin_port);
	return fd;
}

static int
connect_to(int port)
{
	const struct sockaddr_in place = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t) port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(
		connect(fd, (const struct sockaddr *) &place, sizeof(place)), 0);
	return fd;
}

/* libuv opens for good what the first loop needs. */
static int
open_first_loop(void **state)
{
	Error error;

	assert_int_equal(loop_open(&error), STATUS_OK);
	loop_close();
	return 0;
}

static void
open_proxy(Stage *stage, const ProxyLimits *limits)
{
	stage->rules.limits = *limits;
	stage->proxy = proxy_create(&stage->rules);
	proxy_listen(stage->proxy, listen_somewhere(&stage->proxy_port));
}

static int
set_up(void **state)
{
	Stage *stage = calloc(1, sizeof(*stage));
	const char **hosts;
	ProxyRules rules = {.run_id = "run", .step_id = "step"};
	Error error;

	stage->descriptors = count_descriptors();
	assert_int_equal(loop_open(&error), STATUS_OK);
	log_set_level(LOG_LEVEL_ERROR);
	stage->arena = arena_create();
	stage->server = listen_somewhere(&stage->server_port);
	stage->shut = listen_somewhere(&stage->shut_port);
	hosts = arena_alloc(stage->arena, 9 * sizeof(char *));
	hosts[0] = arena_print(stage->arena, "127.0.0.1:%d", stage->server_port);
	hosts[1] = arena_print(stage->arena, "localhost:%d", stage->shut_port);
	hosts[2] = arena_print(stage->arena, "*.invalid:%d", stage->server_port);
	rules.hosts = hosts;
	/* Named, and yet not open. */
	hosts[3] =
		arena_print(stage->arena, "[::ffff:127.0.0.1]:%d", stage->shut_port);
	hosts[4] = arena_print(stage->arena, "127.1:%d", stage->shut_port);
	hosts[5] = arena_print(stage->arena, "2130706433:%d", stage->shut_port);
	hosts[6] = "[::ffff:169.254.169.254]:80";
	hosts[7] = "169.254.169.254:80";
	rules.egress =
		egress_create(json_view_trust(arena_print(
						  stage->arena,
						  "[{\"network\": \"127.0.0.1/32\", \"port\": %d}]",
						  stage->server_port)),
	                  stage->arena);
	stage->rules = rules;
	open_proxy(stage, &proxy_limits);
	*state = stage;
	return 0;
}

/* Whatever state its tunnels are in. */
static int
tear_down(void **state)
{
	Stage *stage = *state;

	proxy_destroy(stage->proxy);
	if (stage->server >= 0)
		close(stage->server);
	close(stage->shut);
	arena_destroy(stage->arena);
	loop_close();
	assert_int_equal(count_descriptors(), stage->descriptors);
	free(stage);
	return 0;
}

/* Lets the proxy do what it can until there is something to read. */
static size_t
hear(int fd, char *room, size_t size)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	ssize_t got;

	while (poll(&waiting, 1, 0) == 0)
		loop_run_once();
	got = recv(fd, room, size - 1, 0);
	assert_true(got >= 0);
	room[got] = '\0';
	return (size_t) got;
}

static int
accept_one(int listener)
{
	struct pollfd waiting = {.fd = listener, .events = POLLIN};

	while (poll(&waiting, 1, 0) == 0)
		loop_run_once();
	return accept(listener, NULL, NULL);
}

static void
say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
}

static int
ask(const Stage *stage, const char *host, int port)
{
	int client = connect_to(stage->proxy_port);
	char text[200];

	snprintf(text, sizeof(text), "CONNECT %s:%d HTTP/1.1\r\n\r\n", host, port);
	say(client, text);
	return client;
}

static void
assert_answer(int client, const char *expected)
{
	char room[4096];

	hear(client, room, sizeof(room));
	if (strncmp(room, expected, strlen(expected)) != 0)
		fail_msg("\"%s\" is not \"%s...\"", room, expected);
}

static void
bytes_go_both_ways_until_both_have_ended(void **state)
{
	const Stage *stage = *state;
	int client = ask(stage, "127.0.0.1", stage->server_port);
	int server = accept_one(stage->server);
	char room[100];

	assert_answer(client, "HTTP/1.1 200 ");
	say(client, "there");
	assert_int_equal(hear(server, room, sizeof(room)), 5);
	assert_string_equal(room, "there");
	assert_int_equal(shutdown(client, SHUT_WR), 0);
	assert_int_equal(hear(server, room, sizeof(room)), 0);
	say(server, "and back");
	assert_int_equal(hear(client, room, sizeof(room)), 8);
	close(server);
	assert_int_equal(hear(client, room, sizeof(room)), 0);
	close(client);
}

static void
what_comes_with_the_head_goes_on(void **state)
{
	const Stage *stage = *state;
	int client = connect_to(stage->proxy_port);
	int server;
	char text[200];
	char room[200];

	snprintf(text,
	         sizeof(text),
	         "POST http://127.0.0.1:%d/a HTTP/1.1\r\nHost: x\r\n"
	         "Content-Length: 4\r\n\r\nbody",
	         stage->server_port);
	say(client, text);
	server = accept_one(stage->server);
	hear(server, room, sizeof(room));
	snprintf(text,
	         sizeof(text),
	         "POST /a HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
	         "Content-Length: 4\r\nConnection: close\r\n\r\nbody",
	         stage->server_port);
	assert_string_equal(room, text);
	close(server);
	close(client);
}

static void
who_is_refused_hears_why(void **state)
{
	const Stage *stage = *state;
	int unnamed = ask(stage, "127.0.0.1", stage->shut_port);
	int unopened = ask(stage, "localhost", stage->shut_port);
	int unknown = ask(stage, "nobody.invalid", stage->server_port);

	assert_answer(unnamed, "HTTP/1.1 403 127.0.0.1:");
	assert_answer(unopened, "HTTP/1.1 403 localhost:");
	assert_answer(unknown, "HTTP/1.1 502 cannot resolve");
	assert_int_equal(accept(stage->shut, NULL, NULL), -1);
	close(unnamed);
	close(unopened);
	close(unknown);
}

static void
a_server_that_is_not_there_is_said(void **state)
{
	Stage *stage = *state;
	int client;

	close(stage->server);
	stage->server = -1;
	client = ask(stage, "127.0.0.1", stage->server_port);
	assert_answer(client, "HTTP/1.1 502 127.0.0.1:");
	close(client);
}

static void
more_than_fit_wait_for_their_turn(void **state)
{
	const Stage *stage = *state;
	int clients[MANY];
	int servers[MANY];

	for (int i = 0; i < MANY; i++)
		clients[i] = ask(stage, "127.0.0.1", stage->server_port);
	for (int i = 0; i < MANY; i++)
	{
		servers[i] = accept_one(stage->server);
		/* Who has gone makes room for the last. */
		if (i < MANY / 2)
		{
			close(servers[i]);
			assert_answer(clients[i], "HTTP/1.1 200 ");
			close(clients[i]);
		}
	}
	for (int i = MANY / 2; i < MANY; i++)
	{
		assert_answer(clients[i], "HTTP/1.1 200 ");
		close(clients[i]);
		close(servers[i]);
	}
}

/* The test's own limits, those that are 0 the usual ones. */
static void
limit(Stage *stage, ProxyLimits limits)
{
	proxy_destroy(stage->proxy);
	if (limits.head_time == 0)
		limits.head_time = proxy_limits.head_time;
	if (limits.idle_time == 0)
		limits.idle_time = proxy_limits.idle_time;
	if (limits.connections == 0)
		limits.connections = proxy_limits.connections;
	if (limits.bytes == 0)
		limits.bytes = proxy_limits.bytes;
	open_proxy(stage, &limits);
}

/* What is not taken from the socket ends in a reset. */
static bool
has_ended(int fd)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	char room[4096];
	ssize_t got;

	while (poll(&waiting, 1, 0) == 0)
		loop_run_once();
	got = recv(fd, room, sizeof(room), 0);
	return got <= 0;
}

static void
who_is_idle_is_closed(void **state)
{
	Stage *stage = *state;
	int client;
	int server;

	limit(stage, (ProxyLimits){.idle_time = 50});
	client = ask(stage, "127.0.0.1", stage->server_port);
	server = accept_one(stage->server);
	assert_answer(client, "HTTP/1.1 200 ");
	assert_true(has_ended(client));
	assert_true(has_ended(server));
	close(client);
	close(server);
}

static void
a_request_that_trickles_in_is_too_slow(void **state)
{
	Stage *stage = *state;
	struct pollfd waiting = {.events = POLLIN};
	int client;

	limit(stage, (ProxyLimits){.head_time = 50});
	client = connect_to(stage->proxy_port);
	waiting.fd = client;
	/* No byte of it buys more time. */
	while (poll(&waiting, 1, 1) == 0)
	{
		say(client, "x");
		loop_run_once();
	}
	assert_answer(client, "HTTP/1.1 408 the request did not come in time");
	close(client);
}

static void
bytes_are_cut_off_where_they_are_used_up(void **state)
{
	Stage *stage = *state;
	char many[1000];
	char room[2000];
	int client;
	int server;

	memset(many, 'x', sizeof(many));
	limit(stage, (ProxyLimits){.bytes = 1500});
	client = ask(stage, "127.0.0.1", stage->server_port);
	server = accept_one(stage->server);
	assert_answer(client, "HTTP/1.1 200 ");
	assert_int_equal(send(client, many, sizeof(many), 0), sizeof(many));
	assert_int_equal(hear(server, room, sizeof(room)), sizeof(many));
	/* Both ways count. */
	assert_int_equal(send(server, many, sizeof(many), 0), sizeof(many));
	while (!has_ended(client))
		;
	assert_true(has_ended(server));
	close(client);
	close(server);
	client = ask(stage, "127.0.0.1", stage->server_port);
	assert_answer(
		client, "HTTP/1.1 403 what this task may send and receive is used up");
	assert_int_equal(accept(stage->server, NULL, NULL), -1);
	close(client);
}

static void
one_too_many_waits_until_another_has_gone(void **state)
{
	Stage *stage = *state;
	struct pollfd waiting = {.events = POLLIN};
	int first;
	int second;
	int server;

	limit(stage, (ProxyLimits){.connections = 1});
	first = ask(stage, "127.0.0.1", stage->server_port);
	second = ask(stage, "127.0.0.1", stage->shut_port);
	server = accept_one(stage->server);
	assert_answer(first, "HTTP/1.1 200 ");
	waiting.fd = second;
	assert_int_equal(poll(&waiting, 1, 0), 0);
	close(first);
	close(server);
	assert_answer(second, "HTTP/1.1 403 ");
	close(second);
}

static void
no_spelling_of_a_shut_address_opens_it(void **state)
{
	const Stage *stage = *state;
	const struct
	{
		const char *host;
		int port;
		const char *answer;
	} spelled[] = {
		{"[::ffff:127.0.0.1]", stage->shut_port, "may be reached"},
		{"127.1", stage->shut_port, "may be reached"},
		{"2130706433", stage->shut_port, "may be reached"},
		{"169.254.169.254", 80, "may be reached"},
		{"[::ffff:169.254.169.254]", 80, "may be reached"},
		/* Nor is that named which only means the same, or begins so. */
		{"[::ffff:127.0.0.1]", stage->server_port, "is not among"},
		{"127.0.0.1.", stage->server_port, "is not among"},
		{"localhost", stage->server_port, "is not among"},
		{"invalid", stage->server_port, "is not among"},
	};

	for (size_t i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++)
	{
		int client = ask(stage, spelled[i].host, spelled[i].port);
		char room[4096];

		hear(client, room, sizeof(room));
		assert_int_equal(strncmp(room, "HTTP/1.1 403 ", 13), 0);
		assert_non_null(strstr(room, spelled[i].answer));
		close(client);
	}
	assert_int_equal(accept(stage->shut, NULL, NULL), -1);
	assert_int_equal(accept(stage->server, NULL, NULL), -1);
}

/* It goes where the first has gone, whose server is told that it is the last. */
static void
a_second_request_leads_nowhere_else(void **state)
{
	const Stage *stage = *state;
	int client = connect_to(stage->proxy_port);
	int server;
	char text[400];
	char room[1000];

	snprintf(text,
	         sizeof(text),
	         "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: localhost:%d\r\n"
	         "Connection: keep-alive\r\n\r\n"
	         "GET http://localhost:%d/second HTTP/1.1\r\n\r\n",
	         stage->server_port,
	         stage->shut_port,
	         stage->shut_port);
	say(client, text);
	server = accept_one(stage->server);
	hear(server, room, sizeof(room));
	snprintf(text,
	         sizeof(text),
	         "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
	         "Connection: close\r\n\r\nGET http://localhost:%d/second ",
	         stage->server_port,
	         stage->shut_port);
	assert_int_equal(strncmp(room, text, strlen(text)), 0);
	say(server, "HTTP/1.1 204 No Content\r\n\r\n");
	close(server);
	assert_answer(client, "HTTP/1.1 204 ");
	while (!has_ended(client))
		;
	assert_int_equal(accept(stage->shut, NULL, NULL), -1);
	close(client);
}

static void
a_head_without_end_is_refused(void **state)
{
	const Stage *stage = *state;
	int client = connect_to(stage->proxy_port);
	char many[20000];

	memset(many, 'x', sizeof(many));
	assert_int_equal(send(client, many, sizeof(many), 0), sizeof(many));
	assert_answer(client, "HTTP/1.1 400 ");
	close(client);
}

static void
who_asks_and_says_no_more_is_answered(void **state)
{
	const Stage *stage = *state;
	int client = ask(stage, "127.0.0.1", stage->server_port);
	int half = connect_to(stage->proxy_port);
	int server;
	char room[100];

	assert_int_equal(shutdown(client, SHUT_WR), 0);
	server = accept_one(stage->server);
	assert_answer(client, "HTTP/1.1 200 ");
	assert_int_equal(hear(server, room, sizeof(room)), 0);
	say(server, "answer");
	assert_int_equal(hear(client, room, sizeof(room)), 6);
	/* Half a request is none. */
	say(half, "CONNECT ");
	assert_int_equal(shutdown(half, SHUT_WR), 0);
	assert_true(has_ended(half));
	close(half);
	close(client);
	close(server);
}

/* tear_down() ends them. */
static void
tunnels_end_in_every_state(void **state)
{
	const Stage *stage = *state;
	int silent = connect_to(stage->proxy_port);
	int routing = ask(stage, "127.0.0.1", stage->server_port);
	int joined;
	int refused;
	int server;

	for (int i = 0; i < 3; i++)
		loop_run_once();
	joined = ask(stage, "127.0.0.1", stage->server_port);
	server = accept_one(stage->server);
	refused = ask(stage, "127.0.0.1", stage->shut_port);
	loop_run_once();
	close(silent);
	close(refused);
	close(routing);
	close(joined);
	close(server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			bytes_go_both_ways_until_both_have_ended, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_comes_with_the_head_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			who_is_refused_hears_why, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_server_that_is_not_there_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			more_than_fit_wait_for_their_turn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			who_is_idle_is_closed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_request_that_trickles_in_is_too_slow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			bytes_are_cut_off_where_they_are_used_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			one_too_many_waits_until_another_has_gone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			no_spelling_of_a_shut_address_opens_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_second_request_leads_nowhere_else, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_head_without_end_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			who_asks_and_says_no_more_is_answered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			tunnels_end_in_every_state, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, open_first_loop, NULL);
}

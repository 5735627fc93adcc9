/*
 * test_proxy_head.c
 *		What a proxy takes for a request, and what it makes of one.
 *
 * needs: daemon/proxy_head.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proxy_head.h"

static ProxyHeadState
read_text(const char *text, ProxyHead *head)
{
	return proxy_head_read(text, strlen(text), head);
}

static void
hosts_and_ports_are_read(void **state)
{
	static const struct
	{
		const char *text;
		bool is_connect;
		const char *host;
		int port;
	} good[] = {
		{"CONNECT a.example:443 HTTP/1.1\r\n\r\n", true, "a.example", 443},
		{"CONNECT [::1]:8443 HTTP/1.0\r\nA: b\r\n\r\n", true, "::1", 8443},
		{"CONNECT a:65535 HTTP/1.1\r\n\r\n", true, "a", 65535},
		{"GET http://a/ HTTP/1.1\r\n\r\n", false, "a", 80},
		{"GET http://a:81 HTTP/1.1\r\n\r\n", false, "a", 81},
		{"PUT HTTP://A?b=http://c/ HTTP/1.1\r\n\r\n", false, "A", 80},
		{"GET http://[2001:db8::1]/x HTTP/1.1\r\n\r\n",
	     false,
	     "2001:db8::1",
	     80},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		ProxyHead head;

		assert_int_equal(read_text(good[i].text, &head), PROXY_HEAD_WHOLE);
		assert_int_equal(head.is_connect, good[i].is_connect);
		assert_string_equal(head.host, good[i].host);
		assert_int_equal(head.port, good[i].port);
		assert_int_equal(head.length, strlen(good[i].text));
	}
}

static void
anything_else_is_bad(void **state)
{
	static const char *const bad[] = {
		"\r\n\r\n",
		" \r\n\r\n",
		"CONNECT\r\n\r\n",
		"CONNECT a:1\r\n\r\n",
		"CONNECT a HTTP/1.1\r\n\r\n",
		"CONNECT a: HTTP/1.1\r\n\r\n",
		"CONNECT :1 HTTP/1.1\r\n\r\n",
		"CONNECT a:0 HTTP/1.1\r\n\r\n",
		"CONNECT a:65536 HTTP/1.1\r\n\r\n",
		"CONNECT a:000443 HTTP/1.1\r\n\r\n",
		"CONNECT a:-1 HTTP/1.1\r\n\r\n",
		"CONNECT a:1 :2 HTTP/1.1\r\n\r\n",
		"CONNECT a:1/x HTTP/1.1\r\n\r\n",
		"CONNECT [::1:80 HTTP/1.1\r\n\r\n",
		"CONNECT [::1]80 HTTP/1.1\r\n\r\n",
		"CONNECT a:1 HTTP/2.0\r\n\r\n",
		"connect a:1 HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n",
		"GET http:// HTTP/1.1\r\n\r\n",
		"GET http:/// HTTP/1.1\r\n\r\n",
		"GET https://a/ HTTP/1.1\r\n\r\n",
		"GET http://user@a/ HTTP/1.1\r\n\r\n",
		"GET http://a%2eb/ HTTP/1.1\r\n\r\n",
		/* What some server would read as another field or request. */
		"GET http://a/\n HTTP/1.1\r\n\r\n",
		"GET http://a/\r HTTP/1.1\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\n\tB: c\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\nB: c\r\n d\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\nB: c\r\n Host: d\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\nHost : c\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\nHost\t: c\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\nB: c\nHost: d\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\nB: c\rHost: d\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\nB\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\n: c\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		ProxyHead head;

		if (read_text(bad[i], &head) != PROXY_HEAD_BAD)
			fail_msg("taken for a request: %s", bad[i]);
	}
}

static void
a_head_comes_in_pieces_but_not_for_ever(void **state)
{
	static char text[PROXY_HEAD_LIMIT + 1];
	static const char whole[] = "CONNECT a:1 HTTP/1.1\r\nB: c\r\n\r\n";
	ProxyHead head;

	for (size_t length = 0; length < sizeof(whole) - 1; length++)
		assert_int_equal(proxy_head_read(whole, length, &head),
		                 PROXY_HEAD_INCOMPLETE);
	memset(text, 'x', PROXY_HEAD_LIMIT);
	assert_int_equal(proxy_head_read(text, PROXY_HEAD_LIMIT - 1, &head),
	                 PROXY_HEAD_INCOMPLETE);
	assert_int_equal(proxy_head_read(text, PROXY_HEAD_LIMIT, &head),
	                 PROXY_HEAD_BAD);
}

static void
a_nul_is_in_no_head(void **state)
{
	static const char text[] = "CONNECT a:1 HTTP/1.1\r\nB: \0\r\n\r\n";
	ProxyHead head;

	assert_int_equal(proxy_head_read(text, sizeof(text) - 1, &head),
	                 PROXY_HEAD_BAD);
}

static void
assert_rewritten(const char *text, const char *expected)
{
	ProxyHead head;
	char room[1024];
	size_t length;

	assert_int_equal(read_text(text, &head), PROXY_HEAD_WHOLE);
	length = proxy_head_rewrite(text, &head, room, sizeof(room));
	assert_int_equal(length, strlen(expected));
	assert_memory_equal(room, expected, length);
	for (size_t size = 0; size < length; size++)
		assert_int_equal(proxy_head_rewrite(text, &head, room, size), 0);
}

static void
the_server_reads_a_path_and_its_own_name(void **state)
{
	assert_rewritten("GET http://a:81/b?c HTTP/1.1\r\n"
	                 "Host: other\r\nAccept: */*\r\nProxy-Connection: x\r\n"
	                 "proxy-authorization: secret\r\nConnection: keep-alive\r\n"
	                 "Content-Length: 3\r\n\r\nabc",
	                 "GET /b?c HTTP/1.1\r\nHost: a:81\r\nAccept: */*\r\n"
	                 "Content-Length: 3\r\nConnection: close\r\n\r\n");
	assert_rewritten("GET http://[::1] HTTP/1.0\r\n\r\n",
	                 "GET / HTTP/1.1\r\nHost: [::1]:80\r\n"
	                 "Connection: close\r\n\r\n");
	assert_rewritten("GET http://a?b HTTP/1.1\r\n\r\n",
	                 "GET /?b HTTP/1.1\r\nHost: a:80\r\n"
	                 "Connection: close\r\n\r\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_and_ports_are_read),
		cmocka_unit_test(anything_else_is_bad),
		cmocka_unit_test(a_head_comes_in_pieces_but_not_for_ever),
		cmocka_unit_test(a_nul_is_in_no_head),
		cmocka_unit_test(the_server_reads_a_path_and_its_own_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

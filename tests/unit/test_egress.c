/*
 * test_egress.c
 *		Which addresses are public, and what the list opens.
 *
 * needs: daemon/egress.c daemon/json_view.c daemon/json_check.c
 * needs: daemon/arena.c daemon/memory.c daemon/utf8.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "egress.h"

static const struct sockaddr *
make_address(const char *text, int port)
{
	static union
	{
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} address;

	memset(&address, 0, sizeof(address));
	if (strchr(text, ':'))
	{
		address.six.sin6_family = AF_INET6;
		address.six.sin6_port = htons((uint16_t) port);
		assert_int_equal(inet_pton(AF_INET6, text, &address.six.sin6_addr), 1);
	}
	else
	{
		address.four.sin_family = AF_INET;
		address.four.sin_port = htons((uint16_t) port);
		assert_int_equal(inet_pton(AF_INET, text, &address.four.sin_addr), 1);
	}
	return &address.any;
}

static void
what_the_internet_does_not_route_is_shut(void **state)
{
	static const char *const shut[] = {
		"0.0.0.0",
		"0.1.2.3",
		"10.0.0.0",
		"10.255.255.255",
		"100.64.0.0",
		"100.127.255.255",
		"127.0.0.1",
		"127.255.255.254",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.8",
		"192.168.1.1",
		"198.18.0.1",
		"198.19.255.255",
		"203.0.113.9",
		"224.0.0.1",
		"239.255.255.255",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::127.0.0.1",
		"::ffff:127.0.0.1",
		"::ffff:10.0.0.1",
		"::ffff:0:127.0.0.1",
		"64:ff9b::7f00:1",
		"64:ff9b::808:808",
		"64:ff9b:1::7f00:1",
		"100::1",
		"2001::1",
		"2001:db8::1",
		"2002:7f00:1::1",
		"3fff::1",
		"fc00::1",
		"fd00:ec2::254",
		"fe80::1",
		"fec0::1",
		"ff02::1",
	};

	for (size_t i = 0; i < sizeof(shut) / sizeof(shut[0]); i++)
	{
		if (egress_is_public(make_address(shut[i], 80)))
			fail_msg("%s is open", shut[i]);
	}
}

static void
neighbours_of_what_is_shut_are_open(void **state)
{
	static const char *const open[] = {
		"1.1.1.1",
		"9.255.255.255",
		"11.0.0.0",
		"100.63.255.255",
		"100.128.0.0",
		"126.255.255.255",
		"128.0.0.1",
		"169.253.255.255",
		"169.255.0.1",
		"172.15.255.255",
		"172.32.0.0",
		"192.167.255.255",
		"192.169.0.0",
		"198.17.255.255",
		"198.20.0.0",
		"223.255.255.255",
		"::ffff:8.8.8.8",
		"2001:200::1",
		"2001:4860:4860::8888",
		"2003::1",
		"2606:4700::1111",
		"3ffe::1",
	};

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
	{
		if (!egress_is_public(make_address(open[i], 80)))
			fail_msg("%s is shut", open[i]);
	}
}

static void
the_list_opens_networks_hosts_and_ports(void **state)
{
	Arena *arena = arena_create();
	const Egress *egress = egress_create(
		json_view_trust(
			"[{\"network\":\"10.1.0.0/16\",\"host\":null,\"port\":null},"
			"{\"network\":\"fd00:1::/64\",\"host\":null,\"port\":443},"
			"{\"network\":null,\"host\":\"db.internal\",\"port\":null},"
			"{\"network\":null,\"host\":\"*.lan\",\"port\":80},"
			"{\"network\":\"nonsense\",\"host\":null,\"port\":null},"
			"{\"network\":\"1.2.3.4/99\",\"host\":null,\"port\":null}, 7, null]"),
		arena);

	assert_true(egress_allows(egress, "x", make_address("10.1.2.3", 1)));
	assert_true(egress_allows(egress, "x", make_address("::ffff:10.1.2.3", 1)));
	assert_false(egress_allows(egress, "x", make_address("10.2.0.0", 1)));
	assert_true(egress_allows(egress, "x", make_address("fd00:1::9", 443)));
	assert_false(egress_allows(egress, "x", make_address("fd00:1::9", 80)));
	assert_false(egress_allows(egress, "x", make_address("fd00:1:0:1::", 443)));
	assert_true(
		egress_allows(egress, "DB.internal", make_address("127.0.0.1", 5)));
	assert_false(
		egress_allows(egress, "xdb.internal", make_address("127.0.0.1", 5)));
	assert_true(egress_allows(egress, "a.b.LAN", make_address("10.9.9.9", 80)));
	assert_false(egress_allows(egress, "lan", make_address("10.9.9.9", 80)));
	assert_false(egress_allows(egress, ".lan", make_address("10.9.9.9", 81)));
	assert_false(egress_allows(egress, "plan", make_address("10.9.9.9", 80)));
	assert_true(egress_allows(egress, "x", make_address("8.8.8.8", 1)));
	arena_destroy(arena);
}

static void
no_list_opens_nothing(void **state)
{
	Arena *arena = arena_create();
	const Egress *egress = egress_create((JsonView){NULL, 0}, arena);
	struct sockaddr unknown = {.sa_family = AF_UNIX};

	assert_false(egress_allows(egress, "x", make_address("127.0.0.1", 1)));
	assert_false(egress_allows(egress, "x", &unknown));
	assert_true(egress_allows(egress, "x", make_address("8.8.8.8", 1)));
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_internet_does_not_route_is_shut),
		cmocka_unit_test(neighbours_of_what_is_shut_are_open),
		cmocka_unit_test(the_list_opens_networks_hosts_and_ports),
		cmocka_unit_test(no_list_opens_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

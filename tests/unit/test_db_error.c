/*
 * test_db_error.c
 *		What SQLSTATEs mean to the daemon.
 *
 * needs: daemon/db_error.c daemon/status.c
 * links: -lpq
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db_error.h"

static void
each_sqlstate_has_its_meaning(void **state)
{
	static const struct
	{
		const char *sqlstate;
		Status status;
	} cases[] = {
		{"MC001", STATUS_RULE},        {"MC002", STATUS_RULE},
		{"MC003", STATUS_RULE},        {"MC004", STATUS_RULE},
		{"MC010", STATUS_CONFLICT},    {"MC011", STATUS_LEASE_LOST},
		{"MC020", STATUS_NOT_FOUND},   {"MC021", STATUS_CONFLICT},
		{"23505", STATUS_CONFLICT},    {"42501", STATUS_DENIED},
		{"22P02", STATUS_INVALID},     {"22P05", STATUS_INVALID},
		{"54001", STATUS_INVALID},     {"42883", STATUS_MISSING},
		{"3F000", STATUS_MISSING},     {"57014", STATUS_UNAVAILABLE},
		{"57P01", STATUS_UNAVAILABLE}, {"08006", STATUS_UNAVAILABLE},
		{"40001", STATUS_UNAVAILABLE}, {"25006", STATUS_UNAVAILABLE},
		{"XX000", STATUS_INTERNAL},    {"P0001", STATUS_INTERNAL},
		{"MC099", STATUS_INTERNAL},    {"", STATUS_INTERNAL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		if (db_error_status(cases[i].sqlstate) != cases[i].status)
			fail_msg("%s is %s",
			         cases[i].sqlstate,
			         status_name(db_error_status(cases[i].sqlstate)));
	}
}

static void
a_result_without_sqlstate_is_a_lost_connection(void **state)
{
	PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR);
	Error error;

	db_error_read(&error, result);
	assert_int_equal(error.status, STATUS_UNAVAILABLE);
	assert_string_equal(error.sqlstate, "08006");
	PQclear(result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sqlstate_has_its_meaning),
		cmocka_unit_test(a_result_without_sqlstate_is_a_lost_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

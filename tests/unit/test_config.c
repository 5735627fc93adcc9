/*
 * test_config.c
 *		Where settings come from, and what a wrong one says.
 *
 * needs: daemon/config.c daemon/config_setting.c daemon/config_server.c daemon/runner_level.c daemon/config_redis.c daemon/env_file.c
 * needs: daemon/percent.c daemon/arena.c daemon/memory.c daemon/status.c
 * needs: daemon/log.c daemon/log_line.c daemon/utf8.c
 * links: -lpq
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"

typedef struct Fixture
{
	Arena *arena;
	Config config;
	Error error;
	char directory[32];
} Fixture;

/* An environment with nothing in it, in a directory without a .env. */
static int
set_up(void **state)
{
	Fixture *fixture = calloc(1, sizeof(*fixture));

	clearenv();
	fixture->arena = arena_create();
	strcpy(fixture->directory, "/tmp/test_config.XXXXXX");
	if (mkdtemp(fixture->directory) == NULL || chdir(fixture->directory) != 0)
		return -1;
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;

	unlink(".env");
	unlink("other.env");
	if (chdir("/") != 0 || rmdir(fixture->directory) != 0)
		return -1;
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static Config *
read_well(Fixture *fixture)
{
	if (config_read(fixture->arena, NULL, &fixture->config, &fixture->error) !=
	    STATUS_OK)
		fail_msg("%s", fixture->error.message);
	return &fixture->config;
}

static void
assert_refused(Fixture *fixture, const char *name, const char *value,
               const char *message)
{
	setenv(name, value, 1);
	assert_int_equal(
		config_read(fixture->arena, NULL, &fixture->config, &fixture->error),
		STATUS_INVALID);
	assert_string_equal(fixture->error.message, message);
	unsetenv(name);
}

static void
nothing_set_gives_the_defaults(void **state)
{
	const Config *config = read_well(*state);

	assert_string_equal(config->api_host, "127.0.0.1");
	assert_int_equal(config->api_port, 8000);
	assert_null(config->api_key);
	assert_int_equal(config->log_level, LOG_LEVEL_INFO);
	assert_string_equal(config->python, "/usr/bin/python3");
	assert_true(config->default_timeout == 600.0);
	assert_int_equal(config->max_retries, 3);
	assert_true(config->retry_delay == 1.0);
	assert_null(config->database_keywords[0]);
	assert_false(config->has_redis);
	assert_null(config->scripts_dir);
}

static void
the_environment_wins_over_the_file(void **state)
{
	const Config *config;

	write_file(".env", "MCP_API_PORT=9000\nMCP_API_KEY='from file'\n");
	setenv("MCP_API_PORT", "9001", 1);
	config = read_well(*state);
	assert_int_equal(config->api_port, 9001);
	assert_string_equal(config->api_key, "from file");
}

static void
a_named_file_replaces_the_one_here_and_must_exist(void **state)
{
	Fixture *fixture = *state;

	write_file(".env", "MCP_API_PORT=9000\n");
	write_file("other.env", "MCP_API_PORT=9002\n");
	assert_int_equal(
		config_read(
			fixture->arena, "other.env", &fixture->config, &fixture->error),
		STATUS_OK);
	assert_int_equal(fixture->config.api_port, 9002);
	assert_int_not_equal(
		config_read(
			fixture->arena, "missing.env", &fixture->config, &fixture->error),
		STATUS_OK);
	assert_string_equal(
		fixture->error.message,
		"cannot open \"missing.env\": No such file or directory");
}

static void
empty_counts_as_not_set(void **state)
{
	const Config *config;

	setenv("MCP_API_PORT", "", 1);
	setenv("MCP_API_KEY", "", 1);
	setenv("POSTGRES_HOST", "", 1);
	setenv("REDIS_HOST", "", 1);
	config = read_well(*state);
	assert_int_equal(config->api_port, 8000);
	assert_null(config->api_key);
	assert_null(config->database_keywords[0]);
	assert_false(config->has_redis);
}

static void
a_wrong_number_is_named_with_its_limits(void **state)
{
	static const char *const wrong[] = {"80x",
	                                    "-1",
	                                    "65536",
	                                    "1.5",
	                                    " 80",
	                                    "0x50",
	                                    "1e3",
	                                    "99999999999999999999"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
	{
		char message[128];

		snprintf(message,
		         sizeof(message),
		         "MCP_API_PORT: \"%s\" is not a whole number from 0 to 65535",
		         wrong[i]);
		assert_refused(*state, "MCP_API_PORT", wrong[i], message);
	}
	assert_refused(*state,
	               "MCP_DEFAULT_TIMEOUT",
	               "soon",
	               "MCP_DEFAULT_TIMEOUT: \"soon\" is not a number of seconds "
	               "from 1 to 604800");
	assert_refused(*state,
	               "MCP_RETRY_DELAY",
	               "inf",
	               "MCP_RETRY_DELAY: \"inf\" is not a number of seconds "
	               "from 0 to 3600");
	assert_refused(
		*state,
		"POSTGRES_PORT",
		"0",
		"POSTGRES_PORT: \"0\" is not a whole number from 1 to 65535");
	assert_refused(*state,
	               "REDIS_DB",
	               "x",
	               "REDIS_DB: \"x\" is not a whole number from 0 to 1048576");
}

static void
seconds_may_have_a_fraction(void **state)
{
	setenv("MCP_RETRY_DELAY", "0.25", 1);
	assert_true(read_well(*state)->retry_delay == 0.25);
}

static void
levels_are_known_in_any_case(void **state)
{
	setenv("MCP_LOG_LEVEL", "debug", 1);
	assert_int_equal(read_well(*state)->log_level, LOG_LEVEL_DEBUG);
	setenv("MCP_LOG_LEVEL", "Warn", 1);
	assert_int_equal(read_well(*state)->log_level, LOG_LEVEL_WARNING);
	assert_refused(
		*state,
		"MCP_LOG_LEVEL",
		"loud",
		"MCP_LOG_LEVEL: \"loud\" is not DEBUG, INFO, WARNING or ERROR");
}

static void
parts_of_the_database_win_over_its_url(void **state)
{
	const Config *config;

	setenv("DATABASE_URL", "postgresql://u@h/d", 1);
	config = read_well(*state);
	assert_string_equal(config->database_keywords[0], "dbname");
	assert_string_equal(config->database_values[0], "postgresql://u@h/d");
	assert_null(config->database_keywords[1]);

	setenv("POSTGRES_HOST", "db", 1);
	setenv("POSTGRES_PASSWORD", "p w", 1);
	config = read_well(*state);
	assert_string_equal(config->database_keywords[0], "host");
	assert_string_equal(config->database_values[0], "db");
	assert_string_equal(config->database_keywords[1], "password");
	assert_string_equal(config->database_values[1], "p w");
	assert_null(config->database_keywords[2]);
}

static void
a_wrong_url_is_refused_without_its_password(void **state)
{
	assert_refused(*state,
	               "DATABASE_URL",
	               "postgresql://u:secret@h:x%zz/d?a",
	               "DATABASE_URL: is not a connection string or URI that libpq "
	               "understands");
	assert_refused(*state,
	               "REDIS_URL",
	               "rediss://:secret@h",
	               "REDIS_URL: does not begin with redis:// or unix://");
	assert_refused(*state,
	               "REDIS_URL",
	               "redis://:secret@h:port/0",
	               "REDIS_URL: is not of the form "
	               "redis://[[user]:password@]host[:port][/db]");
}

static void
libpq_variables_of_the_file_reach_libpq(void **state)
{
	write_file(".env", "PGHOST=fromfile\nPGPORT=5\n");
	setenv("PGPORT", "6", 1);
	read_well(*state);
	assert_string_equal(getenv("PGHOST"), "fromfile");
	assert_string_equal(getenv("PGPORT"), "6");
}

static void
redis_is_found_by_parts_or_url(void **state)
{
	const Config *config;

	setenv("REDIS_URL", "redis://us%65r:p%40ss@[::1]:7000/3", 1);
	config = read_well(*state);
	assert_true(config->has_redis);
	assert_string_equal(config->redis_host, "::1");
	assert_int_equal(config->redis_port, 7000);
	assert_int_equal(config->redis_db, 3);
	assert_string_equal(config->redis_user, "user");
	assert_string_equal(config->redis_password, "p@ss");

	setenv("REDIS_URL", "redis://", 1);
	config = read_well(*state);
	assert_string_equal(config->redis_host, "localhost");
	assert_int_equal(config->redis_port, 6379);
	assert_null(config->redis_password);

	setenv("REDIS_URL", "unix://:pw@/run/r.sock?db=2", 1);
	config = read_well(*state);
	assert_null(config->redis_host);
	assert_string_equal(config->redis_socket, "/run/r.sock");
	assert_int_equal(config->redis_db, 2);
	assert_string_equal(config->redis_password, "pw");

	setenv("REDIS_PORT", "7001", 1);
	config = read_well(*state);
	assert_string_equal(config->redis_host, "localhost");
	assert_int_equal(config->redis_port, 7001);
	assert_null(config->redis_socket);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_set_gives_the_defaults),
		TEST(the_environment_wins_over_the_file),
		TEST(a_named_file_replaces_the_one_here_and_must_exist),
		TEST(empty_counts_as_not_set),
		TEST(a_wrong_number_is_named_with_its_limits),
		TEST(seconds_may_have_a_fraction),
		TEST(levels_are_known_in_any_case),
		TEST(parts_of_the_database_win_over_its_url),
		TEST(a_wrong_url_is_refused_without_its_password),
		TEST(libpq_variables_of_the_file_reach_libpq),
		TEST(redis_is_found_by_parts_or_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

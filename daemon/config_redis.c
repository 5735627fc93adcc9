/*
 * config_redis.c
 *		The address of a Redis server as one URL.
 */
#include "config_redis.h"

#include "percent.h"

#include <stdlib.h>
#include <string.h>

static bool take_login(char **at, Config *config);
static bool take_host(char *authority, Config *config);
static bool read_whole(const char *text, int maximum, int *number);

Status
config_redis_parse_url(Arena *arena, const char *url, Config *config,
                       Error *error)
{
	bool is_socket = strncmp(url, "unix://", 7) == 0;
	bool is_right;
	const char *db;
	char *at;

	if (!is_socket && strncmp(url, "redis://", 8) != 0)
		return error_set(error,
		                 STATUS_INVALID,
		                 "REDIS_URL: does not begin with redis:// or unix://");
	at = arena_copy_text(arena, url + (is_socket ? 7 : 8));
	config->redis_port = 6379;
	is_right = take_login(&at, config);
	if (is_right && is_socket)
	{
		char *query = strchr(at, '?');

		if (query)
			*query++ = '\0';
		is_right = *at == '/' && percent_decode(at) &&
		           (query == NULL || strncmp(query, "db=", 3) == 0);
		config->redis_socket = at;
		db = is_right && query ? query + 3 : "";
	}
	else
	{
		char *path = strchr(at, '/');

		if (path)
			*path++ = '\0';
		is_right = is_right && take_host(at, config);
		db = path ? path : "";
	}
	if (is_right && *db)
		is_right = read_whole(db, 1 << 20, &config->redis_db);
	if (!is_right)
		return error_set(error,
		                 STATUS_INVALID,
		                 "REDIS_URL: is not of the form "
		                 "redis://[[user]:password@]host[:port][/db]");
	config->has_redis = true;
	return STATUS_OK;
}

/* Moves *at behind "user:password@", where that stands. */
static bool
take_login(char **at, Config *config)
{
	char *end = strrchr(*at, '@');
	char *user = *at;
	char *password;

	if (end == NULL)
		return true;
	*end = '\0';
	*at = end + 1;
	password = strchr(user, ':');
	if (password == NULL)
		return false;
	*password++ = '\0';
	if (!percent_decode(user) || !percent_decode(password))
		return false;
	config->redis_user = *user ? user : NULL;
	config->redis_password = *password ? password : NULL;
	return true;
}

/* "host", "host:port" or "[v6 address]:port". */
static bool
take_host(char *authority, Config *config)
{
	char *host = authority;
	char *port;

	if (*host == '[')
	{
		char *end = strchr(++host, ']');

		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return false;
		*end = '\0';
		port = end[1] == ':' ? end + 2 : NULL;
	}
	else
	{
		port = strchr(host, ':');
		if (port)
			*port++ = '\0';
	}
	if (!percent_decode(host))
		return false;
	config->redis_host = *host ? host : "localhost";
	return port == NULL || (read_whole(port, 65535, &config->redis_port) &&
	                        config->redis_port > 0);
}

static bool
read_whole(const char *text, int maximum, int *number)
{
	size_t length = strlen(text);
	long value;

	if (length == 0 || length > 9 || strspn(text, "0123456789") != length)
		return false;
	value = strtol(text, NULL, 10);
	*number = (int) value;
	return value <= maximum;
}

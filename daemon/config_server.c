/*
 * config_server.c
 *		The two servers, which are named by several variables or one address.
 */
#include "config_server.h"

#include "config_redis.h"

#include <libpq-fe.h>

static Status
read_database_url(const ConfigSource *source, Config *config, Error *error);
static Status
read_redis_parts(const ConfigSource *source, Config *config, Error *error);

Status
config_server_read_database(const ConfigSource *source, Config *config,
                            Error *error)
{
	static const struct
	{
		const char *name;
		const char *keyword;
	} parts[] = {
		{"POSTGRES_HOST", "host"},
		{"POSTGRES_PORT", "port"},
		{"POSTGRES_DB", "dbname"},
		{"POSTGRES_USER", "user"},
		{"POSTGRES_PASSWORD", "password"},
	};
	static const ConfigSetting port = {.name = "POSTGRES_PORT",
	                                   .kind = CONFIG_WHOLE,
	                                   .minimum = 1,
	                                   .maximum = 65535};
	int count = 0;
	const char *text = config_source_find(source, port.name);
	double number;

	if (text &&
	    config_setting_read_number(&port, text, &number, error) != STATUS_OK)
		return error->status;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		const char *value = config_source_find(source, parts[i].name);

		if (value == NULL)
			continue;
		config->database_keywords[count] = parts[i].keyword;
		config->database_values[count++] =
			arena_copy_text(source->arena, value);
	}
	return count > 0 ? STATUS_OK : read_database_url(source, config, error);
}

static Status
read_database_url(const ConfigSource *source, Config *config, Error *error)
{
	const char *url = config_source_find(source, "DATABASE_URL");
	PQconninfoOption *options;

	if (url == NULL)
		return STATUS_OK;
	/* libpq's own message would quote the URL, and with it the password. */
	options = PQconninfoParse(url, NULL);
	if (options == NULL)
		return error_set(error,
		                 STATUS_INVALID,
		                 "DATABASE_URL: is not a connection string or URI "
		                 "that libpq understands");
	PQconninfoFree(options);
	config->database_keywords[0] = "dbname";
	config->database_values[0] = arena_copy_text(source->arena, url);
	return STATUS_OK;
}

Status
config_server_read_redis(const ConfigSource *source, Config *config,
                         Error *error)
{
	static const char *const parts[] = {
		"REDIS_HOST", "REDIS_PORT", "REDIS_DB", "REDIS_PASSWORD"};
	const char *url = config_source_find(source, "REDIS_URL");

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		if (config_source_find(source, parts[i]))
			return read_redis_parts(source, config, error);
	}
	if (url == NULL)
		return STATUS_OK;
	return config_redis_parse_url(source->arena, url, config, error);
}

static Status
read_redis_parts(const ConfigSource *source, Config *config, Error *error)
{
	static const ConfigSetting parts[] = {
		TEXT("REDIS_HOST", "localhost", redis_host),
		WHOLE("REDIS_PORT", "6379", redis_port, 1, 65535),
		WHOLE("REDIS_DB", "0", redis_db, 0, 1 << 20),
		TEXT("REDIS_PASSWORD", NULL, redis_password),
	};
	Status status = STATUS_OK;

	for (size_t i = 0;
	     status == STATUS_OK && i < sizeof(parts) / sizeof(parts[0]);
	     i++)
		status = config_setting_read(source, &parts[i], config, error);
	config->has_redis = status == STATUS_OK;
	return status;
}

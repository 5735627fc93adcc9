/*
 * config.c
 *		What the daemon was told: the environment, then a `.env` file.
 *
 * One table says for each variable how it is read and where it goes.  The two
 * servers, which are named by several variables or one address, have a
 * function each.
 */
#include "config.h"

#include "config_redis.h"
#include "env_file.h"
#include "runner_level.h"

#include <libpq-fe.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct Source
{
	Arena *arena;
	const EnvFile *file; /* NULL: there is none */
} Source;

typedef enum SettingKind
{
	SETTING_TEXT,
	SETTING_WHOLE,   /* a whole number */
	SETTING_SECONDS, /* a number, may have a fraction */
	SETTING_LOG_LEVEL,
	SETTING_SANDBOX
} SettingKind;

typedef struct Setting
{
	const char *name;
	const char *fallback; /* NULL: none */
	SettingKind kind;
	size_t offset; /* in Config */
	int minimum;
	int maximum;
} Setting;

#define WEEK (7 * 24 * 3600)

/* Rows of a settings table; field is one of Config. */
#define TEXT(name, fallback, field)                                 \
	{                                                               \
		name, fallback, SETTING_TEXT, offsetof(Config, field), 0, 0 \
	}
#define WHOLE(name, fallback, field, minimum, maximum)                   \
	{                                                                    \
		name, fallback, SETTING_WHOLE, offsetof(Config, field), minimum, \
			maximum                                                      \
	}
#define SECONDS(name, fallback, field, minimum, maximum)                   \
	{                                                                      \
		name, fallback, SETTING_SECONDS, offsetof(Config, field), minimum, \
			maximum                                                        \
	}
#define LEVEL(name, fallback, field)                                     \
	{                                                                    \
		name, fallback, SETTING_LOG_LEVEL, offsetof(Config, field), 0, 0 \
	}

#define SANDBOX(name, fallback, field)                                 \
	{                                                                  \
		name, fallback, SETTING_SANDBOX, offsetof(Config, field), 0, 0 \
	}

static const Setting settings[] = {
	TEXT("MCP_API_HOST", "127.0.0.1", api_host),
	WHOLE("MCP_API_PORT", "8000", api_port, 0, 65535),
	TEXT("MCP_API_KEY", NULL, api_key),
	TEXT("MCP_CORS_ORIGINS", NULL, cors_origins),
	WHOLE("MCP_REQUIRE_IF_MATCH", "0", requires_if_match, 0, 1),
	TEXT("MCP_JWT_ALGORITHM", NULL, jwt_algorithm),
	TEXT("MCP_JWT_SECRET", NULL, jwt_secret),
	TEXT("MCP_JWT_JWKS_FILE", NULL, jwt_jwks_file),
	TEXT("MCP_JWT_AUDIENCE", NULL, jwt_audience),
	TEXT("MCP_JWT_ISSUER", NULL, jwt_issuer),
	TEXT("MCP_JWT_ROLE_CLAIM", "role", jwt_role_claim),
	WHOLE("MCP_API_MAX_BODY", "16777216", api_max_body, 1024, 1 << 30),
	WHOLE("MCP_API_CONNECTIONS", "4000", api_connections, 1, 100000),
	SECONDS("MCP_API_HEARTBEAT", "15", api_heartbeat, 1, 50),
	LEVEL("MCP_LOG_LEVEL", "INFO", log_level),
	WHOLE("MCP_DB_CONNECTIONS", "2", database_connections, 1, 64),
	WHOLE("MCP_DB_TIMEOUT", "30", statement_timeout, 1, 3600),
	TEXT("MCP_SCRIPTS_DIR", NULL, scripts_dir),
	TEXT("MCP_NOTEBOOKS_DIR", NULL, notebooks_dir),
	TEXT("MCP_WORK_DIR", "/tmp", work_dir),
	TEXT("MCP_PYTHON", "/usr/bin/python3", python),
	SANDBOX("MCP_SANDBOX", "standard", sandbox_level),
	WHOLE("MCP_SANDBOX_MEMORY", "1024", sandbox_memory, 64, 1 << 20),
	WHOLE("MCP_SANDBOX_DISK", "256", sandbox_disk, 1, 1 << 20),
	WHOLE("MCP_SANDBOX_PROCESSES", "64", sandbox_processes, 1, 32768),
	SECONDS("MCP_DEFAULT_TIMEOUT", "600", default_timeout, 1, WEEK),
	WHOLE("MCP_MAX_RETRIES", "3", max_retries, 0, 100),
	SECONDS("MCP_RETRY_DELAY", "1", retry_delay, 0, 3600),
	SECONDS("MCP_TOKEN_INTERVAL", "0.15", token_interval, 0, 3600),
	TEXT("MCP_SECRET_KEY", NULL, secret_key),
	TEXT("MCP_SECRET_KEY_FILE", NULL, secret_key_file),
	TEXT("MCP_DEFAULT_MODEL", NULL, default_model),
	TEXT("ANTHROPIC_API_KEY", NULL, anthropic_key),
	TEXT("ANTHROPIC_BASE_URL", "https://api.anthropic.com", anthropic_url),
	TEXT("OPENAI_API_KEY", NULL, openai_key),
	TEXT("OPENAI_BASE_URL", "https://api.openai.com/v1", openai_url),
	TEXT("MCP_WORKER_NAME", NULL, worker_name),
	TEXT("MCP_WORKER_QUEUES", "default", queues),
	WHOLE("MCP_WORKER_SLOTS", "8", worker_slots, 0, 10000),
	SECONDS("MCP_DRAIN_TIMEOUT", "10", drain_timeout, 0, WEEK),
};

static Status open_source(const char *path, Source *source, Error *error);
static const char *find(const Source *source, const char *name);
static Status read_setting(const Source *source, const Setting *setting,
                           Config *config, Error *error);
static Status read_number(const Setting *setting, const char *text,
                          double *number, Error *error);
static Status read_database(const Source *source, Config *config, Error *error);
static Status
read_database_url(const Source *source, Config *config, Error *error);
static Status read_redis(const Source *source, Config *config, Error *error);
static Status
read_redis_parts(const Source *source, Config *config, Error *error);

Status
config_read(Arena *arena, const char *env_file, Config *config, Error *error)
{
	Source source = {.arena = arena};
	Status status = open_source(env_file, &source, error);

	memset(config, 0, sizeof(*config));
	for (size_t i = 0;
	     status == STATUS_OK && i < sizeof(settings) / sizeof(settings[0]);
	     i++)
		status = read_setting(&source, &settings[i], config, error);
	config->has_openai_url = find(&source, "OPENAI_BASE_URL") != NULL;
	if (status == STATUS_OK)
		status = read_database(&source, config, error);
	if (status == STATUS_OK)
		status = read_redis(&source, config, error);
	return status;
}

static Status
open_source(const char *path, Source *source, Error *error)
{
	EnvFile *file = NULL;
	Status status =
		env_file_read(source->arena, path ? path : ".env", &file, error);
	const char *name;

	if (status == STATUS_NOT_FOUND && path == NULL)
		return STATUS_OK;
	if (status != STATUS_OK)
		return status;
	source->file = file;
	for (int i = 0; (name = env_file_name(file, i)) != NULL; i++)
	{
		if (strncmp(name, "PG", 2) == 0)
			setenv(name, env_file_find(file, name), 0);
	}
	return STATUS_OK;
}

/* NULL also where it is set to nothing, as compose files like to do. */
static const char *
find(const Source *source, const char *name)
{
	const char *value = getenv(name);

	if (value == NULL && source->file)
		value = env_file_find(source->file, name);
	return value && *value ? value : NULL;
}

static Status
read_setting(const Source *source, const Setting *setting, Config *config,
             Error *error)
{
	char *target = (char *) config + setting->offset;
	const char *text = find(source, setting->name);
	double number;
	Status status;

	if (text == NULL)
		text = setting->fallback;
	if (text == NULL)
		return STATUS_OK;
	switch (setting->kind)
	{
		case SETTING_TEXT:
			text = arena_copy_text(source->arena, text);
			memcpy(target, &text, sizeof(text));
			return STATUS_OK;
		case SETTING_LOG_LEVEL:
			if (log_parse_level(text, &config->log_level))
				return STATUS_OK;
			return error_set(error,
			                 STATUS_INVALID,
			                 "%s: \"%s\" is not DEBUG, INFO, WARNING or ERROR",
			                 setting->name,
			                 text);
		case SETTING_SANDBOX:
			if (runner_level_parse(text, &config->sandbox_level))
				return STATUS_OK;
			return error_set(error,
			                 STATUS_INVALID,
			                 "%s: \"%s\" is not basic or standard",
			                 setting->name,
			                 text);
		case SETTING_WHOLE:
		case SETTING_SECONDS:
			break;
	}
	status = read_number(setting, text, &number, error);
	if (status != STATUS_OK)
		return status;
	if (setting->kind == SETTING_WHOLE)
	{
		int whole = (int) number;

		memcpy(target, &whole, sizeof(whole));
	}
	else
		memcpy(target, &number, sizeof(number));
	return STATUS_OK;
}

static Status
read_number(const Setting *setting, const char *text, double *number,
            Error *error)
{
	bool is_whole = setting->kind == SETTING_WHOLE;
	const char *allowed = is_whole ? "0123456789" : "0123456789.";
	char *end;

	/* strtod alone would also take "inf", "0x1p3" and blanks. */
	*number = strtod(text, &end);
	if (strspn(text, allowed) == strlen(text) && end != text && *end == '\0' &&
	    *number >= setting->minimum && *number <= setting->maximum)
		return STATUS_OK;
	return error_set(error,
	                 STATUS_INVALID,
	                 "%s: \"%s\" is not a %s from %d to %d",
	                 setting->name,
	                 text,
	                 is_whole ? "whole number" : "number of seconds",
	                 setting->minimum,
	                 setting->maximum);
}

static Status
read_database(const Source *source, Config *config, Error *error)
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
	static const Setting port = {.name = "POSTGRES_PORT",
	                             .kind = SETTING_WHOLE,
	                             .minimum = 1,
	                             .maximum = 65535};
	int count = 0;
	const char *text = find(source, port.name);
	double number;

	if (text && read_number(&port, text, &number, error) != STATUS_OK)
		return error->status;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		const char *value = find(source, parts[i].name);

		if (value == NULL)
			continue;
		config->database_keywords[count] = parts[i].keyword;
		config->database_values[count++] =
			arena_copy_text(source->arena, value);
	}
	return count > 0 ? STATUS_OK : read_database_url(source, config, error);
}

static Status
read_database_url(const Source *source, Config *config, Error *error)
{
	const char *url = find(source, "DATABASE_URL");
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

static Status
read_redis(const Source *source, Config *config, Error *error)
{
	static const char *const parts[] = {
		"REDIS_HOST", "REDIS_PORT", "REDIS_DB", "REDIS_PASSWORD"};
	const char *url = find(source, "REDIS_URL");

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
	{
		if (find(source, parts[i]))
			return read_redis_parts(source, config, error);
	}
	if (url == NULL)
		return STATUS_OK;
	return config_redis_parse_url(source->arena, url, config, error);
}

static Status
read_redis_parts(const Source *source, Config *config, Error *error)
{
	static const Setting parts[] = {
		TEXT("REDIS_HOST", "localhost", redis_host),
		WHOLE("REDIS_PORT", "6379", redis_port, 1, 65535),
		WHOLE("REDIS_DB", "0", redis_db, 0, 1 << 20),
		TEXT("REDIS_PASSWORD", NULL, redis_password),
	};
	Status status = STATUS_OK;

	for (size_t i = 0;
	     status == STATUS_OK && i < sizeof(parts) / sizeof(parts[0]);
	     i++)
		status = read_setting(source, &parts[i], config, error);
	config->has_redis = status == STATUS_OK;
	return status;
}

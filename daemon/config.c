/*
 * config.c
 *		What the daemon was told: the environment, then a `.env` file.
 *
 * One table says for each variable how it is read and where it goes.
 */
#include "config.h"

#include "config_server.h"
#include "config_setting.h"

#include <string.h>

static const ConfigSetting settings[] = {
	TEXT("MCP_API_HOST", "127.0.0.1", api_host),
	WHOLE("MCP_API_PORT", "8000", api_port, 0, 65535),
	WHOLE("MCP_API_SHARE_PORT", "0", api_shares_port, 0, 1),
	TEXT("MCP_API_KEY", NULL, api_key),
	TEXT("MCP_TOKEN_KEY_FILE", NULL, token_key_file),
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
	SECONDS("MCP_API_READ_TIMEOUT", "10", api_read_timeout, 1, 600),
	SECONDS("MCP_API_HEARTBEAT", "15", api_heartbeat, 1, 50),
	WHOLE("MCP_CACHE_MEMORY", "64", cache_memory, 0, 1 << 20),
	WHOLE("MCP_CACHE_TTL", "3600", cache_ttl, 1, 30 * 24 * 3600),
	WHOLE("MCP_RATE_LIMIT_KEY", "0", rate_key, 0, 1000000000),
	WHOLE("MCP_RATE_LIMIT_ADDRESS", "0", rate_address, 0, 1000000000),
	WHOLE("MCP_RATE_LIMIT_PERIOD", "60", rate_period, 1, 24 * 3600),
	LEVEL("MCP_LOG_LEVEL", "INFO", log_level),
	FORMAT("MCP_LOG_FORMAT", "text", log_format),
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
	TEXT("OTEL_EXPORTER_OTLP_ENDPOINT", NULL, traces_endpoint),
	TEXT("OTEL_EXPORTER_OTLP_HEADERS", NULL, traces_headers),
	TEXT("OTEL_SERVICE_NAME", "mcpd", traces_service),
	TEXT("MCP_WORKER_NAME", NULL, worker_name),
	TEXT("MCP_WORKER_QUEUES", "default", queues),
	WHOLE("MCP_WORKER_SLOTS", "8", worker_slots, 0, 10000),
	SECONDS("MCP_DRAIN_TIMEOUT", "10", drain_timeout, 0, WEEK),
};

Status
config_read(Arena *arena, const char *env_file, Config *config, Error *error)
{
	ConfigSource source;
	Status status = config_source_open(arena, env_file, &source, error);

	memset(config, 0, sizeof(*config));
	for (size_t i = 0;
	     status == STATUS_OK && i < sizeof(settings) / sizeof(settings[0]);
	     i++)
		status = config_setting_read(&source, &settings[i], config, error);
	config->has_openai_url =
		config_source_find(&source, "OPENAI_BASE_URL") != NULL;
	if (status == STATUS_OK)
		status = config_server_read_database(&source, config, error);
	if (status == STATUS_OK)
		status = config_server_read_redis(&source, config, error);
	return status;
}

void
config_compare(const Config *left, const Config *right,
               void (*tell)(void *context, const char *name), void *context)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
	{
		if (!config_setting_is_same(&settings[i], left, right))
			tell(context, settings[i].name);
	}
}

/*
 * reload.c
 *		Settings read anew by a daemon that runs, on SIGHUP.
 */
#include "reload.h"

#include "log.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

struct Reload
{
	const char *env_file;
	const Config *first; /* what the daemon was started with */
	Auth *auth;
	Arena *arena; /* of the settings that were read last; NULL: none yet */
};

static void tell_unchanged(void *context, const char *name);
static bool is_taken_over(const char *name);

Reload *
reload_create(const char *env_file, const Config *config, Auth *auth)
{
	Reload *reload = memory_alloc(sizeof(*reload));

	reload->env_file = env_file;
	reload->first = config;
	reload->auth = auth;
	return reload;
}

void
reload_destroy(Reload *reload)
{
	if (reload == NULL)
		return;
	if (reload->arena)
		arena_destroy(reload->arena);
	free(reload);
}

void
reload_now(void *context)
{
	Reload *reload = context;
	Arena *arena = arena_create();
	Config config;
	JwtIssuer *issuer = NULL;
	Error error;

	if (config_read(arena, reload->env_file, &config, &error) != STATUS_OK ||
	    reload_open_issuer(&config, &issuer, &error) != STATUS_OK)
	{
		log_failure("settings are left as they were", &error);
		arena_destroy(arena);
		return;
	}
	log_set_level(config.log_level);
	log_set_format(config.log_format);
	/* The issuer's texts are in the arena: the old one goes after it. */
	auth_set_issuer(reload->auth, issuer);
	if (reload->arena)
		arena_destroy(reload->arena);
	reload->arena = arena;
	log_info("settings are read anew", NULL);
	config_compare(reload->first, &config, tell_unchanged, NULL);
}

Status
reload_open_issuer(const Config *config, JwtIssuer **issuer, Error *error)
{
	const JwtSettings settings = {.algorithm = config->jwt_algorithm,
	                              .secret = config->jwt_secret,
	                              .jwks_file = config->jwt_jwks_file,
	                              .audience = config->jwt_audience,
	                              .issuer = config->jwt_issuer,
	                              .role_claim = config->jwt_role_claim};

	*issuer = NULL;
	if (settings.algorithm == NULL)
		return STATUS_OK;
	return jwt_issuer_create(&settings, issuer, error);
}

static void
tell_unchanged(void *context, const char *name)
{
	(void) context;
	if (!is_taken_over(name))
		log_warning("a setting has changed that needs a restart",
		            LOG_FIELDS(log_text("setting", name)));
}

static bool
is_taken_over(const char *name)
{
	return strncmp(name, "MCP_LOG_", strlen("MCP_LOG_")) == 0 ||
	       strncmp(name, "MCP_JWT_", strlen("MCP_JWT_")) == 0;
}

/*
 * settings.h
 *		Where mcp is and who asks: the environment, then the file of --env-file.
 *
 * No `.env` is read unasked: a folder that somebody else filled must not say
 * where a key is sent to.  A key comes from a variable or a file that nobody
 * else can read, never from the command line, where every user sees it.
 */
#ifndef MCPCTL_SETTINGS_H
#define MCPCTL_SETTINGS_H

#include "config.h"

#include <stdbool.h>

typedef struct Settings
{
	const char *url;        /* without a "/" at its end */
	const char *key;        /* NULL: none was found */
	const char *key_source; /* "MCPCTL_API_KEY", the path of a file; NULL */
	const char *ca_file;    /* NULL: those that the system trusts */
	bool is_direct;         /* by libpq, not HTTP */
	bool has_database;      /* somebody said where the database is */
	Config config;          /* the database's whereabouts */
} Settings;

/* What the command line said; NULL: nothing. */
typedef struct SettingsGiven
{
	const char *url;
	const char *key_file;
	const char *env_file;
	bool is_direct;
} SettingsGiven;

/* The message of an error quotes no value that may be a secret. */
extern Status settings_read(Arena *arena, const SettingsGiven *given,
                            Settings *settings, Error *error) MUST_CHECK;

#endif

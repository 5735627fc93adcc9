/*
 * settings.c
 *		Where mcp is and who asks: the environment, then the file of --env-file.
 */
#include "settings.h"

#include "env_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than any key has. */
#define LONGEST_KEY 4096

typedef struct Source
{
	Arena *arena;
	const EnvFile *file; /* NULL: none */
} Source;

static const char *find(const Source *source, const char *name);
static void
read_url(const Source *source, const SettingsGiven *given, Settings *settings);
static Status read_key(const Source *source, const SettingsGiven *given,
                       Settings *settings, Error *error);
static const char *find_key_file(const Source *source);
static Status
read_key_file(Arena *arena, const char *path, const char **key, Error *error);
static Status check_key_file(int file, const char *path, Error *error);
static bool knows_database(const Source *source);

Status
settings_read(Arena *arena, const SettingsGiven *given, Settings *settings,
              Error *error)
{
	const char *path = given->env_file ? given->env_file : "/dev/null";
	Source source = {.arena = arena};
	EnvFile *file = NULL;
	Status status;

	memset(settings, 0, sizeof(*settings));
	status = env_file_read(arena, path, &file, error);
	if (status == STATUS_OK)
		status = config_read(arena, path, &settings->config, error);
	if (status != STATUS_OK)
		return status;
	source.file = file;
	settings->is_direct = given->is_direct;
	settings->has_database = knows_database(&source);
	settings->ca_file = find(&source, "MCPCTL_CA_FILE");
	read_url(&source, given, settings);
	return settings->is_direct ? STATUS_OK
	                           : read_key(&source, given, settings, error);
}

static const char *
find(const Source *source, const char *name)
{
	const char *value = getenv(name);

	if ((value == NULL || *value == '\0') && source->file)
		value = env_file_find(source->file, name);
	return value && *value ? value : NULL;
}

/* The daemon's own settings are the last resort: on its machine they do. */
static void
read_url(const Source *source, const SettingsGiven *given, Settings *settings)
{
	static const char *const names[] = {
		"MCPCTL_URL", "MCP_URL", "MCP_BASE_URL"};
	const Config *config = &settings->config;
	const char *url = given->url;
	char *copy;

	for (size_t i = 0; url == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		url = find(source, names[i]);
	if (url == NULL)
		url = arena_print(source->arena,
		                  strchr(config->api_host, ':') ? "http://[%s]:%d"
		                                                : "http://%s:%d",
		                  config->api_host,
		                  config->api_port);
	if (strstr(url, "://") == NULL)
		url = arena_print(source->arena, "http://%s", url);
	copy = arena_copy_text(source->arena, url);
	for (size_t end = strlen(copy); end > 0 && copy[end - 1] == '/'; end--)
		copy[end - 1] = '\0';
	settings->url = copy;
}

static Status
read_key(const Source *source, const SettingsGiven *given, Settings *settings,
         Error *error)
{
	const char *path = given->key_file;

	if (path == NULL)
	{
		settings->key = find(source, "MCPCTL_API_KEY");
		settings->key_source = "MCPCTL_API_KEY";
		if (settings->key)
			return STATUS_OK;
		path = find_key_file(source);
	}
	if (path)
	{
		settings->key_source = path;
		return read_key_file(source->arena, path, &settings->key, error);
	}
	settings->key = find(source, "MCP_API_KEY");
	settings->key_source = settings->key ? "MCP_API_KEY" : NULL;
	return STATUS_OK;
}

/* The one in the user's own folder need not be there. */
static const char *
find_key_file(const Source *source)
{
	const char *path = find(source, "MCPCTL_KEY_FILE");
	const char *folder = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (path)
		return path;
	if (folder && *folder == '/')
		path = arena_print(source->arena, "%s/mcpctl/key", folder);
	else if (home && *home == '/')
		path = arena_print(source->arena, "%s/.config/mcpctl/key", home);
	return path && access(path, F_OK) == 0 ? path : NULL;
}

static Status
read_key_file(Arena *arena, const char *path, const char **key, Error *error)
{
	char text[LONGEST_KEY + 1];
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t length;
	Status status;

	if (file < 0)
		return error_set(error,
		                 STATUS_INVALID,
		                 "the key file \"%s\" cannot be read: %s",
		                 path,
		                 strerror(errno));
	status = check_key_file(file, path, error);
	length = status == STATUS_OK ? read(file, text, LONGEST_KEY) : 0;
	close(file);
	if (status != STATUS_OK)
		return status;
	text[length > 0 ? length : 0] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	if (*text == '\0')
		return error_set(error,
		                 STATUS_INVALID,
		                 "the key file \"%s\" has no key in its first line",
		                 path);
	*key = arena_copy_text(arena, text);
	explicit_bzero(text, sizeof(text));
	return STATUS_OK;
}

/* As ssh has it: what others can read is no secret any more. */
static Status
check_key_file(int file, const char *path, Error *error)
{
	struct stat about;

	if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
		return error_set(
			error, STATUS_INVALID, "the key file \"%s\" is no file", path);
	if ((about.st_mode & 077) == 0 &&
	    (about.st_uid == geteuid() || about.st_uid == 0))
		return STATUS_OK;
	error_set(error,
	          STATUS_INVALID,
	          "the key file \"%s\" can be read by others",
	          path);
	error_copy_text(error->hint,
	                sizeof(error->hint),
	                "It must be yours, and of mode 0600: chmod 600 FILE; if "
	                "others were there, revoke the key.");
	return error->status;
}

static bool
knows_database(const Source *source)
{
	static const char *const names[] = {"POSTGRES_HOST",
	                                    "POSTGRES_PORT",
	                                    "POSTGRES_DB",
	                                    "POSTGRES_USER",
	                                    "DATABASE_URL",
	                                    "PGHOST",
	                                    "PGHOSTADDR",
	                                    "PGPORT",
	                                    "PGDATABASE",
	                                    "PGSERVICE"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (find(source, names[i]))
			return true;
	}
	return false;
}

/*
 * token_place.c
 *		Where the key of tokens lies, also when nobody says.
 */
#include "token_place.h"

#include "log.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *find_place(Arena *arena);
static const char *find_folder(Arena *arena);
static const char *find_home(void);
static bool is_absolute(const char *path);
static bool make_folders(char *path);

Status
token_place_read(const char *file, Arena *arena,
                 unsigned char key[TOKEN_KEY_BYTES], Error *error)
{
	if (file == NULL)
		file = find_place(arena);
	if (file)
		return token_key_read(file, key, error);
	log_warning("there is no folder for the key of tokens: they end with this "
	            "process, and no other daemon takes them; "
	            "MCP_TOKEN_KEY_FILE names a file",
	            NULL);
	return token_key_draw(key, error);
}

/* NULL: there is no folder that this user could keep it in. */
static const char *
find_place(Arena *arena)
{
	const char *folder = find_folder(arena);

	if (folder == NULL || !make_folders(arena_copy_text(arena, folder)) ||
	    access(folder, W_OK | X_OK) < 0)
		return NULL;
	return arena_print(arena, "%s/token.key", folder);
}

/* A unit may name several folders, between colons: the first is the program's. */
static const char *
find_folder(Arena *arena)
{
	const char *state = getenv("STATE_DIRECTORY");
	const char *home;

	if (is_absolute(state))
		return arena_copy(arena, state, strcspn(state, ":"));
	state = getenv("XDG_STATE_HOME");
	if (is_absolute(state))
		return arena_print(arena, "%s/mcpd", state);
	home = find_home();
	return home ? arena_print(arena, "%s/.local/state/mcpd", home) : NULL;
}

static const char *
find_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (is_absolute(home))
		return home;
	/* cppcheck-suppress getpwuidCalled ; at the start, in one thread */
	user = getpwuid(geteuid());
	return user && is_absolute(user->pw_dir) ? user->pw_dir : NULL;
}

static bool
is_absolute(const char *path)
{
	return path && path[0] == '/';
}

/* Those above it first; what is there already stays as it is. */
static bool
make_folders(char *path)
{
	for (char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/'))
	{
		*end = '\0';
		if (mkdir(path, 0700) < 0 && access(path, X_OK) < 0)
			return false;
		*end = '/';
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

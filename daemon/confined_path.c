/*
 * confined_path.c
 *		A path that somebody wrote, taken only below one directory.
 *
 * realpath() decides, not a search for "..": a link inside may lead outside.
 * Who can change the directory between this and the use of the file can also
 * write the file, so nothing is won by that.
 */
#include "confined_path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_below(const char *path, const char *directory);

Status
confined_path_resolve(const char *directory, const char *variable,
                      const char *path, Arena *arena, char **resolved,
                      Error *error)
{
	char root[PATH_MAX];
	char full[PATH_MAX];
	struct stat stat_buffer;

	if (directory == NULL)
		return error_set(error,
		                 STATUS_DENIED,
		                 "path \"%s\" is not allowed: %s is not set",
		                 path,
		                 variable);
	if (realpath(directory, root) == NULL)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "the directory of %s cannot be reached: %s",
		                 variable,
		                 strerror(errno));
	if (path[0] != '/')
		path = arena_print(arena, "%s/%s", root, path);
	if (realpath(path, full) == NULL)
		return error_set(error,
		                 STATUS_NOT_FOUND,
		                 "path \"%s\" cannot be reached: %s",
		                 path,
		                 strerror(errno));
	if (!is_below(full, root))
		return error_set(error,
		                 STATUS_DENIED,
		                 "path \"%s\" leads out of the directory of %s",
		                 path,
		                 variable);
	if (stat(full, &stat_buffer) < 0 || !S_ISREG(stat_buffer.st_mode))
		return error_set(
			error, STATUS_DENIED, "path \"%s\" is no regular file", path);
	*resolved = arena_copy_text(arena, full);
	return STATUS_OK;
}

static bool
is_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	/* Of "/" all is below; it is the only one that ends with a slash. */
	if (length == 1)
		return true;
	return strncmp(path, directory, length) == 0 && path[length] == '/';
}

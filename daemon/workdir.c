/*
 * workdir.c
 *		The directory of one step's attempt, 0700, removed when it is over.
 *
 * Removal never goes deeper than one level: what lies deeper is first moved up.
 * A walk down would need a descriptor or a stack frame for each level of a
 * tree that a step made as deep as it pleased.
 */
#include "workdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A pass over the directory brings what is in it one level up.  The bound is
 * for a process that was left behind and makes files faster than they go.
 */
#define MOST_PASSES 1000000

typedef struct Removal
{
	int root;
	unsigned int moved; /* names what is moved up */
} Removal;

static Status write_all(int fd, const char *bytes, size_t length, Error *error);
static Status
check_file(int fd, const char *name, size_t limit, size_t *size, Error *error);
static ssize_t read_all(int fd, char *bytes, size_t size);
static bool pass_over_root(Removal *removal, bool *is_empty);
static bool remove_from_root(Removal *removal, const char *name);
static bool empty_directory(Removal *removal, const char *name);
static bool move_up(Removal *removal, int directory, const char *name);
static bool remove_plain(int directory, const char *name);
static DIR *open_stream(int fd);
static int open_directory(int parent, const char *name);
static bool is_dot(const char *name);

Status
workdir_create(const char *parent, Arena *arena, char **path, Error *error)
{
	char root[PATH_MAX];
	char *made;

	/* Absolute, for what runs in it starts somewhere else. */
	if (realpath(parent, root) == NULL)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not reach the directory \"%s\": %s",
		                 parent,
		                 strerror(errno));
	made = arena_print(arena, "%s/mcp-XXXXXX", root);
	if (mkdtemp(made) == NULL)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make a work directory in \"%s\": %s",
		                 parent,
		                 strerror(errno));
	*path = made;
	return STATUS_OK;
}

Status
workdir_write(const char *path, const char *name, const char *bytes,
              size_t length, Error *error)
{
	Status status;
	char file[4096];
	int fd;

	snprintf(file, sizeof(file), "%s/%s", path, name);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make the file \"%s\": %s",
		                 name,
		                 strerror(errno));
	status = write_all(fd, bytes, length, error);
	if (close(fd) < 0 && status == STATUS_OK)
		status = error_set(error,
		                   STATUS_UNAVAILABLE,
		                   "could not write the file \"%s\": %s",
		                   name,
		                   strerror(errno));
	return status;
}

Status
workdir_read(const char *path, const char *name, size_t limit, Arena *arena,
             WorkdirFile *file, Error *error)
{
	char full[4096];
	size_t size = 0;
	ssize_t got;
	Status status;
	int fd;

	/* O_NONBLOCK, for opening a pipe would wait for somebody to write. */
	snprintf(full, sizeof(full), "%s/%s", path, name);
	fd = open(full, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return error_set(error, STATUS_NOT_FOUND, "no file \"%s\"", name);
	if (fd < 0)
		return error_set(error,
		                 STATUS_INVALID,
		                 "could not open the file \"%s\": %s",
		                 name,
		                 errno == ELOOP ? "it is a symbolic link"
		                                : strerror(errno));
	status = check_file(fd, name, limit, &size, error);
	if (status != STATUS_OK)
		goto done;
	file->bytes = arena_alloc(arena, size + 1);
	got = read_all(fd, file->bytes, size);
	if (got < 0)
		status = error_set(error,
		                   STATUS_INVALID,
		                   "could not read the file \"%s\": %s",
		                   name,
		                   strerror(errno));
	else
		file->length = (size_t) got;
done:
	close(fd);
	return status;
}

Status
workdir_remove(const char *path, Error *error)
{
	Removal removal = {.root = open_directory(AT_FDCWD, path)};
	Status status = STATUS_OK;
	bool is_empty = false;

	for (int i = 0; removal.root >= 0 && !is_empty && i < MOST_PASSES; i++)
	{
		if (!pass_over_root(&removal, &is_empty))
			break;
	}
	if (!is_empty || rmdir(path) < 0)
		status = error_set(error,
		                   STATUS_INTERNAL,
		                   "could not remove the work directory \"%s\": %s",
		                   path,
		                   strerror(errno));
	if (removal.root >= 0)
		close(removal.root);
	return status;
}

static Status
write_all(int fd, const char *bytes, size_t length, Error *error)
{
	while (length > 0)
	{
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return error_set(error,
			                 STATUS_UNAVAILABLE,
			                 "could not write to a work directory: %s",
			                 strerror(errno));
		bytes += written;
		length -= (size_t) written;
	}
	return STATUS_OK;
}

/* Looks at what was opened: whatever is done to the name since is in vain. */
static Status
check_file(int fd, const char *name, size_t limit, size_t *size, Error *error)
{
	struct stat stat;

	if (fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode))
		return error_set(
			error, STATUS_INVALID, "the file \"%s\" is no regular file", name);
	if (stat.st_size > (off_t) limit)
		return error_set(error,
		                 STATUS_INVALID,
		                 "the file \"%s\" has %lld bytes, more than the limit "
		                 "of %zu",
		                 name,
		                 (long long) stat.st_size,
		                 limit);
	*size = (size_t) stat.st_size;
	return STATUS_OK;
}

/* As many bytes as there are, at most size: the file may have been cut since. */
static ssize_t
read_all(int fd, char *bytes, size_t size)
{
	size_t done = 0;

	while (done < size)
	{
		ssize_t got = read(fd, bytes + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t) got;
	}
	return (ssize_t) done;
}

/* Returns false where it could neither remove nor move anything. */
static bool
pass_over_root(Removal *removal, bool *is_empty)
{
	DIR *stream = open_stream(open_directory(removal->root, "."));
	struct dirent *entry;
	bool is_moving = false;

	if (stream == NULL)
		return false;
	*is_empty = true;
	while ((entry = readdir(stream)) != NULL)
	{
		if (is_dot(entry->d_name))
			continue;
		*is_empty = false;
		if (remove_from_root(removal, entry->d_name))
			is_moving = true;
	}
	closedir(stream);
	return *is_empty || is_moving;
}

static bool
remove_from_root(Removal *removal, const char *name)
{
	return remove_plain(removal->root, name) || empty_directory(removal, name);
}

static bool
empty_directory(Removal *removal, const char *name)
{
	int fd = open_directory(removal->root, name);
	DIR *stream = open_stream(fd);
	struct dirent *entry;

	if (stream == NULL)
		return false;
	while ((entry = readdir(stream)) != NULL)
	{
		if (!is_dot(entry->d_name) && !remove_plain(fd, entry->d_name))
			move_up(removal, fd, entry->d_name);
	}
	closedir(stream);
	return remove_plain(removal->root, name);
}

/* Under a name that the root does not have: rename would replace what has it. */
static bool
move_up(Removal *removal, int directory, const char *name)
{
	char fresh[32];
	int fd = open_directory(directory, name);

	/* Opened for its mode only: what is moved must be writable, for its "..". */
	if (fd < 0)
		return false;
	close(fd);
	do
	{
		snprintf(fresh, sizeof(fresh), "mcp-%u", removal->moved++);
		if (renameat2(
				directory, name, removal->root, fresh, RENAME_NOREPLACE) == 0)
			return true;
	} while (errno == EEXIST);
	return false;
}

/* Anything but a directory that has something in it; a link itself. */
static bool
remove_plain(int directory, const char *name)
{
	return unlinkat(directory, name, 0) == 0 || errno == ENOENT ||
	       unlinkat(directory, name, AT_REMOVEDIR) == 0;
}

/* Takes fd, also where it fails. */
static DIR *
open_stream(int fd)
{
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (stream == NULL && fd >= 0)
		close(fd);
	return stream;
}

/*
 * Opens a directory that a step may have made unreadable.  By way of O_PATH,
 * because the mode of a name could be the mode of whatever a link under that
 * name leads to.
 */
static int
open_directory(int parent, const char *name)
{
	int path =
		openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char self[64];
	int fd;

	if (path < 0)
		return -1;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", path);
	chmod(self, 0700);
	fd = openat(path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(path);
	return fd;
}

static bool
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

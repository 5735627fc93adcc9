/*
 * sandbox_files.c
 *		Paths and small files in a root that is being put together.
 */
#include "sandbox_files.h"

#include "runner_wire.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static int
unpack_one(int bundle, off_t *at, int directory, const RunnerFile *head);
static int copy_bytes(int source, int target);

int
sandbox_files_make_parents(const char *path)
{
	char part[PATH_MAX];
	size_t length = strlen(path);

	if (length >= sizeof(part))
	{
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i < length; i++)
	{
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

int
sandbox_files_make_path(const char *path)
{
	if (sandbox_files_make_parents(path) < 0)
		return -1;
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -1 : 0;
}

int
sandbox_files_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	close(fd);
	return written < 0 ? -1 : 0;
}

int
sandbox_files_take(SandboxFiles *files, const char *directory)
{
	DIR *stream = opendir(directory);
	struct dirent *entry;

	if (stream == NULL)
		return errno == ENOENT ? 0 : -1;
	while ((entry = readdir(stream)) != NULL)
	{
		int place = files->count;

		if (entry->d_name[0] == '.')
			continue;
		if (place == SANDBOX_FILES_MOST)
			break;
		files->fds[place] = openat(
			dirfd(stream), entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (files->fds[place] < 0)
			break;
		memcpy(files->names[place], entry->d_name, strlen(entry->d_name) + 1);
		files->count++;
	}
	closedir(stream);
	if (entry && files->count == SANDBOX_FILES_MOST)
		errno = E2BIG;
	return entry ? -1 : 0;
}

void
sandbox_files_close(SandboxFiles *files)
{
	for (int i = 0; i < files->count; i++)
		close(files->fds[i]);
	files->count = 0;
}

int
sandbox_files_put(SandboxFiles *files, const char *directory)
{
	int to = open(directory, O_DIRECTORY | O_CLOEXEC);

	if (to < 0)
		return -1;
	for (int i = 0; i < files->count; i++)
	{
		int target = openat(
			to, files->names[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		if (target < 0 || copy_bytes(files->fds[i], target) < 0)
			return -1;
		close(target);
	}
	close(to);
	sandbox_files_close(files);
	return 0;
}

int
sandbox_files_unpack(int bundle, const char *directory)
{
	int to = open(directory, O_DIRECTORY | O_CLOEXEC);
	RunnerFile head;
	off_t at = 0;
	int status = to < 0 ? -1 : 0;

	while (status == 0 &&
	       pread(bundle, &head, sizeof(head), at) == (ssize_t) sizeof(head))
	{
		at += (off_t) sizeof(head);
		head.name[sizeof(head.name) - 1] = '\0';
		status = unpack_one(bundle, &at, to, &head);
	}
	if (to >= 0)
		close(to);
	return status;
}

/* *at is where its bytes are, and then where they end. */
static int
unpack_one(int bundle, off_t *at, int directory, const RunnerFile *head)
{
	off_t end = *at + (off_t) head->length;
	int target = openat(
		directory, head->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t moved = 1;

	if (target < 0)
		return -1;
	while (moved > 0 && *at < end)
		moved = sendfile(target, bundle, at, (size_t) (end - *at));
	close(target);
	return *at == end ? 0 : -1;
}

static int
copy_bytes(int source, int target)
{
	ssize_t moved;

	do
		moved = sendfile(target, source, NULL, INT_MAX);
	while (moved > 0);
	return moved < 0 ? -1 : 0;
}

/*
 * workdir.h
 *		The directory of one step's attempt, 0700, removed when it is over.
 *
 * Every verb blocks on the file system: call them where that may be, on a
 * thread of the pool.  What a step left there is hostile: links are never
 * followed, and depth, names and modes are whatever it liked.
 */
#ifndef MCPD_WORKDIR_H
#define MCPD_WORKDIR_H

#include "arena.h"
#include "status.h"

/* What a file holds; bytes is the arena's, with a NUL after them. */
typedef struct WorkdirFile
{
	char *bytes;
	size_t length;
} WorkdirFile;

/* Makes a directory below parent; *path is the arena's, set on success. */
extern Status workdir_create(const char *parent, Arena *arena, char **path,
                             Error *error) MUST_CHECK;

/* Makes the file name, which must not be there yet, with mode 0600. */
extern Status
workdir_write(const char *path, const char *name, const char *bytes,
              size_t length, Error *error) MUST_CHECK;

/*
 * Reads the regular file name of at most limit bytes.  STATUS_NOT_FOUND where
 * there is none, STATUS_INVALID where it is anything else than that: a link, a
 * pipe, too large.
 */
extern Status
workdir_read(const char *path, const char *name, size_t limit, Arena *arena,
             WorkdirFile *file, Error *error) MUST_CHECK;

/* Removes the directory and all below it, however deep. */
extern Status workdir_remove(const char *path, Error *error) MUST_CHECK;

#endif

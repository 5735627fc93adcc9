/*
 * confined_path.h
 *		A path that somebody wrote, taken only below one directory.
 */
#ifndef MCPD_CONFINED_PATH_H
#define MCPD_CONFINED_PATH_H

#include "arena.h"
#include "status.h"

/*
 * The regular file that path names, relative to directory or absolute, with
 * all links resolved, which must lie below directory, resolved as well.
 * variable is the setting that names the directory, for messages; directory
 * NULL: it is not set, and every path is refused.  STATUS_DENIED where the path
 * leads elsewhere, STATUS_NOT_FOUND where to nothing.  Blocks on the file
 * system.
 */
extern Status confined_path_resolve(const char *directory, const char *variable,
                                    const char *path, Arena *arena,
                                    char **resolved, Error *error) MUST_CHECK;

#endif

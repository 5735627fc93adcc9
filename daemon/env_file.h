/*
 * env_file.h
 *		The settings in a `.env` file: NAME=value, one to a line.
 *
 * What python-dotenv reads, the old service's reader: "export " before a name,
 * blank lines, comments, values bare, in 'single' quotes (only \\ and \' are
 * escapes) or in "double" quotes (also \n \r \t and so on), quotes that run
 * over lines, CR LF, a byte order mark.  "${NAME}" is not expanded: a password
 * may hold a dollar.
 */
#ifndef MCPD_ENV_FILE_H
#define MCPD_ENV_FILE_H

#include "arena.h"
#include "status.h"

typedef struct EnvFile EnvFile;

/*
 * Reads the file at path.  A file that does not exist is STATUS_NOT_FOUND; a
 * line that is no setting is STATUS_INVALID and named by its number only, for
 * it may hold a secret.
 */
extern Status env_file_read(Arena *arena, const char *path, EnvFile **file,
                            Error *error) MUST_CHECK;

/* The same from text in memory; path is for errors only. */
extern Status env_file_parse(Arena *arena, const char *path, const char *text,
                             EnvFile **file, Error *error) MUST_CHECK;

/* NULL where it is not set; where it is set twice, the last one counts. */
extern const char *env_file_find(const EnvFile *file, const char *name);

/* The settings in order of their lines: NULL past the last one. */
extern const char *env_file_name(const EnvFile *file, int index);

#endif

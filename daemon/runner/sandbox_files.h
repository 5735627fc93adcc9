/*
 * sandbox_files.h
 *		Paths and small files in a root that is being put together.
 */
#ifndef RUNNER_SANDBOX_FILES_H
#define RUNNER_SANDBOX_FILES_H

/* All return -1 with errno set. */

/* The directories above path, absolute or not. */
extern int sandbox_files_make_parents(const char *path);

/* The directory itself as well, open to nobody else. */
extern int sandbox_files_make_path(const char *path);

extern int sandbox_files_write(const char *path, const char *text);

#define SANDBOX_FILES_MOST 16

/* Plain files of a directory, open. */
typedef struct SandboxFiles
{
	char names[SANDBOX_FILES_MOST][256];
	int fds[SANDBOX_FILES_MOST];
	int count;
} SandboxFiles;

/* None where there is no such directory; E2BIG where there are more than that many; those it took are to be closed. */
extern int sandbox_files_take(SandboxFiles *files, const char *directory);
extern void sandbox_files_close(SandboxFiles *files);

/* Writes copies of them, and closes them. */
extern int sandbox_files_put(SandboxFiles *files, const char *directory);

/* The same of what was never in a directory: RunnerFiles, each with its bytes. */
extern int sandbox_files_unpack(int bundle, const char *directory);

#endif

/*
 * test_workdir.c
 *		Reading what a step left refuses tricks; removing it leaves nothing.
 *
 * needs: daemon/workdir.c daemon/arena.c daemon/memory.c daemon/status.c
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "workdir.h"

typedef struct Fixture
{
	Arena *arena;
	char *path;
} Fixture;

static int
set_up(void **state)
{
	Fixture *fixture = calloc(1, sizeof(*fixture));
	Error error;

	assert_non_null(fixture);
	fixture->arena = arena_create();
	*state = fixture;
	assert_int_equal(
		workdir_create("/tmp", fixture->arena, &fixture->path, &error),
		STATUS_OK);
	return 0;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;
	Error error;

	if (access(fixture->path, F_OK) == 0)
		assert_int_equal(workdir_remove(fixture->path, &error), STATUS_OK);
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

static char *
below(Fixture *fixture, const char *name)
{
	return arena_print(fixture->arena, "%s/%s", fixture->path, name);
}

static Status
read_out(Fixture *fixture, size_t limit)
{
	WorkdirFile file;
	Error error;

	return workdir_read(
		fixture->path, "out", limit, fixture->arena, &file, &error);
}

static void
a_file_is_read_as_written(void **state)
{
	Fixture *fixture = *state;
	WorkdirFile file;
	struct stat stat_;
	Error error;

	assert_int_equal(stat(fixture->path, &stat_), 0);
	assert_int_equal(stat_.st_mode & 07777, 0700);
	assert_int_equal(workdir_write(fixture->path, "out", "a\0b", 3, &error),
	                 STATUS_OK);
	assert_int_equal(stat(below(fixture, "out"), &stat_), 0);
	assert_int_equal(stat_.st_mode & 07777, 0600);
	assert_int_equal(
		workdir_read(fixture->path, "out", 3, fixture->arena, &file, &error),
		STATUS_OK);
	assert_int_equal(file.length, 3);
	assert_memory_equal(file.bytes, "a\0b", 4);
	assert_int_not_equal(workdir_write(fixture->path, "out", "x", 1, &error),
	                     STATUS_OK);
}

static void
a_missing_file_is_not_found(void **state)
{
	assert_int_equal(read_out(*state, 10), STATUS_NOT_FOUND);
}

static void
a_file_past_the_limit_is_refused(void **state)
{
	Fixture *fixture = *state;
	Error error;

	assert_int_equal(workdir_write(fixture->path, "out", "abcd", 4, &error),
	                 STATUS_OK);
	assert_int_equal(read_out(fixture, 3), STATUS_INVALID);
	assert_int_equal(truncate(below(fixture, "out"), (off_t) 1 << 40), 0);
	assert_int_equal(read_out(fixture, 1 << 20), STATUS_INVALID);
}

static void
a_link_is_not_followed(void **state)
{
	Fixture *fixture = *state;

	assert_int_equal(symlink("/etc/passwd", below(fixture, "out")), 0);
	assert_int_equal(read_out(fixture, 1 << 20), STATUS_INVALID);
}

static void
what_is_no_regular_file_is_refused_at_once(void **state)
{
	Fixture *fixture = *state;

	assert_int_equal(mkfifo(below(fixture, "out"), 0600), 0);
	assert_int_equal(read_out(fixture, 10), STATUS_INVALID);
	assert_int_equal(unlink(below(fixture, "out")), 0);
	assert_int_equal(mkdir(below(fixture, "out"), 0700), 0);
	assert_int_equal(read_out(fixture, 10), STATUS_INVALID);
}

static void
removal_takes_all_and_follows_no_link(void **state)
{
	Fixture *fixture = *state;
	char *victim = arena_print(fixture->arena, "%s-victim", fixture->path);
	char *kept = arena_print(fixture->arena, "%s/kept", victim);
	Error error;
	int fd;

	assert_int_equal(mkdir(victim, 0500), 0);
	assert_int_equal(chmod(victim, 0700), 0);
	fd = open(kept, O_CREAT | O_WRONLY | O_CLOEXEC, 0400);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(mkdir(below(fixture, "a"), 0700), 0);
	assert_int_equal(mkdir(below(fixture, "a/mcp-0"), 0700), 0);
	assert_int_equal(mkdir(below(fixture, "mcp-0"), 0700), 0);
	assert_int_equal(mkdir(below(fixture, "a/b"), 0700), 0);
	assert_int_equal(symlink(victim, below(fixture, "a/b/link")), 0);
	assert_int_equal(symlink(victim, below(fixture, "link")), 0);
	assert_int_equal(mkfifo(below(fixture, "a/b/pipe"), 0), 0);
	assert_int_equal(chmod(below(fixture, "a/b"), 0), 0);
	assert_int_equal(chmod(below(fixture, "a"), 0), 0);
	assert_int_equal(workdir_remove(fixture->path, &error), STATUS_OK);
	assert_int_equal(access(fixture->path, F_OK), -1);
	assert_int_equal(access(kept, F_OK), 0);
	assert_int_equal(unlink(kept), 0);
	assert_int_equal(rmdir(victim), 0);
}

/* Far deeper than a path can say, or descriptors could hold. */
static void
depth_does_not_stop_removal(void **state)
{
	Fixture *fixture = *state;
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	Error error;

	assert_true(here >= 0);
	assert_int_equal(chdir(fixture->path), 0);
	for (int i = 0; i < 5000; i++)
	{
		assert_int_equal(mkdir("deep", 0700), 0);
		assert_int_equal(chdir("deep"), 0);
	}
	assert_int_equal(fchdir(here), 0);
	close(here);
	assert_int_equal(workdir_remove(fixture->path, &error), STATUS_OK);
	assert_int_equal(access(fixture->path, F_OK), -1);
}

static void
a_missing_parent_cannot_be_reached(void **state)
{
	Fixture *fixture = *state;
	char *path;
	Error error;

	assert_int_equal(
		workdir_create(below(fixture, "no"), fixture->arena, &path, &error),
		STATUS_UNAVAILABLE);
	assert_non_null(strstr(error.message, "could not reach"));
}

static void
a_directory_cannot_be_made_in_a_file(void **state)
{
	Fixture *fixture = *state;
	char *path;
	Error error;

	assert_int_equal(workdir_write(fixture->path, "file", "1", 1, &error),
	                 STATUS_OK);
	assert_int_equal(
		workdir_create(below(fixture, "file"), fixture->arena, &path, &error),
		STATUS_UNAVAILABLE);
	assert_non_null(strstr(error.message, "could not make"));
}

#define IN_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(a_file_is_read_as_written),
		IN_DIRECTORY(a_missing_file_is_not_found),
		IN_DIRECTORY(a_file_past_the_limit_is_refused),
		IN_DIRECTORY(a_link_is_not_followed),
		IN_DIRECTORY(what_is_no_regular_file_is_refused_at_once),
		IN_DIRECTORY(removal_takes_all_and_follows_no_link),
		IN_DIRECTORY(depth_does_not_stop_removal),
		IN_DIRECTORY(a_missing_parent_cannot_be_reached),
		IN_DIRECTORY(a_directory_cannot_be_made_in_a_file),
	};

	return cmocka_run_group_tests_name("workdir", tests, NULL, NULL);
}

/*
 * test_sandbox_cgroup.c
 *		What is written into groups, in a folder that stands for a subtree.
 *
 * needs: daemon/runner/sandbox_cgroup.c daemon/runner/sandbox_files.c
 */
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

#include "sandbox_cgroup.h"

static const Allowances allowances = {
	.processes = 10,
	.memory = 100 << 20,
	.disk = 20 << 20,
};

static char base[] = "/tmp/test-cgroup-XXXXXX";

static void
put_text(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", base, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
assert_text(const char *name, const char *expected)
{
	char path[256];
	char text[256];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", base, name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	assert_true(length >= 0);
	text[length] = '\0';
	assert_string_equal(text, expected);
}

static const char *
name_of(int group, const char *file)
{
	static char name[128];

	snprintf(name, sizeof(name), "task-%d-%d/%s", (int) getpid(), group, file);
	return name;
}

static int
make_base(void **state)
{
	return mkdtemp(base) ? 0 : -1;
}

static int
remove_base(void **state)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf %s", base);
	return system(command);
}

static void
without_controllers_it_says_which(void **state)
{
	char why[256];

	put_text("cgroup.controllers", "cpu io memory_recursiveprot pids\n");
	assert_false(sandbox_cgroup_prepare_at(base, why, sizeof(why)));
	assert_non_null(strstr(why, "has not the controllers memory and pids"));
	assert_non_null(strstr(why, base));
}

static void
the_daemon_moves_into_a_leaf(void **state)
{
	char why[256];
	char us[16];

	put_text("cgroup.controllers", "cpuset cpu io memory pids\n");
	assert_true(sandbox_cgroup_prepare_at(base, why, sizeof(why)));
	snprintf(us, sizeof(us), "%d", (int) getpid());
	assert_text("mcpd/cgroup.procs", us);
	/* A plain file is overwritten, where the kernel would take both. */
	assert_text("cgroup.subtree_control", "+cpuory +pids");
}

static void
a_group_has_the_limits_of_its_task(void **state)
{
	int group = sandbox_cgroup_make(&allowances);

	assert_int_equal(group, 0);
	assert_text(name_of(group, "memory.max"), "159383552");
	assert_text(name_of(group, "memory.swap.max"), "0");
	assert_text(name_of(group, "pids.max"), "11");
	assert_int_equal(sandbox_cgroup_put(group, 4711), 0);
	assert_text(name_of(group, "cgroup.procs"), "4711");
}

static void
a_group_in_use_is_not_given_twice(void **state)
{
	char path[256];

	assert_int_equal(sandbox_cgroup_make(&allowances), 1);
	/* As the kernel does when the last process is gone. */
	snprintf(path, sizeof(path), "rm -rf %s/%s", base, name_of(0, ""));
	assert_int_equal(system(path), 0);
	assert_int_equal(sandbox_cgroup_make(&allowances), 0);
}

static void
what_the_kernel_killed_is_found(void **state)
{
	int events;

	put_text(name_of(1, "memory.events"),
	         "low 0\nhigh 0\nmax 3\noom 0\noom_kill 0\n");
	events = sandbox_cgroup_open_events(1);
	assert_true(events >= 0);
	assert_false(sandbox_cgroup_has_killed(events));
	put_text(name_of(1, "memory.events"),
	         "low 0\nhigh 0\nmax 9\noom 1\noom_kill 2\n");
	assert_true(sandbox_cgroup_has_killed(events));
	close(events);
	assert_false(sandbox_cgroup_has_killed(-1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_controllers_it_says_which),
		cmocka_unit_test(the_daemon_moves_into_a_leaf),
		cmocka_unit_test(a_group_has_the_limits_of_its_task),
		cmocka_unit_test(a_group_in_use_is_not_given_twice),
		cmocka_unit_test(what_the_kernel_killed_is_found),
	};

	return cmocka_run_group_tests_name(
		"sandbox_cgroup", tests, make_base, remove_base);
}

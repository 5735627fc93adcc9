/*
 * sandbox_cgroup.c
 *		What the kernel counts for all processes of a task together.
 */
#include "sandbox_cgroup.h"

#include "sandbox_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ours and mcpd's own, which holds us. */
#define LEAF "mcpd"

#define MOST_GROUPS 1024

/* An interpreter, and what the kernel keeps for a task. */
#define OVERHEAD ((uint64_t) 32 << 20)

/* The daemon and the database come first; 100 is what others have. */
#define TASK_WEIGHT 50

static char subtree[PATH_MAX - NAME_MAX - 1];
static bool is_used[MOST_GROUPS];
static pid_t owner; /* the runner, as others see it */

static bool find_base(char *base, size_t size);
static bool find_mount(char *place, size_t size);
static bool has_controllers(const char *base);
static bool read_text(const char *path, char *text, size_t size);
static int move_into_leaf(void);
static int write_number(const char *group, const char *file, uint64_t number);
static void remove_ended(void);
static void name_group(int group, char *name, size_t size);

bool
sandbox_cgroup_prepare(char *why, size_t size)
{
	char base[PATH_MAX];

	if (find_base(base, sizeof(base)))
		return sandbox_cgroup_prepare_at(base, why, size);
	snprintf(why, size, "cgroups of version 2 are not mounted here");
	return false;
}

bool
sandbox_cgroup_prepare_at(const char *base, char *why, size_t size)
{
	char path[PATH_MAX];

	owner = getpid();
	if (!has_controllers(base))
	{
		snprintf(why,
		         size,
		         "the cgroup of mcpd, %s, has not the controllers memory and "
		         "pids",
		         base);
		return false;
	}
	if ((size_t) snprintf(subtree, sizeof(subtree), "%s", base) >=
	        sizeof(subtree) ||
	    move_into_leaf() < 0)
	{
		snprintf(why,
		         size,
		         "could not make cgroups below %s: %s",
		         base,
		         strerror(errno));
		return false;
	}
	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", subtree);
	if (sandbox_files_write(path, "+memory +pids") < 0)
	{
		snprintf(why,
		         size,
		         "could not limit cgroups below %s: %s",
		         base,
		         errno == EBUSY ? "others than mcpd are in it"
		                        : strerror(errno));
		return false;
	}
	/* Not everywhere, and not a limit. */
	(void) sandbox_files_write(path, "+cpu");
	return true;
}

int
sandbox_cgroup_make(const Allowances *allowances)
{
	char name[PATH_MAX];
	int group = 0;

	remove_ended();
	while (group < MOST_GROUPS && is_used[group])
		group++;
	if (group == MOST_GROUPS)
	{
		errno = EAGAIN;
		return -1;
	}
	name_group(group, name, sizeof(name));
	if (mkdir(name, 0755) < 0 && errno != EEXIST)
		return -1;
	is_used[group] = true;
	/* What lies in its tmpfs is memory too, and its processes have keepers. */
	if (write_number(name,
	                 "memory.max",
	                 allowances->memory + allowances->disk + OVERHEAD) < 0 ||
	    write_number(name, "pids.max", (uint64_t) allowances->processes + 1) <
	        0)
		return -1;
	(void) write_number(name, "memory.swap.max", 0);
	(void) write_number(name, "cpu.weight", TASK_WEIGHT);
	return group;
}

int
sandbox_cgroup_put(int group, pid_t pid)
{
	char name[PATH_MAX];

	name_group(group, name, sizeof(name));
	return write_number(name, "cgroup.procs", (uint64_t) pid);
}

int
sandbox_cgroup_open_events(int group)
{
	char name[PATH_MAX];
	char path[PATH_MAX];

	name_group(group, name, sizeof(name));
	snprintf(path, sizeof(path), "%.*s/memory.events", PATH_MAX - 16, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool
sandbox_cgroup_has_killed(int events)
{
	static const char counter[] = "\noom_kill ";
	char text[512];
	const char *found;
	ssize_t length;

	if (events < 0)
		return false;
	length = pread(events, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	found = strstr(text, counter);
	return found && strtoul(found + strlen(counter), NULL, 10) > 0;
}

/* The group that we are in, or the one above it, where that was made by us. */
static bool
find_base(char *base, size_t size)
{
	char text[PATH_MAX];
	char place[PATH_MAX];
	const char *ours;
	char *end;

	if (!find_mount(place, sizeof(place)) ||
	    !read_text("/proc/self/cgroup", text, sizeof(text)))
		return false;
	ours = strncmp(text, "0::/", 4) == 0 ? text : strstr(text, "\n0::/");
	if (ours == NULL)
		return false;
	ours = strchr(ours, '/');
	if ((size_t) snprintf(
			base, size, "%s%.*s", place, (int) strcspn(ours, "\n"), ours) >=
	    size)
		return false;
	end = strrchr(base, '/');
	if (end[1] == '\0' || strcmp(end + 1, LEAF) == 0)
		*end = '\0';
	return true;
}

/* "36 32 0:31 / /sys/fs/cgroup rw,... shared:9 - cgroup2 cgroup2 rw" */
static bool
find_mount(char *place, size_t size)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char line[PATH_MAX];
	bool is_found = false;

	while (mounts && !is_found && fgets(line, sizeof(line), mounts))
	{
		const char *at = line;

		if (strstr(line, " - cgroup2 ") == NULL)
			continue;
		for (int i = 0; at && i < 4; i++)
			at = strchr(at + 1, ' ');
		is_found =
			at &&
			(size_t) snprintf(
				place, size, "%.*s", (int) strcspn(at + 1, " "), at + 1) < size;
	}
	if (mounts)
		fclose(mounts);
	return is_found;
}

static bool
has_controllers(const char *base)
{
	char path[PATH_MAX];
	char text[512];
	bool has_memory = false;
	bool has_processes = false;
	char *rest = NULL;

	if ((size_t) snprintf(path, sizeof(path), "%s/cgroup.controllers", base) >=
	        sizeof(path) ||
	    !read_text(path, text, sizeof(text)))
		return false;
	for (char *word = strtok_r(text, " \n", &rest); word;
	     word = strtok_r(NULL, " \n", &rest))
	{
		has_memory |= strcmp(word, "memory") == 0;
		has_processes |= strcmp(word, "pids") == 0;
	}
	return has_memory && has_processes;
}

static bool
read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[length > 0 ? length : 0] = '\0';
	return length >= 0;
}

/* Us and the daemon that started us; whoever else is there stays. */
static int
move_into_leaf(void)
{
	char leaf[PATH_MAX];

	snprintf(leaf, sizeof(leaf), "%s/" LEAF, subtree);
	if (mkdir(leaf, 0755) < 0 && errno != EEXIST)
		return -1;
	if (write_number(leaf, "cgroup.procs", (uint64_t) getppid()) < 0)
		return -1;
	return write_number(leaf, "cgroup.procs", (uint64_t) getpid());
}

static int
write_number(const char *group, const char *file, uint64_t number)
{
	char path[PATH_MAX];
	char text[32];

	if ((size_t) snprintf(path, sizeof(path), "%s/%s", group, file) >=
	    sizeof(path))
	{
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long) number);
	return sandbox_files_write(path, text);
}

/* The kernel refuses it while anybody is in there. */
static void
remove_ended(void)
{
	char name[PATH_MAX];

	for (int group = 0; group < MOST_GROUPS; group++)
	{
		if (!is_used[group])
			continue;
		name_group(group, name, sizeof(name));
		if (rmdir(name) == 0 || errno == ENOENT)
			is_used[group] = false;
	}
}

/* Other runners may share the subtree. */
static void
name_group(int group, char *name, size_t size)
{
	snprintf(name, size, "%s/task-%d-%d", subtree, (int) owner, group);
}

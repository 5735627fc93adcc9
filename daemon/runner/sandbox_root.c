/*
 * sandbox_root.c
 *		A root of its own: the system to read, and a capped tmpfs to write.
 *
 * Whatever is taken from outside is cloned before the new root covers anything,
 * for it may lie below the place where that is put together.  A clone is made
 * read-only with all mounts below it in one call: a read-only remount would
 * reach the topmost only.
 */
#include "sandbox_root.h"

#include "sandbox_files.h"
#include "sandbox_namespaces.h"
#include "sandbox_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Any directory will do: it is covered in this mount namespace only. */
#define STAGE "/tmp"

/* A file needs at least one page. */
#define BYTES_PER_FILE 4096

#define MOST_CLONES 64

/* Something of the outside, on its way in. */
typedef struct Clone
{
	const char *path;
	int fd;
	bool is_directory;
	char link[256]; /* of a link, where fd is -1 */
} Clone;

typedef struct Building
{
	const Allowances *allowances;
	Clone clones[MOST_CLONES];
	int count;
} Building;

static const char *take_all(Building *building);
static const char *
take_list(Building *building, const char *const *paths, uint64_t attributes);
static int take(Building *building, const char *path, uint64_t attributes);
static int mount_stage(const Allowances *allowances);
static const char *put_all(const Building *building);
static int put(const Clone *clone);
static const char *make_places(void);
static const char *change_root(void);

const char *
sandbox_root_enter(const Allowances *allowances)
{
	Building building = {.allowances = allowances};
	const char *trouble;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return "make mounts private";
	trouble = take_all(&building);
	/* Whose files the new root holds. */
	if (trouble == NULL && sandbox_namespaces_change_user(allowances) < 0)
		trouble = "change the user";
	if (trouble == NULL && mount_stage(allowances) < 0)
		trouble = "mount a tmpfs";
	if (trouble == NULL)
		trouble = put_all(&building);
	if (trouble == NULL)
		trouble = make_places();
	if (trouble == NULL)
		trouble = change_root();
	if (trouble == NULL && sandbox_files_make_path(allowances->place) < 0)
		trouble = "make the place of work directories";
	return trouble;
}

static const char *
take_all(Building *building)
{
	const Allowances *allowances = building->allowances;
	const char *writable[] = {allowances->writable, NULL};
	const char *trouble =
		take_list(building,
	              sandbox_paths_system,
	              MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);

	if (trouble == NULL)
		trouble =
			take_list(building,
		              allowances->readable,
		              MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (trouble == NULL && allowances->is_online)
		trouble =
			take_list(building,
		              sandbox_paths_network,
		              MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (trouble == NULL && allowances->writable[0])
		trouble =
			take_list(building, writable, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (trouble == NULL)
		trouble = take_list(building,
		                    sandbox_paths_devices,
		                    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	return trouble;
}

static const char *
take_list(Building *building, const char *const *paths, uint64_t attributes)
{
	for (; *paths; paths++)
	{
		if (take(building, *paths, attributes) < 0)
			return *paths;
	}
	return NULL;
}

static int
take(Building *building, const char *path, uint64_t attributes)
{
	struct mount_attr wanted = {.attr_set = attributes};
	Clone *clone = &building->clones[building->count];
	struct stat found;

	if (lstat(path, &found) < 0)
		return errno == ENOENT ? 0 : -1;
	if (building->count == MOST_CLONES)
	{
		errno = E2BIG;
		return -1;
	}
	*clone = (Clone){.path = path, .fd = -1};
	if (S_ISLNK(found.st_mode) && strncmp(path, "/etc/", 5) != 0)
	{
		if (readlink(path, clone->link, sizeof(clone->link) - 1) < 0)
			return -1;
		building->count++;
		return 0;
	}
	clone->fd = open_tree(
		AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	/* A link that leads nowhere. */
	if (clone->fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (fstat(clone->fd, &found) < 0 ||
	    mount_setattr(clone->fd,
	                  "",
	                  AT_EMPTY_PATH | AT_RECURSIVE,
	                  &wanted,
	                  sizeof(wanted)) < 0)
		return -1;
	clone->is_directory = S_ISDIR(found.st_mode);
	building->count++;
	return 0;
}

static int
mount_stage(const Allowances *allowances)
{
	char options[128];

	snprintf(options,
	         sizeof(options),
	         "mode=0755,size=%llu,nr_inodes=%llu",
	         (unsigned long long) allowances->disk,
	         (unsigned long long) (allowances->disk / BYTES_PER_FILE));
	if (mount("mcp", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
		return -1;
	return chdir(STAGE);
}

/* All paths are relative from here on: "usr" is the one of the new root. */
static const char *
put_all(const Building *building)
{
	for (int i = 0; i < building->count; i++)
	{
		const Clone *clone = &building->clones[i];

		if (put(clone) < 0)
			return clone->path;
		if (clone->fd >= 0)
			close(clone->fd);
	}
	return NULL;
}

static int
put(const Clone *clone)
{
	const char *path = clone->path + 1;
	int fd;

	if (sandbox_files_make_parents(path) < 0)
		return -1;
	if (clone->fd < 0)
		return symlink(clone->link, path);
	if (clone->is_directory && mkdir(path, 0755) < 0 && errno != EEXIST)
		return -1;
	if (!clone->is_directory)
	{
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0)
			return -1;
		close(fd);
	}
	return move_mount(clone->fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
}

/*
 * What programs expect to be there.  A /proc of its own shows nobody else; the
 * kernel refuses it where the /proc outside has parts covered, as some
 * containers have, and then there is none.
 */
static const char *
make_places(void)
{
	static const char passwd[] = "root:x:0:0:root:/:/usr/sbin/nologin\n"
								 "mcp:x:1000:1000:mcp:/tmp:/usr/sbin/nologin\n";

	if ((mkdir("tmp", 01777) < 0 && errno != EEXIST) ||
	    (mkdir("dev", 0755) < 0 && errno != EEXIST) ||
	    (mkdir("etc", 0755) < 0 && errno != EEXIST) ||
	    mkdir("dev/shm", 01777) < 0 || mkdir("proc", 0555) < 0)
		return "make directories";
	if (chmod("tmp", 01777) < 0 || chmod("dev/shm", 01777) < 0)
		return "make directories";
	if (symlink("/proc/self/fd", "dev/fd") < 0 ||
	    symlink("/proc/self/fd/0", "dev/stdin") < 0 ||
	    symlink("/proc/self/fd/1", "dev/stdout") < 0 ||
	    symlink("/proc/self/fd/2", "dev/stderr") < 0)
		return "make links in /dev";
	if (sandbox_files_write("etc/passwd", passwd) < 0)
		return "write /etc/passwd";
	if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) <
	        0 &&
	    errno != EPERM)
		return "mount /proc";
	return NULL;
}

/*
 * Inside of somebody's chroot() there is no root mount to exchange.  There the
 * old one stays, out of reach for who may not call chroot() any more.
 */
static const char *
change_root(void)
{
	if (syscall(SYS_pivot_root, ".", ".") == 0)
	{
		if (umount2(".", MNT_DETACH) < 0)
			return "let go of the old root";
	}
	else if (errno != EINVAL || chroot(".") < 0)
		return "change the root";
	return chdir("/") < 0 ? "enter the new root" : NULL;
}

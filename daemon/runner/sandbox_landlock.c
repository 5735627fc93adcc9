/*
 * sandbox_landlock.c
 *		Landlock: what may be read, and the few places that may be written.
 *
 * In a cage this is the second lock on the same door: the root holds nothing
 * that is not to be seen.  Without one it is the only lock on files.
 */
#include "sandbox_landlock.h"

#include "sandbox_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the headers of Linux 6.1 do not have yet. */
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_BOTH 3ULL   /* bind and connect TCP */
#define SCOPE_BOTH 3ULL /* abstract sockets and signals */

#define FS_VERSION_1 ((1ULL << 13) - 1)

typedef struct Ruleset
{
	uint64_t files;
	uint64_t network;
	uint64_t scopes;
} Ruleset;

#define MAY_READ                                                 \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
	 LANDLOCK_ACCESS_FS_READ_DIR)

/* Of what is no directory; the kernel refuses more. */
#define MAY_ON_FILE                                              \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
	 LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

static Ruleset make_ruleset(const Allowances *allowances, int version);
static size_t ruleset_size(int version);
static int allow_reading(int fd, const Allowances *allowances);
static int allow_reading_all(int fd, const char *const *paths);
static int
allow_writing(int fd, const Allowances *allowances, uint64_t known_rights);
static int allow(int fd, const char *path, uint64_t rights);

int
sandbox_landlock_version(void)
{
	long version = syscall(
		SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return version < 0 ? 0 : (int) version;
}

int
sandbox_landlock_enforce(const Allowances *allowances, int version)
{
	Ruleset ruleset = make_ruleset(allowances, version);
	int fd = (int) syscall(
		SYS_landlock_create_ruleset, &ruleset, ruleset_size(version), 0);
	int problem;

	if (fd < 0)
		return -1;
	if (allow_reading(fd, allowances) == 0 &&
	    allow_writing(fd, allowances, ruleset.files) == 0 &&
	    syscall(SYS_landlock_restrict_self, fd, 0) == 0)
	{
		close(fd);
		return 0;
	}
	problem = errno;
	close(fd);
	errno = problem;
	return -1;
}

/* All that this version can forbid. */
static Ruleset
make_ruleset(const Allowances *allowances, int version)
{
	Ruleset ruleset = {.files = FS_VERSION_1};

	if (version >= 2)
		ruleset.files |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		ruleset.files |= FS_TRUNCATE;
	if (version >= 4 && !allowances->is_online && !allowances->is_proxied)
		ruleset.network = NET_BOTH;
	if (version >= 5)
		ruleset.files |= FS_IOCTL_DEV;
	if (version >= 6)
		ruleset.scopes = SCOPE_BOTH;
	return ruleset;
}

/* An older kernel wants nothing but zeros in what it does not know. */
static size_t
ruleset_size(int version)
{
	if (version >= 6)
		return sizeof(Ruleset);
	return version >= 4 ? offsetof(Ruleset, scopes)
	                    : offsetof(Ruleset, network);
}

static int
allow_reading(int fd, const Allowances *allowances)
{
	if (allowances->cage != CAGE_NONE)
		return allow(fd, "/", MAY_READ);
	if (allow_reading_all(fd, sandbox_paths_system) < 0 ||
	    allow_reading_all(fd, allowances->readable) < 0)
		return -1;
	if (allowances->is_online &&
	    allow_reading_all(fd, sandbox_paths_network) < 0)
		return -1;
	return allow(fd, "/proc/self", MAY_READ);
}

static int
allow_reading_all(int fd, const char *const *paths)
{
	for (; *paths; paths++)
	{
		if (allow(fd, *paths, MAY_READ) < 0)
			return -1;
	}
	return 0;
}

static int
allow_writing(int fd, const Allowances *allowances, uint64_t known_rights)
{
	uint64_t all =
		known_rights & ~(LANDLOCK_ACCESS_FS_MAKE_CHAR |
	                     LANDLOCK_ACCESS_FS_MAKE_BLOCK | FS_IOCTL_DEV);

	for (const char *const *path = sandbox_paths_devices; *path; path++)
	{
		if (allow(fd, *path, (MAY_ON_FILE & all)) < 0)
			return -1;
	}
	if (allowances->writable[0] && allow(fd, allowances->writable, all) < 0)
		return -1;
	if (allowances->cage != CAGE_NONE &&
	    (allow(fd, "/tmp", all) < 0 || allow(fd, "/dev/shm", all) < 0))
		return -1;
	return allow(fd, allowances->place, all);
}

/* What is not there needs no permission. */
static int
allow(int fd, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = rights};
	struct stat found;
	long status;
	int place;

	place = open(path, O_PATH | O_CLOEXEC);
	if (place < 0)
		return errno == ENOENT ? 0 : -1;
	rule.parent_fd = place;
	if (fstat(place, &found) == 0 && !S_ISDIR(found.st_mode))
		rule.allowed_access &= MAY_ON_FILE;
	status = syscall(
		SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(place);
	return (int) status;
}

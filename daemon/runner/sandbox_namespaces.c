/*
 * sandbox_namespaces.c
 *		A process of its own world: processes, mounts, network, names, users.
 *
 * The first process of a pid namespace takes all others with it when it ends,
 * whatever they did to get away: that is what makes an end certain.  A user
 * namespace of its own also makes RLIMIT_NPROC count this task only.
 */
#include "sandbox_namespaces.h"

#include "sandbox_cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int raise_capabilities(void);
static unsigned long choose_flags(const Allowances *allowances);
static int map_ids(pid_t pid, const Allowances *allowances);
static int map(pid_t pid, const char *file, const char *text);

pid_t
sandbox_namespaces_fork(const Allowances *allowances, int *gate)
{
	int ends[2];
	int problem = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	/* What is not dumpable belongs to root in /proc: nobody could map it. */
	prctl(PR_SET_DUMPABLE, 1);
	/* Not fork(): that knows no flags.  We have no threads to mind. */
	pid = (pid_t) syscall(
		SYS_clone, choose_flags(allowances) | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0)
	{
		close(ends[0]);
		*gate = ends[1];
		return 0;
	}
	if (pid < 0)
		problem = errno;
	prctl(PR_SET_DUMPABLE, 0);
	if (pid > 0 && allowances->cage == CAGE_USER &&
	    map_ids(pid, allowances) < 0)
		problem = errno;
	/* Before it does anything, so that all of it counts. */
	if (pid > 0 && problem == 0 && allowances->cgroup >= 0 &&
	    sandbox_cgroup_put(allowances->cgroup, pid) < 0)
		problem = errno;
	if (pid > 0 && send(ends[0], &problem, sizeof(problem), MSG_NOSIGNAL) < 0)
		problem = errno;
	close(ends[0]);
	close(ends[1]);
	errno = problem;
	return pid;
}

int
sandbox_namespaces_wait(const Allowances *allowances, int gate)
{
	int problem = EPIPE;

	/* Without a cage those it looks after would survive it. */
	if (allowances->cage != CAGE_NONE && prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -1;
	if (read(gate, &problem, sizeof(problem)) != sizeof(problem))
		problem = EPIPE;
	close(gate);
	errno = problem;
	return problem ? -1 : 0;
}

int
sandbox_namespaces_change_user(const Allowances *allowances)
{
	bool is_mapped = allowances->cage == CAGE_USER;
	uid_t user = is_mapped ? INNER_ID : allowances->user;
	gid_t group = is_mapped ? INNER_ID : allowances->group;

	if (user == geteuid() && group == getegid())
		return 0;
	/* Refused where we mapped ourselves, and then there is nothing to drop. */
	if (setgroups(0, NULL) < 0 && !is_mapped)
		return -1;
	/* The capabilities are needed for a moment longer. */
	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || setresgid(group, group, group) < 0 ||
	    setresuid(user, user, user) < 0 || raise_capabilities() < 0)
		return -1;
	/* A change of user forgets it. */
	return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* What is kept over a change of user sleeps until it is asked for. */
static int
raise_capabilities(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct sets[2];

	if (syscall(SYS_capget, &header, sets) < 0)
		return -1;
	for (int i = 0; i < 2; i++)
		sets[i].effective = sets[i].permitted;
	return (int) syscall(SYS_capset, &header, sets);
}

static unsigned long
choose_flags(const Allowances *allowances)
{
	unsigned long flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC |
	                      CLONE_NEWUTS | CLONE_NEWCGROUP;

	if (allowances->cage == CAGE_NONE)
		return 0;
	if (!allowances->is_online)
		flags |= CLONE_NEWNET;
	if (allowances->cage == CAGE_USER)
		flags |= CLONE_NEWUSER;
	return flags;
}

static int
map_ids(pid_t pid, const Allowances *allowances)
{
	char text[64];

	/* Who is not root may map groups only after giving setgroups() away. */
	if (geteuid() != 0 && map(pid, "setgroups", "deny") < 0)
		return -1;
	snprintf(text, sizeof(text), "%d %u 1", INNER_ID, allowances->group);
	if (map(pid, "gid_map", text) < 0)
		return -1;
	snprintf(text, sizeof(text), "%d %u 1", INNER_ID, allowances->user);
	return map(pid, "uid_map", text);
}

static int
map(pid_t pid, const char *file, const char *text)
{
	char path[64];
	ssize_t written;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	close(fd);
	return written < 0 ? -1 : 0;
}

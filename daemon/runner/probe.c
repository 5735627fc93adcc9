/*
 * probe.c
 *		What this machine permits, found out by trying it.
 *
 * Settings, security modules and container managers forbid in too many ways to
 * ask each of them; a task that does nothing but close the locks tells the
 * truth.
 */
#include "probe.h"

#include "sandbox_cgroup.h"
#include "sandbox_landlock.h"
#include "sandbox_namespaces.h"
#include "sandbox_root.h"
#include "script.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROBE_DISK ((uint64_t) 1 << 20)
#define PROBE_MEMORY ((uint64_t) 1 << 30)
#define PROBE_PROCESSES 64

static bool try_cage(CageKind cage, char *trouble, size_t size);
static _Noreturn void shut_in(const Allowances *allowances, int gate, int said);
static void explain(CageKind cage, const char *trouble, RunnerReady *ready);

void
probe_level(RunnerLevel wanted, RunnerReady *ready, CageKind *cage)
{
	char trouble[256];

	ready->level = RUNNER_NONE;
	if (wanted == RUNNER_STRICT &&
	    !sandbox_cgroup_prepare(trouble, sizeof(trouble)))
	{
		snprintf(
			ready->missing,
			sizeof(ready->missing),
			"%s; give mcpd a cgroup of its own (systemd: Delegate=yes), or "
			"set MCP_SANDBOX=standard",
			trouble);
		return;
	}
	*cage = wanted == RUNNER_BASIC ? CAGE_NONE : CAGE_USER;
	if (try_cage(*cage, trouble, sizeof(trouble)))
		ready->level = wanted;
	else
		explain(*cage, trouble, ready);
	if (ready->level != RUNNER_NONE || wanted == RUNNER_BASIC || geteuid() != 0)
		return;
	/* As root there is another way, in a chroot the only one. */
	*cage = CAGE_ROOT;
	if (try_cage(*cage, trouble, sizeof(trouble)))
	{
		ready->level = wanted;
		ready->missing[0] = '\0';
	}
	else
		explain(*cage, trouble, ready);
}

/* A process that cannot close one of the locks says which and why. */
static bool
try_cage(CageKind cage, char *trouble, size_t size)
{
	static const char *const nothing[] = {NULL};
	Allowances allowances = {
		.cage = cage,
		.user = geteuid() == 0 ? NOBODY_ID : geteuid(),
		.group = geteuid() == 0 ? NOBODY_ID : getegid(),
		.place = "/tmp",
		.writable = "",
		.readable = nothing,
		.processes = PROBE_PROCESSES,
		.memory = PROBE_MEMORY,
		.disk = PROBE_DISK,
		.cgroup = -1,
	};
	ssize_t length = 0;
	int said[2];
	int gate;
	pid_t pid;

	trouble[0] = '\0';
	if (pipe(said) < 0)
	{
		snprintf(trouble, size, "make a pipe: %s", strerror(errno));
		return false;
	}
	pid = sandbox_namespaces_fork(&allowances, &gate);
	if (pid == 0)
		shut_in(&allowances, gate, said[1]);
	if (pid < 0)
		snprintf(trouble, size, "make namespaces: %s", strerror(errno));
	close(said[1]);
	if (pid > 0)
	{
		length = read(said[0], trouble, size - 1);
		waitpid(pid, NULL, 0);
		trouble[length > 0 ? length : 0] = '\0';
		if (length <= 0)
			snprintf(trouble, size, "it ended without a word");
	}
	close(said[0]);
	return strcmp(trouble, "ok") == 0;
}

static _Noreturn void
shut_in(const Allowances *allowances, int gate, int said)
{
	const char *trouble = NULL;
	char text[256] = "ok";

	if (sandbox_namespaces_wait(allowances, gate) < 0)
		trouble = "map ids into a user namespace";
	if (trouble == NULL && allowances->cage != CAGE_NONE)
		trouble = sandbox_root_enter(allowances);
	if (trouble == NULL)
		trouble = script_shut_in(allowances);
	if (trouble)
		snprintf(text, sizeof(text), "%s: %s", trouble, strerror(errno));
	if (write(said, text, strlen(text)) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_SUCCESS);
}

static void
explain(CageKind cage, const char *trouble, RunnerReady *ready)
{
	static const char *const remedies[] = {
		[CAGE_USER] =
			("allow user namespaces (sysctl user.max_user_namespaces, "
	         "kernel.unprivileged_userns_clone=1, "
	         "kernel.apparmor_restrict_unprivileged_userns=0), or "
	         "start mcpd as root"),
		[CAGE_ROOT] = "give mcpd CAP_SYS_ADMIN, or allow user namespaces",
		[CAGE_NONE] = ("use a kernel with Landlock (lsm=landlock,...) and "
	                   "seccomp"),
	};

	snprintf(ready->missing,
	         sizeof(ready->missing),
	         "could not %s; %s%s",
	         trouble,
	         remedies[cage],
	         cage == CAGE_NONE ? "" : "; or set MCP_SANDBOX=basic");
}

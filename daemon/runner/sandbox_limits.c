/*
 * sandbox_limits.c
 *		What the kernel counts for a process, and the privileges it has.
 *
 * A limit counts a process, so the sum over a tree is watched elsewhere; what
 * is here keeps one process from overtaking the watch.
 */
#include "sandbox_limits.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_FILES 512
#define MOST_STACK ((rlim_t) 64 * 1024 * 1024)

/* Libraries reserve far more addresses than they ever use. */
#define ADDRESS_FACTOR 4

int
sandbox_limits_set(const Allowances *allowances)
{
	rlim_t memory = allowances->memory;
	const struct
	{
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
		{RLIMIT_CORE, 0},
		{RLIMIT_NOFILE, MOST_FILES},
		{RLIMIT_FSIZE, allowances->disk},
		{RLIMIT_DATA, memory},
		{RLIMIT_AS, memory * ADDRESS_FACTOR},
		{RLIMIT_MEMLOCK, 65536},
		{RLIMIT_MSGQUEUE, 0},
		{RLIMIT_SIGPENDING, 1024},
		{RLIMIT_NICE, 0},
		{RLIMIT_RTPRIO, 0},
		{RLIMIT_NPROC, allowances->processes},
	};
	struct rlimit stack;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
	{
		struct rlimit limit;

		/* It counts per user, so outside of a cage it would count us. */
		if (limits[i].what == RLIMIT_NPROC && allowances->cage == CAGE_NONE)
			continue;
		if (getrlimit(limits[i].what, &limit) < 0)
			return -1;
		if (limit.rlim_max > limits[i].most)
			limit.rlim_max = limits[i].most;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(limits[i].what, &limit) < 0)
			return -1;
	}
	if (getrlimit(RLIMIT_STACK, &stack) < 0)
		return -1;
	if (stack.rlim_max > MOST_STACK)
		stack.rlim_max = MOST_STACK;
	if (stack.rlim_cur > stack.rlim_max)
		stack.rlim_cur = stack.rlim_max;
	return setrlimit(RLIMIT_STACK, &stack);
}

int
sandbox_limits_drop_privileges(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	/* Until the last one that this kernel knows; refused where we have none. */
	for (int i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
	{
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0 && errno != EPERM)
			return -1;
	}
	prctl(PR_SET_SECUREBITS,
	      SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
	          SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED,
	      0,
	      0,
	      0);
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return -1;
	return (int) syscall(SYS_capset, &header, none);
}

/*
 * sandbox_seccomp.c
 *		The system calls of a task, by name and by what they are asked for.
 *
 * A list of what is allowed: what the next kernel brings is not on it.  What is
 * refused looks like a kernel that does not have it (ENOSYS), so that libraries
 * take their other way; EPERM makes some of them abort.  Calls of another
 * architecture, 32 bit and x32, end the process.
 */
#include "sandbox_seccomp.h"

#include "sandbox_calls.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* All that make a new namespace, but CLONE_NEWTIME, which clone() has not. */
#define NEW_NAMESPACES                                             \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* Pushes input into a terminal, for whoever reads there next. */
#define IOCTL_TIOCSTI 0x5412

/* PR_SET_VMA: names for memory, which allocators give. */
#define PRCTL_SET_VMA 0x53564d41

/* Each may have a family of sockets more than the one before. */
typedef enum FilterKind
{
	FILTER_BARE,    /* no cage: no socket that could reach anybody */
	FILTER_CAGED,   /* no network, but sockets of its own */
	FILTER_PROXIED, /* one of its own, where a proxy listens, for TCP */
	FILTER_ONLINE,  /* with the network */
	FILTER_KINDS
} FilterKind;

static struct sock_fprog programs[FILTER_KINDS];

static int compile(FilterKind kind, struct sock_fprog *program);
static int add_rules(scmp_filter_ctx filter, FilterKind kind);
static int add_calls(scmp_filter_ctx filter);
static int add_processes(scmp_filter_ctx filter);
static int add_own_only(scmp_filter_ctx filter);
static int add_threads(scmp_filter_ctx filter);
static int add_prctl(scmp_filter_ctx filter);
static int add_sockets(scmp_filter_ctx filter, FilterKind kind);
static int add_files(scmp_filter_ctx filter);
static int export_program(scmp_filter_ctx filter, struct sock_fprog *program);

const char *
sandbox_seccomp_prepare(void)
{
	for (int kind = 0; kind < FILTER_KINDS; kind++)
	{
		if (compile((FilterKind) kind, &programs[kind]) < 0)
			return "a seccomp filter could not be made";
	}
	return NULL;
}

int
sandbox_seccomp_enforce(const Allowances *allowances)
{
	FilterKind kind = FILTER_CAGED;

	if (allowances->is_online)
		kind = FILTER_ONLINE;
	else if (allowances->is_proxied && allowances->cage != CAGE_NONE)
		kind = FILTER_PROXIED;
	else if (allowances->cage == CAGE_NONE)
		kind = FILTER_BARE;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &programs[kind]);
}

static int
compile(FilterKind kind, struct sock_fprog *program)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int status = -1;

	if (filter == NULL)
		return -1;
	/* A tree, not a list: what a call costs hardly grows with their number. */
	if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
	    seccomp_attr_set(
			filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
	    add_rules(filter, kind) == 0)
		status = export_program(filter, program);
	seccomp_release(filter);
	return status;
}

static int
add_rules(scmp_filter_ctx filter, FilterKind kind)
{
	if (add_calls(filter) < 0 || add_processes(filter) < 0 ||
	    add_own_only(filter) < 0 || add_prctl(filter) < 0 ||
	    add_sockets(filter, kind) < 0)
		return -1;
	if ((kind == FILTER_CAGED || kind == FILTER_PROXIED) &&
	    add_threads(filter) < 0)
		return -1;
	return add_files(filter);
}

static int
add_calls(scmp_filter_ctx filter)
{
	for (const char *const *name = sandbox_calls_allowed; *name; name++)
	{
		int number = seccomp_syscall_resolve_name(*name);

		/* Not one of this architecture, or younger than the library. */
		if (number < 0)
			continue;
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) < 0)
			return -1;
	}
	for (const char *const *name = sandbox_calls_denied; *name; name++)
	{
		int number = seccomp_syscall_resolve_name(*name);

		if (number >= 0 &&
		    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0) < 0)
			return -1;
	}
	return 0;
}

/* clone3() hides its flags in memory; libraries fall back to clone(). */
static int
add_processes(scmp_filter_ctx filter)
{
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(unshare), 0) <
	    0)
		return -1;
	return seccomp_rule_add(filter,
	                        SCMP_ACT_ALLOW,
	                        SCMP_SYS(clone),
	                        1,
	                        SCMP_A0(SCMP_CMP_MASKED_EQ, NEW_NAMESPACES, 0));
}

/* 0 is oneself: nobody else's limits, processors and priority. */
static int
add_own_only(scmp_filter_ctx filter)
{
	static const int calls[] = {
		SCMP_SYS(prlimit64),
		SCMP_SYS(sched_setaffinity),
		SCMP_SYS(sched_setscheduler),
		SCMP_SYS(sched_setparam),
		SCMP_SYS(sched_setattr),
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
	{
		if (seccomp_rule_add(filter,
		                     SCMP_ACT_ALLOW,
		                     calls[i],
		                     1,
		                     SCMP_A0(SCMP_CMP_EQ, 0, 0)) < 0)
			return -1;
	}
	if (seccomp_rule_add(filter,
	                     SCMP_ACT_ALLOW,
	                     SCMP_SYS(setpriority),
	                     2,
	                     SCMP_A0(SCMP_CMP_EQ, PRIO_PROCESS, 0),
	                     SCMP_A1(SCMP_CMP_EQ, 0, 0)) < 0)
		return -1;
	/* The execution domain that it has, and the question for it. */
	if (seccomp_rule_add(filter,
	                     SCMP_ACT_ALLOW,
	                     SCMP_SYS(personality),
	                     1,
	                     SCMP_A0(SCMP_CMP_EQ, 0, 0)) < 0)
		return -1;
	return seccomp_rule_add(filter,
	                        SCMP_ACT_ALLOW,
	                        SCMP_SYS(personality),
	                        1,
	                        SCMP_A0(SCMP_CMP_EQ, 0xffffffff, 0));
}

/*
 * libzmq gives each thread, by its id, the policy that it has, and aborts where
 * that is refused.  In a cage ids are those of the cage.
 */
static int
add_threads(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter,
	                        SCMP_ACT_ALLOW,
	                        SCMP_SYS(sched_setscheduler),
	                        1,
	                        SCMP_A1(SCMP_CMP_EQ, SCHED_OTHER, 0));
}

static int
add_prctl(scmp_filter_ctx filter)
{
	static const int options[] = {
		PR_SET_PDEATHSIG,
		PR_GET_PDEATHSIG,
		PR_GET_DUMPABLE,
		PR_SET_DUMPABLE,
		PR_SET_NAME,
		PR_GET_NAME,
		PR_GET_SECCOMP,
		PR_CAPBSET_READ,
		PR_SET_NO_NEW_PRIVS,
		PR_SET_TIMERSLACK,
		PR_GET_NO_NEW_PRIVS,
		PR_SET_THP_DISABLE,
		PRCTL_SET_VMA,
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
	{
		if (seccomp_rule_add(
				filter,
				SCMP_ACT_ALLOW,
				SCMP_SYS(prctl),
				1,
				SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t) options[i], 0)) < 0)
			return -1;
	}
	return 0;
}

/*
 * A network namespace does not hold vsock, and netlink is a door into the
 * kernel; so it is families, not addresses, that are allowed.  Unix sockets go
 * by path wherever a file can be seen, so without a cage there is only a pair.
 */
static int
add_sockets(scmp_filter_ctx filter, FilterKind kind)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6};
	int count = (int) kind;

	if (seccomp_rule_add(filter,
	                     SCMP_ACT_ALLOW,
	                     SCMP_SYS(socketpair),
	                     1,
	                     SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0)) < 0)
		return -1;
	for (int i = 0; i < count; i++)
	{
		bool is_tcp = kind == FILTER_PROXIED && families[i] == AF_INET;
		scmp_datum_t last = is_tcp ? SOCK_STREAM : SOCK_SEQPACKET;

		/* With room for SOCK_CLOEXEC and SOCK_NONBLOCK; raw is 3. */
		for (scmp_datum_t type = SOCK_STREAM; type <= last; type++)
		{
			if (type == SOCK_RAW || type == SOCK_RDM)
				continue;
			if (seccomp_rule_add(
					filter,
					SCMP_ACT_ALLOW,
					SCMP_SYS(socket),
					2,
					SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t) families[i], 0),
					SCMP_A1(SCMP_CMP_MASKED_EQ, 0xff, type)) < 0)
				return -1;
		}
	}
	/* The last rule is for all above: each task has the filter compiled anew. */
	for (scmp_datum_t family = AF_UNIX; family <= AF_INET6 + 1; family++)
	{
		enum scmp_compare how = family > AF_INET6 ? SCMP_CMP_GE : SCMP_CMP_EQ;
		bool is_allowed = false;

		for (int i = 0; i < count; i++)
			is_allowed |= family == (scmp_datum_t) families[i];
		if (!is_allowed && seccomp_rule_add(filter,
		                                    SCMP_ACT_ERRNO(EAFNOSUPPORT),
		                                    SCMP_SYS(socket),
		                                    1,
		                                    SCMP_A0(how, family, 0)) < 0)
			return -1;
	}
	return 0;
}

/* No device nodes, though a step as root of nothing could not use them. */
static int
add_files(scmp_filter_ctx filter)
{
	static const scmp_datum_t kinds[] = {0, S_IFREG, S_IFIFO, S_IFSOCK};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
	{
		if (seccomp_rule_add(filter,
		                     SCMP_ACT_ALLOW,
		                     SCMP_SYS(mknodat),
		                     1,
		                     SCMP_A2(SCMP_CMP_MASKED_EQ, S_IFMT, kinds[i])) <
		        0 ||
		    seccomp_rule_add(filter,
		                     SCMP_ACT_ALLOW,
		                     SCMP_SYS(mknod),
		                     1,
		                     SCMP_A1(SCMP_CMP_MASKED_EQ, S_IFMT, kinds[i])) < 0)
			return -1;
	}
	return seccomp_rule_add(filter,
	                        SCMP_ACT_ALLOW,
	                        SCMP_SYS(ioctl),
	                        1,
	                        SCMP_A1(SCMP_CMP_NE, IOCTL_TIOCSTI, 0));
}

/* By way of a file: this version of the library knows no other export. */
static int
export_program(scmp_filter_ctx filter, struct sock_fprog *program)
{
	int fd = memfd_create("seccomp", MFD_CLOEXEC);
	struct stat found;
	int status = -1;

	if (fd >= 0 && seccomp_export_bpf(filter, fd) == 0 &&
	    fstat(fd, &found) == 0)
	{
		size_t size = (size_t) found.st_size;

		program->filter = malloc(size);
		program->len = (unsigned short) (size / sizeof(struct sock_filter));
		if (program->filter &&
		    pread(fd, program->filter, size, 0) == (ssize_t) size)
			status = 0;
	}
	if (fd >= 0)
		close(fd);
	return status;
}

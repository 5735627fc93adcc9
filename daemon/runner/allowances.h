/*
 * allowances.h
 *		What one task may do, collected before anything is enforced.
 */
#ifndef RUNNER_ALLOWANCES_H
#define RUNNER_ALLOWANCES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How a task is shut in; what a machine permits is found out by probe.h. */
typedef enum CageKind
{
	CAGE_USER, /* all namespaces, in a user namespace of its own */
	CAGE_ROOT, /* the same without one, where we are root and it is refused */
	CAGE_NONE  /* our namespaces and files: limits, Landlock, seccomp only */
} CageKind;

typedef struct Allowances
{
	CageKind cage;
	uid_t user; /* whose rights it has outside; ours unless we are root */
	gid_t group;
	int cgroup;                  /* its number; -1: none */
	const char *place;           /* it may write there, and has its directory */
	const char *writable;        /* beside the place; "": nothing */
	const char *const *readable; /* beside the system; to NULL */
	bool is_online;
	bool is_proxied; /* a listener is made in its network */
	uint32_t processes;
	uint64_t memory;
	uint64_t disk;
} Allowances;

/* Who a task is, where we are root and it needs no user of its own. */
#define NOBODY_ID 65534

/* Who a task is inside of a user namespace. */
#define INNER_ID 1000

#endif

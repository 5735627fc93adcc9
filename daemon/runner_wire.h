/*
 * runner_wire.h
 *		What mcpd and mcp-runner say to each other.
 *
 * One build makes both ends, so a message is a struct as it lies in memory,
 * followed by texts.  A request brings RUNNER_FDS descriptors along; what
 * becomes of it is said on the one of them that is called control, and nowhere
 * else: the two programs share no other state.
 */
#ifndef MCPD_RUNNER_WIRE_H
#define MCPD_RUNNER_WIRE_H

#include <stdint.h>

/* The number that its socket has in mcp-runner. */
#define RUNNER_SOCKET 3

/* A request with all its texts; more does not fit into a socket at once. */
#define RUNNER_MESSAGE_LIMIT 131072

typedef enum RunnerLevel
{
	RUNNER_NONE,     /* scripts are refused */
	RUNNER_BASIC,    /* limits, Landlock and seccomp; only when asked for */
	RUNNER_STANDARD, /* those, and namespaces and a root of its own */
	RUNNER_STRICT    /* all that, and a cgroup of its own */
} RunnerLevel;

/* The first message, and the answer to it. */
typedef struct RunnerSetup
{
	uint32_t wanted;   /* a RunnerLevel */
	char python[1024]; /* which interpreter to prepare, if it is that one */
} RunnerSetup;

typedef struct RunnerReady
{
	uint32_t level;       /* a RunnerLevel */
	uint32_t is_prepared; /* the interpreter forks instead of starting */
	char missing[512];    /* what keeps it from more, and how to get it */
} RunnerReady;

/* In this order. */
typedef enum RunnerFd
{
	RUNNER_FD_CONTROL, /* commands come here, and the report goes out */
	RUNNER_FD_OUTPUT,
	RUNNER_FD_ERRORS,
	RUNNER_FD_FILES,  /* a memory file of what is to lie in its directory */
	RUNNER_FD_ANSWER, /* a memory file for the answer's bytes */
	RUNNER_FDS
} RunnerFd;

/* In the memory file: one before the bytes of each. */
typedef struct RunnerFile
{
	char name[64];
	uint64_t length;
} RunnerFile;

/*
 * Then come, each with its NUL: the directory, the answer's name in it, the one
 * path that may be written beside it or "", and the three lists.
 */
typedef struct RunnerRequest
{
	uint32_t argument_count;
	uint32_t variable_count;
	uint32_t readable_count;
	uint32_t is_online;    /* has the network of the host */
	uint32_t is_proxied;   /* has one of its own, with a listener in it */
	uint32_t processes;    /* at most, threads too */
	uint32_t answer_limit; /* bytes */
	uint64_t memory;       /* bytes, of all its processes together */
	uint64_t disk;         /* bytes, of all that it writes */
} RunnerRequest;

/* Commands on control, one byte each; its end means the same as KILL. */
#define RUNNER_TERM 'T'
#define RUNNER_KILL 'K'

/*
 * Said on control before anything else of a task that is proxied: it brings the
 * socket that listens in the network of the task, at that port of 127.0.0.1.
 */
#define RUNNER_LISTENS 'L'
#define RUNNER_PROXY_PORT 3128

typedef enum RunnerEnd
{
	RUNNER_EXITED,     /* code: its exit code */
	RUNNER_SIGNALLED,  /* code: the signal */
	RUNNER_MEMORY,     /* killed, for it took more than it may */
	RUNNER_NOT_STARTED /* code: the errno; text: of what */
} RunnerEnd;

typedef enum RunnerAnswer
{
	RUNNER_ANSWER_ABSENT,
	RUNNER_ANSWER_TAKEN,
	RUNNER_ANSWER_REFUSED /* text: why */
} RunnerAnswer;

/* The last thing said on control: all its processes are gone by then. */
typedef struct RunnerReport
{
	uint32_t end; /* a RunnerEnd */
	int32_t code;
	uint32_t answer; /* a RunnerAnswer */
	char text[256];
} RunnerReport;

#endif

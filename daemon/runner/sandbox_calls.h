/*
 * sandbox_calls.h
 *		Names of system calls that are allowed whatever their arguments.
 */
#ifndef RUNNER_SANDBOX_CALLS_H
#define RUNNER_SANDBOX_CALLS_H

/* To NULL. */
extern const char *const sandbox_calls_allowed[];

/* Known, and refused in so many words: a program shall not take a detour. */
extern const char *const sandbox_calls_denied[];

#endif

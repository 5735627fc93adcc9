/*
 * sandbox_paths.h
 *		What of the system a task finds.
 */
#ifndef RUNNER_SANDBOX_PATHS_H
#define RUNNER_SANDBOX_PATHS_H

/* Programs, libraries and what they need to start; to NULL. */
extern const char *const sandbox_paths_system[];

/* What is there in addition to a task that has the host's network. */
extern const char *const sandbox_paths_network[];

/* Devices without a state that one could spoil. */
extern const char *const sandbox_paths_devices[];

#endif

/*
 * moment.h
 *		Points in time: as mcp writes them, as seconds, and how long between.
 */
#ifndef MCPCTL_MOMENT_H
#define MCPCTL_MOMENT_H

#include "arena.h"

#include <stdbool.h>

/* Seconds since 1970 of "2026-11-23T02:48:31.123456+01:00". */
extern bool moment_parse(const char *text, double *seconds);

/* By this machine's clock. */
extern double moment_now(void);

/* "0.12 s", "48 s", "3 m 20 s", "2 h 5 m", "3 d 4 h". */
extern const char *moment_print_length(Arena *arena, double seconds);

#endif

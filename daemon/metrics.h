/*
 * metrics.h
 *		What this daemon has done and how quickly, for Prometheus to read.
 *
 * Requests are counted by route and status and timed by route.  Routes are
 * known by their patterns, so there are as many series as there are routes and
 * not as many as there are paths.
 */
#ifndef MCPD_METRICS_H
#define MCPD_METRICS_H

#include "arena.h"
#include "metrics_work.h"

#include <stdint.h>

typedef struct Metrics Metrics;

/* Begins to measure how late the loop is; slots: the worker's. */
extern Metrics *metrics_create(int slots);
extern void metrics_destroy(Metrics *metrics);

/* One request; method and route are constant texts that outlive the metrics. */
extern void metrics_count(Metrics *metrics, const char *method,
                          const char *route, int status, uint64_t nanoseconds);

/* The worker's part, which it tells of what it does. */
extern MetricsWork *metrics_work(Metrics *metrics);

/* All of it, in the text form of Prometheus. */
extern const char *metrics_print(const Metrics *metrics, Arena *arena);

#endif

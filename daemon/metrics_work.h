/*
 * metrics_work.h
 *		What the worker has done, for Prometheus: attempts of steps.
 *
 * An attempt is told of when it begins and when it has its result.  There are
 * as many series as there are queues, and kinds times outcomes.
 */
#ifndef MCPD_METRICS_WORK_H
#define MCPD_METRICS_WORK_H

#include <stdint.h>
#include <stdio.h>

typedef struct MetricsWork MetricsWork;

/* slots: how many attempts run at a time; 0: there is no worker. */
extern MetricsWork *metrics_work_create(int slots);
extern void metrics_work_destroy(MetricsWork *work);

/* The texts are copied. */
extern void metrics_work_begin(MetricsWork *work, const char *queue);

/* attempt: the first of a step is 1. */
extern void
metrics_work_end(MetricsWork *work, const char *queue, const char *kind,
                 const char *outcome, int64_t attempt);

extern void metrics_work_print(const MetricsWork *work, FILE *page);

#endif

/*
 * metrics.c
 *		What this daemon has done and how quickly, for Prometheus to read.
 */
#include "metrics.h"

#include "loop.h"
#include "memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 12
#define LAG_PERIOD 1000 /* milliseconds between looks at the loop's clock */
#define NANOSECONDS 1e9

static const double bounds[BUCKETS] = {
	0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10, 60};

typedef struct Count
{
	struct Count *next;
	int status;
	uint64_t requests;
} Count;

typedef struct Series
{
	struct Series *next;
	const char *method;
	const char *route;
	Count *counts;
	uint64_t buckets[BUCKETS]; /* not yet summed up */
	uint64_t requests;
	double seconds;
} Series;

struct Metrics
{
	Series *series;
	MetricsWork *work;
	LoopTimer *timer;
	uint64_t expected; /* when the timer should fire, by uv_hrtime() */
	double lag;        /* seconds, at the last look */
};

/* A text that grows. */
typedef struct Page
{
	char *text;
	size_t length;
	FILE *file;
} Page;

static Series *
get_series(Metrics *metrics, const char *method, const char *route);
static Count *get_count(Series *series, int status);
static void look_at_clock(void *context);
static void print_counts(const Metrics *metrics, FILE *page);
static void print_times(const Metrics *metrics, FILE *page);
static void print_times_of(const Series *series, FILE *page);
static void print_process(const Metrics *metrics, FILE *page);
static long resident_pages(void);

Metrics *
metrics_create(int slots)
{
	Metrics *metrics = memory_alloc(sizeof(*metrics));

	metrics->work = metrics_work_create(slots);
	metrics->timer = loop_timer_create(look_at_clock, metrics);
	look_at_clock(metrics);
	metrics->lag = 0;
	return metrics;
}

void
metrics_destroy(Metrics *metrics)
{
	if (metrics == NULL)
		return;
	loop_timer_destroy(metrics->timer);
	metrics_work_destroy(metrics->work);
	while (metrics->series)
	{
		Series *series = metrics->series;

		metrics->series = series->next;
		while (series->counts)
		{
			Count *count = series->counts;

			series->counts = count->next;
			free(count);
		}
		free(series);
	}
	free(metrics);
}

void
metrics_count(Metrics *metrics, const char *method, const char *route,
              int status, uint64_t nanoseconds)
{
	Series *series = get_series(metrics, method, route);
	double seconds = (double) nanoseconds / NANOSECONDS;

	get_count(series, status)->requests++;
	series->requests++;
	series->seconds += seconds;
	for (int i = 0; i < BUCKETS; i++)
	{
		if (seconds <= bounds[i])
		{
			series->buckets[i]++;
			break;
		}
	}
}

MetricsWork *
metrics_work(Metrics *metrics)
{
	return metrics->work;
}

const char *
metrics_print(const Metrics *metrics, Arena *arena)
{
	Page page = {0};

	page.file = open_memstream(&page.text, &page.length);
	if (page.file == NULL)
		abort(); /* out of memory */
	print_counts(metrics, page.file);
	print_times(metrics, page.file);
	metrics_work_print(metrics->work, page.file);
	print_process(metrics, page.file);
	fclose(page.file);
	arena_keep(arena, page.text, free);
	return page.text;
}

static Series *
get_series(Metrics *metrics, const char *method, const char *route)
{
	Series *series = metrics->series;

	while (series && (series->route != route || series->method != method))
		series = series->next;
	if (series)
		return series;
	series = memory_alloc(sizeof(*series));
	series->method = method;
	series->route = route;
	series->next = metrics->series;
	metrics->series = series;
	return series;
}

static Count *
get_count(Series *series, int status)
{
	Count *count = series->counts;

	while (count && count->status != status)
		count = count->next;
	if (count)
		return count;
	count = memory_alloc(sizeof(*count));
	count->status = status;
	count->next = series->counts;
	series->counts = count;
	return count;
}

static void
look_at_clock(void *context)
{
	Metrics *metrics = context;
	uint64_t now = uv_hrtime();

	metrics->lag = now > metrics->expected
	                   ? (double) (now - metrics->expected) / NANOSECONDS
	                   : 0;
	metrics->expected = now + (uint64_t) LAG_PERIOD * 1000000;
	loop_timer_set(metrics->timer, LAG_PERIOD);
}

static void
print_counts(const Metrics *metrics, FILE *page)
{
	fputs("# HELP mcpd_http_requests_total Requests answered.\n"
	      "# TYPE mcpd_http_requests_total counter\n",
	      page);
	for (const Series *series = metrics->series; series; series = series->next)
	{
		for (const Count *one = series->counts; one; one = one->next)
			fprintf(page,
			        "mcpd_http_requests_total{method=\"%s\",route=\"/%s\","
			        "status=\"%d\"} %" PRIu64 "\n",
			        series->method,
			        series->route,
			        one->status,
			        one->requests);
	}
}

static void
print_times(const Metrics *metrics, FILE *page)
{
	fputs("# HELP mcpd_http_request_seconds From the headers of a request to "
	      "its answer.\n"
	      "# TYPE mcpd_http_request_seconds histogram\n",
	      page);
	for (const Series *series = metrics->series; series; series = series->next)
		print_times_of(series, page);
}

static void
print_times_of(const Series *series, FILE *page)
{
	uint64_t sum = 0;

	for (int i = 0; i < BUCKETS; i++)
	{
		sum += series->buckets[i];
		fprintf(page,
		        "mcpd_http_request_seconds_bucket{method=\"%s\","
		        "route=\"/%s\",le=\"%g\"} %" PRIu64 "\n",
		        series->method,
		        series->route,
		        bounds[i],
		        sum);
	}
	fprintf(page,
	        "mcpd_http_request_seconds_bucket{method=\"%s\",route=\"/%s\","
	        "le=\"+Inf\"} %" PRIu64 "\n"
	        "mcpd_http_request_seconds_sum{method=\"%s\",route=\"/%s\"} %.6f\n"
	        "mcpd_http_request_seconds_count{method=\"%s\",route=\"/%s\"} "
	        "%" PRIu64 "\n",
	        series->method,
	        series->route,
	        series->requests,
	        series->method,
	        series->route,
	        series->seconds,
	        series->method,
	        series->route,
	        series->requests);
}

static void
print_process(const Metrics *metrics, FILE *page)
{
	fprintf(page,
	        "# HELP mcpd_loop_lag_seconds How late the loop was at its last "
	        "look at the clock.\n"
	        "# TYPE mcpd_loop_lag_seconds gauge\n"
	        "mcpd_loop_lag_seconds %.6f\n"
	        "# HELP process_resident_memory_bytes Memory of the daemon.\n"
	        "# TYPE process_resident_memory_bytes gauge\n"
	        "process_resident_memory_bytes %ld\n",
	        metrics->lag,
	        resident_pages() * 4096L);
}

/* The second number of statm; 0 where there is none. */
static long
resident_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	char line[128];
	char *next = line;
	long pages = 0;

	if (file == NULL)
		return 0;
	if (fgets(line, sizeof(line), file))
	{
		strtol(line, &next, 10);
		pages = strtol(next, NULL, 10);
	}
	fclose(file);
	return pages;
}

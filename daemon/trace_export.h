/*
 * trace_export.h
 *		Runs that ended here, sent on as traces (OTLP/HTTP, JSON).
 *
 * The database makes the document; this gathers the runs of a second, and posts
 * it.  A receiver that is away costs its traces, never a run: what cannot be
 * sent is counted and dropped.
 */
#ifndef MCPD_TRACE_EXPORT_H
#define MCPD_TRACE_EXPORT_H

#include "config.h"
#include "db.h"
#include "fetch.h"

typedef struct TraceExport TraceExport;

/* NULL where no receiver is configured, which all verbs take. */
extern TraceExport *
trace_export_create(const Config *config, Db *db, Fetcher *fetcher);

/* Before the fetcher and the database. */
extern void trace_export_destroy(TraceExport *export);

/* A run has ended in a turn of ours. */
extern void trace_export_add(TraceExport *export, const char *run_id);

#endif

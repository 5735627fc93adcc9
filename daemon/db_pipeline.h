/*
 * db_pipeline.h
 *		The requests in flight on one connection, in order.
 *
 * Each request ends with a sync of its own, which makes it a transaction and
 * keeps its error to itself.  Statements are prepared at their first use on a
 * connection.
 */
#ifndef MCPD_DB_PIPELINE_H
#define MCPD_DB_PIPELINE_H

#include "db.h"

typedef struct DbPipeline DbPipeline;

extern DbPipeline *
db_pipeline_create(const Config *config, const char *name, int timeout_seconds);

/*
 * Ends the connection; requests in flight, and those sent from now on, fail.
 * Not from inside a callback.
 */
extern void db_pipeline_stop(DbPipeline *pipeline);

/* After db_pipeline_stop(). */
extern void db_pipeline_destroy(DbPipeline *pipeline);

extern bool db_pipeline_is_online(const DbPipeline *pipeline);

/* As db_backend_pid(). */
extern int db_pipeline_backend_pid(const DbPipeline *pipeline);

/* How many requests wait for their answer. */
extern int db_pipeline_load(const DbPipeline *pipeline);

/* As db_send(); while it is not online the request fails. */
extern DbRequest *
db_pipeline_send(DbPipeline *pipeline, const DbCaller *caller,
                 DbStatement statement, const char *const *values,
                 DbCallback callback, void *context);

#endif

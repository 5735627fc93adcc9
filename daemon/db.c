/*
 * db.c
 *		Requests to the database: many in flight, none of them blocking.
 *
 * The pool, and the rows of an answer.  A request goes to the connection that
 * has the fewest before it.
 */
#include "db.h"

#include "db_pipeline.h"
#include "db_result.h"
#include "memory.h"

#include <stdlib.h>

struct Db
{
	int count;
	DbPipeline *pipelines[];
};

static void clear_rows(void *rows);

Db *
db_open(const Config *config, const char *name, int connections,
        int timeout_seconds)
{
	Db *db =
		memory_alloc(sizeof(*db) + (size_t) connections * sizeof(DbPipeline *));

	db->count = connections;
	for (int i = 0; i < connections; i++)
		db->pipelines[i] = db_pipeline_create(config, name, timeout_seconds);
	return db;
}

void
db_close(Db *db)
{
	if (db == NULL)
		return;
	/* All stop before one is gone: a callback may still send to any. */
	for (int i = 0; i < db->count; i++)
		db_pipeline_stop(db->pipelines[i]);
	for (int i = 0; i < db->count; i++)
		db_pipeline_destroy(db->pipelines[i]);
	free(db);
}

bool
db_is_online(const Db *db)
{
	for (int i = 0; i < db->count; i++)
	{
		if (db_pipeline_is_online(db->pipelines[i]))
			return true;
	}
	return false;
}

int
db_backend_pid(const Db *db)
{
	return db_pipeline_backend_pid(db->pipelines[0]);
}

int
db_online(const Db *db)
{
	int count = 0;

	for (int i = 0; i < db->count; i++)
		count += db_pipeline_is_online(db->pipelines[i]);
	return count;
}

int
db_load(const Db *db)
{
	int load = 0;

	for (int i = 0; i < db->count; i++)
		load += db_pipeline_load(db->pipelines[i]);
	return load;
}

DbRequest *
db_send(Db *db, DbStatement statement, const char *const *values,
        DbCallback callback, void *context)
{
	return db_send_as(db, NULL, statement, values, callback, context);
}

DbRequest *
/* NOLINTNEXTLINE(readability-function-size): db_send, and for whom */
db_send_as(Db *db, const DbCaller *caller, DbStatement statement,
           const char *const *values, DbCallback callback, void *context)
{
	DbPipeline *best = db->pipelines[0];

	for (int i = 1; i < db->count; i++)
	{
		DbPipeline *other = db->pipelines[i];

		if (!db_pipeline_is_online(other))
			continue;
		if (!db_pipeline_is_online(best) ||
		    db_pipeline_load(other) < db_pipeline_load(best))
			best = other;
	}
	return db_pipeline_send(best, caller, statement, values, callback, context);
}

int
db_result_rows(const DbResult *result)
{
	return PQntuples(result->rows);
}

const char *
db_result_text(const DbResult *result, int row, int column)
{
	if (PQgetisnull(result->rows, row, column))
		return NULL;
	return PQgetvalue(result->rows, row, column);
}

size_t
db_result_length(const DbResult *result, int row, int column)
{
	return (size_t) PQgetlength(result->rows, row, column);
}

const char *
db_result_named(const DbResult *result, const char *name)
{
	int column = PQfnumber(result->rows, name);

	return column < 0 ? NULL : db_result_text(result, 0, column);
}

const char *
db_result_second(const DbResult *result)
{
	return PQgetvalue(result->second, 0, 0);
}

bool
db_result_is_true(const DbResult *result, int row, int column)
{
	const char *text = db_result_text(result, row, column);

	return text && *text == 't';
}

void
db_result_keep(DbResult *result, Arena *arena)
{
	result->is_kept = true;
	arena_keep(arena, result->rows, clear_rows);
}

static void
clear_rows(void *rows)
{
	PQclear(rows);
}

/*
 * schedule_store.c
 *		The rows of schedules, and of what became of their times.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/pg_type.h"
#include "column.h"
#include "json_text.h"
#include "mcp_error.h"
#include "schedule_row.h"
#include "schedule_store.h"
#include "slug.h"
#include "statement.h"
#include "utils/builtins.h"
#include "uuid_v7.h"

static Statement insert_schedule = {
	"INSERT INTO mcp.schedules AS s (" SCHEDULE_DEFINITION_COLUMNS
	", slug, owner)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	" $15, $16, $17, $18, $19::name)"
	" ON CONFLICT (slug) DO NOTHING",
	19,
	{SCHEDULE_DEFINITION_TYPES, TEXTOID, TEXTOID},
	NULL};

static Statement update_schedule = {
	"UPDATE mcp.schedules AS s"
	" SET (" SCHEDULE_DEFINITION_COLUMNS ", updated_at)"
	" = ROW($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	" $15, $16, $17, now())"
	" WHERE s.schedule_id = $1",
	17,
	{SCHEDULE_DEFINITION_TYPES},
	NULL};

static bool try_insert(const Schedule *schedule, const char *slug);
static bool is_slug_taken(const char *slug);
static Datum waiting_array(const Schedule *schedule);

void
schedule_store_insert(Schedule *schedule)
{
	char *base;

	uuid_v7_generate(&schedule->id);
	schedule->owner = access_actor_name();
	if (schedule->slug != NULL)
	{
		if (!try_insert(schedule, schedule->slug))
			slug_raise_exists("schedule", schedule->slug);
		return;
	}
	base = slug_make(schedule->name, "schedule");
	while (!try_insert(schedule, slug_choose(base, is_slug_taken)))
		;
}

Schedule *
schedule_store_lock(const char *schedule)
{
	static Statement by_id = {"SELECT" SCHEDULE_ROW_COLUMNS
	                          " FROM mcp.schedules AS s"
	                          " WHERE s.schedule_id = $1::uuid"
	                          " FOR UPDATE",
	                          1,
	                          {TEXTOID},
	                          NULL};
	static Statement by_slug = {"SELECT" SCHEDULE_ROW_COLUMNS
	                            " FROM mcp.schedules AS s"
	                            " WHERE s.slug = $1"
	                            " FOR UPDATE",
	                            1,
	                            {TEXTOID},
	                            NULL};
	Datum values[1] = {CStringGetTextDatum(schedule)};

	if (statement_run(slug_is_id(schedule) ? &by_id : &by_slug, values, NULL) ==
	    0)
		ereport(ERROR,
		        (errcode(ERRCODE_MCP_NOT_FOUND),
		         errmsg("schedule %s does not exist",
		                json_text_quote(schedule, (int) strlen(schedule))),
		         errhint("Give the id or the slug of one that "
		                 "mcp.list_schedules() shows.")));
	return schedule_row_decode(SPI_tuptable->vals[0], SPI_tuptable->tupdesc);
}

void
schedule_store_update(const Schedule *schedule)
{
	Datum values[SCHEDULE_DEFINITION_COUNT];
	char nulls[SCHEDULE_DEFINITION_COUNT + 1];

	schedule_row_encode(schedule, values, nulls);
	statement_run(&update_schedule, values, nulls);
}

void
schedule_store_delete(const pg_uuid_t *id)
{
	static Statement delete_schedule = {
		"DELETE FROM mcp.schedules AS s WHERE s.schedule_id = $1",
		1,
		{UUIDOID},
		NULL};
	Datum values[1] = {UUIDPGetDatum(id)};

	statement_run(&delete_schedule, values, NULL);
}

Jsonb *
schedule_store_get(const pg_uuid_t *id)
{
	static Statement get = {"SELECT mcp._schedule_document(s)"
	                        " FROM mcp.schedules AS s"
	                        " WHERE s.schedule_id = $1",
	                        1,
	                        {UUIDOID},
	                        NULL};
	Datum values[1] = {UUIDPGetDatum(id)};

	if (statement_run(&get, values, NULL) == 0)
		elog(ERROR, "a schedule that was found cannot be read");
	return statement_take_jsonb();
}

/* One way to say when takes the place of the other. */
Jsonb *
schedule_store_merge(const char *schedule, Jsonb *changes)
{
	static Statement merge = {
		"SELECT CASE"
		" WHEN $2 ->> 'interval' IS NOT NULL THEN d.document - 'cron'"
		" WHEN $2 ->> 'cron' IS NOT NULL"
		" THEN d.document - 'interval' - 'anchor'"
		" ELSE d.document END || $2"
		" FROM (SELECT mcp._schedule_definition(mcp._find_schedule($1)))"
		" AS d (document)",
		2,
		{TEXTOID, JSONBOID},
		NULL};
	Datum values[2] = {CStringGetTextDatum(schedule), JsonbPGetDatum(changes)};

	statement_read(&merge, values, NULL);
	return statement_take_jsonb();
}

List *
schedule_store_lock_due(TimestampTz now, int limit)
{
	static Statement lock = {"SELECT" SCHEDULE_ROW_COLUMNS
	                         " FROM mcp.schedules AS s"
	                         " WHERE NOT s.is_paused"
	                         " AND s.wakes_at <= $1"
	                         " ORDER BY s.wakes_at"
	                         " LIMIT $2"
	                         " FOR UPDATE SKIP LOCKED",
	                         2,
	                         {TIMESTAMPTZOID, INT4OID},
	                         NULL};
	Datum values[2] = {TimestampTzGetDatum(now), Int32GetDatum(limit)};
	uint64 count = statement_run(&lock, values, NULL);
	SPITupleTable *table = SPI_tuptable;
	List *due = NIL;

	for (uint64 i = 0; i < count; i++)
		due = lappend(due, schedule_row_decode(table->vals[i], table->tupdesc));
	return due;
}

TimestampTz
schedule_store_find_wake(void)
{
	static Statement find = {"SELECT s.wakes_at"
	                         " FROM mcp.schedules AS s"
	                         " WHERE NOT s.is_paused"
	                         " AND s.wakes_at IS NOT NULL"
	                         " ORDER BY s.wakes_at"
	                         " LIMIT 1",
	                         0,
	                         {InvalidOid},
	                         NULL};
	bool is_null;

	if (statement_run(&find, NULL, NULL) == 0)
		return DT_NOEND;
	return DatumGetTimestampTz(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
}

void
schedule_store_save(const Schedule *schedule, TimestampTz now)
{
	static Statement save = {
		"UPDATE mcp.schedules AS s"
		" SET next_fire_at = $2, wakes_at = $3, last_fire_at = $4,"
		" last_run_id = $5, waiting = $6"
		" WHERE s.schedule_id = $1",
		6,
		{UUIDOID,
	     TIMESTAMPTZOID,
	     TIMESTAMPTZOID,
	     TIMESTAMPTZOID,
	     UUIDOID,
	     TIMESTAMPTZARRAYOID},
		NULL};
	TimestampTz wakes_at = schedule_wakes_at(schedule, now);
	Datum values[6] = {UUIDPGetDatum(&schedule->id),
	                   TimestampTzGetDatum(schedule->next_fire_at),
	                   TimestampTzGetDatum(wakes_at),
	                   TimestampTzGetDatum(schedule->last_fire_at),
	                   UUIDPGetDatum(&schedule->last_run_id),
	                   waiting_array(schedule)};
	char nulls[7] = "      ";

	if (schedule->next_fire_at == DT_NOEND)
		nulls[1] = 'n';
	if (wakes_at == DT_NOEND)
		nulls[2] = 'n';
	if (schedule->last_fire_at == 0)
		nulls[3] = 'n';
	if (!schedule->has_last_run)
		nulls[4] = 'n';
	statement_run(&save, values, nulls);
}

bool
schedule_store_add_fire(const ScheduleFire *fire)
{
	static Statement add = {
		"INSERT INTO mcp.schedule_fires AS f"
		" (schedule_id, scheduled_at, fired_at, outcome, run_id, detail)"
		" VALUES ($1, $2, $3, $4, $5, $6)"
		" ON CONFLICT (schedule_id, scheduled_at)"
		" DO UPDATE SET fired_at = $3, outcome = $4, run_id = $5, detail = $6"
		" WHERE f.outcome = 'queued'",
		6,
		{UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, UUIDOID, TEXTOID},
		NULL};
	Datum values[6] = {UUIDPGetDatum(&fire->schedule->id),
	                   TimestampTzGetDatum(fire->scheduled_at),
	                   TimestampTzGetDatum(fire->fired_at),
	                   CStringGetTextDatum(fire->outcome),
	                   UUIDPGetDatum(fire->run_id)};
	char nulls[7] = "      ";

	if (fire->run_id == NULL)
		nulls[4] = 'n';
	if (fire->detail == NULL)
		nulls[5] = 'n';
	else
		values[5] = CStringGetTextDatum(fire->detail);
	return statement_run(&add, values, nulls) > 0;
}

bool
schedule_store_is_alive(const pg_uuid_t *run_id)
{
	static Statement find = {
		"SELECT FROM mcp.live_runs AS l WHERE l.run_id = $1",
		1,
		{UUIDOID},
		NULL};
	Datum values[1] = {UUIDPGetDatum(run_id)};

	return statement_run(&find, values, NULL) > 0;
}

/*
 * Written after the start, as few runs are started so: all others need not know
 * of it.  A run that ended at once has no row any more, and its fire names it.
 */
void
schedule_store_mark_run(const pg_uuid_t *run_id, const Schedule *schedule,
                        TimestampTz scheduled_at)
{
	static Statement mark = {
		"UPDATE mcp.live_runs AS l"
		" SET idempotency_key = format('schedule %s at %s', $2,"
		" to_char($3 AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))"
		" WHERE l.run_id = $1",
		3,
		{UUIDOID, UUIDOID, TIMESTAMPTZOID},
		NULL};
	Datum values[3] = {UUIDPGetDatum(run_id),
	                   UUIDPGetDatum(&schedule->id),
	                   TimestampTzGetDatum(scheduled_at)};

	statement_run(&mark, values, NULL);
}

/* Returns false where the slug is taken. */
static bool
try_insert(const Schedule *schedule, const char *slug)
{
	Datum values[SCHEDULE_DEFINITION_COUNT + 2];
	char nulls[SCHEDULE_DEFINITION_COUNT + 3];

	schedule_row_encode(schedule, values, nulls);
	values[SCHEDULE_DEFINITION_COUNT] = CStringGetTextDatum(slug);
	values[SCHEDULE_DEFINITION_COUNT + 1] =
		CStringGetTextDatum(schedule->owner);
	strlcpy(nulls + SCHEDULE_DEFINITION_COUNT, "  ", 3);
	return statement_run(&insert_schedule, values, nulls) > 0;
}

static bool
is_slug_taken(const char *slug)
{
	static Statement find = {
		"SELECT FROM mcp.schedules AS s WHERE s.slug = $1", 1, {TEXTOID}, NULL};
	Datum values[1] = {CStringGetTextDatum(slug)};

	return statement_run(&find, values, NULL) > 0;
}

static Datum
waiting_array(const Schedule *schedule)
{
	Column times;

	column_init(&times, TIMESTAMPTZOID, schedule->waiting_count);
	for (int i = 0; i < schedule->waiting_count; i++)
		column_add(&times, TimestampTzGetDatum(schedule->waiting[i]));
	return column_array(&times);
}

/*
 * schedule_row.c
 *		The columns of a schedule's row, and what they mean.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "schedule_row.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static void encode_rule(const Schedule *schedule, Datum *values, char *nulls);
static Datum text_or_null(const char *text, char *null);
static void decode_rule(Schedule *schedule, const Datum *values);
static void
decode_progress(Schedule *schedule, const Datum *values, const bool *nulls);
static int find_word(const char *const *words, int count, Datum value);

void
schedule_row_encode(const Schedule *schedule, Datum *values, char *nulls)
{
	TimestampTz wakes_at = schedule_wakes_at(schedule, GetCurrentTimestamp());

	memset(nulls, ' ', SCHEDULE_DEFINITION_COUNT);
	nulls[SCHEDULE_DEFINITION_COUNT] = '\0';
	values[0] = UUIDPGetDatum(&schedule->id);
	values[1] = CStringGetTextDatum(schedule->name);
	values[2] = text_or_null(schedule->description, &nulls[2]);
	values[3] = UUIDPGetDatum(&schedule->workflow_id);
	encode_rule(schedule, values, nulls);
	values[7] = CStringGetTextDatum(schedule->time_zone);
	values[8] = JsonbPGetDatum(schedule->inputs);
	values[9] = JsonbPGetDatum(schedule->options);
	values[10] = CStringGetTextDatum(schedule_overlaps[schedule->overlap]);
	values[11] = CStringGetTextDatum(schedule_catch_ups[schedule->catch_up]);
	values[12] = Int32GetDatum(schedule->catch_up_limit);
	values[13] = Int32GetDatum(schedule->jitter_seconds);
	values[14] = BoolGetDatum(schedule->is_paused);
	values[15] = TimestampTzGetDatum(schedule->next_fire_at);
	values[16] = TimestampTzGetDatum(wakes_at);
	if (schedule->next_fire_at == DT_NOEND)
		nulls[15] = 'n';
	if (wakes_at == DT_NOEND)
		nulls[16] = 'n';
}

Schedule *
schedule_row_decode(HeapTuple row, TupleDesc columns)
{
	Schedule *schedule = palloc0_object(Schedule);
	Datum values[SCHEDULE_ROW_COUNT];
	bool nulls[SCHEDULE_ROW_COUNT];

	heap_deform_tuple(row, columns, values, nulls);
	schedule->id = *DatumGetUUIDP(values[0]);
	schedule->name = TextDatumGetCString(values[1]);
	if (!nulls[2])
		schedule->description = TextDatumGetCString(values[2]);
	schedule->workflow_id = *DatumGetUUIDP(values[3]);
	if (!nulls[4])
		schedule->cron = TextDatumGetCString(values[4]);
	schedule->time_zone = TextDatumGetCString(values[7]);
	decode_rule(schedule, values);
	schedule->inputs = DatumGetJsonbPCopy(values[8]);
	schedule->options = DatumGetJsonbPCopy(values[9]);
	schedule->overlap = (ScheduleOverlap) find_word(
		schedule_overlaps, schedule_overlap_count, values[10]);
	schedule->catch_up = (ScheduleCatchUp) find_word(
		schedule_catch_ups, schedule_catch_up_count, values[11]);
	schedule->catch_up_limit = DatumGetInt32(values[12]);
	schedule->jitter_seconds = DatumGetInt32(values[13]);
	schedule->is_paused = DatumGetBool(values[14]);
	decode_progress(schedule, values, nulls);
	return schedule;
}

static void
encode_rule(const Schedule *schedule, Datum *values, char *nulls)
{
	values[4] = text_or_null(schedule->cron, &nulls[4]);
	values[5] = IntervalPGetDatum(&schedule->rule.interval);
	values[6] = TimestampTzGetDatum(schedule->rule.anchor);
	if (schedule->rule.is_cron)
		nulls[5] = nulls[6] = 'n';
}

static Datum
text_or_null(const char *text, char *null)
{
	*null = text == NULL ? 'n' : ' ';
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/* The zones of another host, after a restore, may be others. */
static void
decode_rule(Schedule *schedule, const Datum *values)
{
	FireRule *rule = &schedule->rule;
	char error[CRON_ERROR_MAX];

	rule->is_cron = schedule->cron != NULL;
	rule->zone = fire_time_find_zone(schedule->time_zone);
	if (!rule->is_cron)
	{
		rule->interval = *DatumGetIntervalP(values[5]);
		rule->anchor = DatumGetTimestampTz(values[6]);
		if (!fire_time_may_repeat(&rule->interval))
			rule->zone = NULL;
	}
	else if (!cron_parse(schedule->cron, &rule->cron, error))
		rule->zone = NULL;
}

static void
decode_progress(Schedule *schedule, const Datum *values, const bool *nulls)
{
	Datum *times;

	schedule->next_fire_at =
		nulls[15] ? DT_NOEND : DatumGetTimestampTz(values[15]);
	schedule->slug = TextDatumGetCString(values[16]);
	schedule->owner = pstrdup(NameStr(*DatumGetName(values[17])));
	if (!nulls[18])
		schedule->last_fire_at = DatumGetTimestampTz(values[18]);
	schedule->has_last_run = !nulls[19];
	if (schedule->has_last_run)
		schedule->last_run_id = *DatumGetUUIDP(values[19]);
	deconstruct_array(DatumGetArrayTypeP(values[20]),
	                  TIMESTAMPTZOID,
	                  sizeof(TimestampTz),
	                  FLOAT8PASSBYVAL,
	                  TYPALIGN_DOUBLE,
	                  &times,
	                  NULL,
	                  &schedule->waiting_count);
	schedule->waiting = palloc_array(
		TimestampTz,
		(Size) (schedule->waiting_count + schedule->catch_up_limit + 1));
	for (int i = 0; i < schedule->waiting_count; i++)
		schedule->waiting[i] = DatumGetTimestampTz(times[i]);
}

/* The first, where the row was written by a version that knows more. */
static int
find_word(const char *const *words, int count, Datum value)
{
	char *word = TextDatumGetCString(value);

	for (int i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return 0;
}

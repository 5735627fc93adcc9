/*
 * turn_wait.c
 *		Steps that wait: for a time, a signal, an approval.
 */
#include "postgres.h"

#include "json_value.h"
#include "miscadmin.h"
#include "step_inputs.h"
#include "timer.h"
#include "turn_moves.h"
#include "turn_step.h"
#include "turn_wait.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

static void wait_for_time(TurnWork *work, LiveRun *run, int slot);
static bool find_time(TurnWork *work, LiveRun *run, int slot, TimestampTz *time,
                      char **error);
static bool read_time(const char *text, TimestampTz *time);
static void wait_for_signal(TurnWork *work, LiveRun *run, int slot);
static ParkedStep *
park(TurnWork *work, LiveRun *run, int slot, ParkedKind kind);
static void expire_at(TurnWork *work, ParkedStep *step, TimestampTz expires_at);

void
turn_wait_begin(TurnWork *work, LiveRun *run, int slot)
{
	const PlanWait *wait = &run_slot_plan(run, slot)->wait;
	ParkedStep *step;

	switch (wait->kind)
	{
		case PLAN_WAIT_TIME:
			wait_for_time(work, run, slot);
			break;
		case PLAN_WAIT_SIGNAL:
			wait_for_signal(work, run, slot);
			break;
		case PLAN_WAIT_APPROVAL:
			step = park(work, run, slot, PARKED_APPROVAL);
			step->detail = wait->approval;
			if (wait->timeout > 0)
				expire_at(
					work, step, timer_after(work->turn->now, wait->timeout));
			break;
	}
}

static void
wait_for_time(TurnWork *work, LiveRun *run, int slot)
{
	const PlanWait *wait = &run_slot_plan(run, slot)->wait;
	TimestampTz time = timer_after(work->turn->now, wait->seconds);
	TurnFailure failure = {.error_class = "inputs"};
	char *error;

	if (wait->until != NULL && !find_time(work, run, slot, &time, &error))
	{
		failure.error = error;
		turn_moves_fail_for_good(work, run, slot, &failure);
	}
	else if (time <= work->turn->now)
		turn_moves_finish(work, run, slot, STEP_SUCCESS, NULL);
	else
		expire_at(work, park(work, run, slot, PARKED_TIME), time);
}

static bool
find_time(TurnWork *work, LiveRun *run, int slot, TimestampTz *time,
          char **error)
{
	StepScope scope;
	JsonbValue value;
	char *text;

	if (!turn_step_scope(work, run, slot, &scope, error) ||
	    !step_inputs_find(
			&scope, run_slot_plan(run, slot)->wait.until, &value, error))
		return false;
	if (value.type != jbvString)
	{
		*error = psprintf("wait.until must be a time as text, not %s",
		                  json_value_type(&value));
		return false;
	}
	text = pnstrdup(value.val.string.val, (Size) value.val.string.len);
	if (read_time(text, time))
		return true;
	*error = psprintf("wait.until is no time: \"%.100s\"", text);
	return false;
}

/* timestamptz_in raises, and a turn must not: so its parts, by hand. */
static bool
read_time(const char *text, TimestampTz *time)
{
	char *fields[MAXDATEFIELDS];
	int types[MAXDATEFIELDS];
	char buffer[MAXDATELEN + MAXDATEFIELDS];
	int field_count;
	int type;
	int zone = 0;
	struct pg_tm parts;
	fsec_t fraction;

	if (ParseDateTime(text,
	                  buffer,
	                  sizeof(buffer),
	                  fields,
	                  types,
	                  MAXDATEFIELDS,
	                  &field_count) != 0 ||
	    DecodeDateTime(
			fields, types, field_count, &type, &parts, &fraction, &zone) != 0)
		return false;
	return type == DTK_DATE && tm2timestamp(&parts, fraction, &zone, time) == 0;
}

static void
wait_for_signal(TurnWork *work, LiveRun *run, int slot)
{
	const PlanWait *wait = &run_slot_plan(run, slot)->wait;
	ParkedStep *step;
	Jsonb *payload;

	if (parked_store_take_signal(&run->run_id, wait->signal, &payload))
	{
		turn_moves_finish(work, run, slot, STEP_SUCCESS, payload);
		return;
	}
	step = park(work, run, slot, PARKED_SIGNAL);
	step->name = wait->signal;
	if (wait->timeout > 0)
		expire_at(work, step, timer_after(work->turn->now, wait->timeout));
}

static ParkedStep *
park(TurnWork *work, LiveRun *run, int slot, ParkedKind kind)
{
	ParkedStep *step = palloc0_object(ParkedStep);

	step->run = run;
	step->slot = slot;
	step->kind = kind;
	step->since = work->turn->now;
	run_state_park(run->state, slot, step->since);
	if (run->started_at == 0)
		run->started_at = step->since;
	run->is_changed = true;
	work->parked = lappend(work->parked, step);
	return step;
}

static void
expire_at(TurnWork *work, ParkedStep *step, TimestampTz expires_at)
{
	step->expires_at = expires_at;
	queue_store_add_timer(&work->timers, step->run, step->slot, expires_at);
}

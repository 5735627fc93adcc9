/*
 * run_state_bytes.c
 *		Where a run stands, as bytes.
 *
 * The bytes: a format number; the number of slots in four; one byte a slot, its
 * StepState; in format 2 the number of fans in four, and 12 for each; then 20
 * bytes for each task, in ascending order of slots.  Integers are little-endian,
 * so that a dump restores on any machine.  A step that is READY for its first
 * attempt needs no task, so a run with a thousand steps ready stays small.
 *
 * Bytes come from a table, but a table can be restored from anywhere: whatever
 * they hold, what is made of them keeps the promises of run_state.
 */
#include <string.h>

#include "run_state_body.h"

#define FORMAT_PLAIN 1
#define FORMAT_FANS 2
#define HEAD_BYTES 5
#define COUNT_BYTES 4
#define FAN_BYTES 12
#define TASK_BYTES 20

/* What the head of the bytes tells, held against their length. */
typedef struct Layout
{
	int step_count;
	int slot_count;
	int fan_count;
	const uint8_t *steps;
	const uint8_t *fans;
	const uint8_t *tasks;
	int task_count;
} Layout;

static bool read_layout(const uint8_t *bytes, size_t length, Layout *layout);
static bool read_fans(const uint8_t *rest, size_t length, Layout *layout);
static RunFan read_fan(const uint8_t *bytes);
static bool take_steps(RunState *run, const Layout *layout);
static bool take_fans(RunState *run, const Layout *layout);
static bool take_tasks(RunState *run, const Layout *layout);
static bool is_task_sound(const RunState *run, const StepTask *task);
static uint8_t *put_integer(uint8_t *bytes, uint64_t value, int size);
static uint64_t get_integer(const uint8_t *bytes, int size);

size_t
run_state_parsed_size(const uint8_t *bytes, size_t length)
{
	Layout layout;

	if (!read_layout(bytes, length, &layout))
		return 0;
	return run_state_body_size(layout.slot_count, layout.fan_count);
}

RunState *
run_state_parse(void *memory, RunStatus status, const uint8_t *bytes,
                size_t length)
{
	Layout layout;
	RunState *run;

	if (!read_layout(bytes, length, &layout))
		return NULL;
	run = run_state_body_lay(
		memory, layout.step_count, layout.slot_count, layout.fan_count);
	run->status = status;
	if (!take_steps(run, &layout) || !take_fans(run, &layout) ||
	    !take_tasks(run, &layout))
		return NULL;
	return run;
}

size_t
run_state_printed_size(const RunState *run)
{
	size_t size = HEAD_BYTES + (size_t) run->slot_count +
	              (size_t) run->task_count * TASK_BYTES;

	if (run->fan_count > 0)
		size += COUNT_BYTES + (size_t) run->fan_count * FAN_BYTES;
	return size;
}

void
run_state_print(const RunState *run, uint8_t *bytes)
{
	*bytes++ = run->fan_count > 0 ? FORMAT_FANS : FORMAT_PLAIN;
	bytes = put_integer(bytes, (uint64_t) run->slot_count, COUNT_BYTES);
	memcpy(bytes, run->steps, (size_t) run->slot_count);
	bytes += run->slot_count;
	if (run->fan_count > 0)
		bytes = put_integer(bytes, (uint64_t) run->fan_count, COUNT_BYTES);
	for (int i = 0; i < run->fan_count; i++)
	{
		bytes = put_integer(bytes, (uint64_t) run->fans[i].ordinal, 4);
		bytes = put_integer(bytes, (uint64_t) run->fans[i].first, 4);
		bytes = put_integer(bytes, (uint64_t) run->fans[i].count, 4);
	}
	for (int i = 0; i < run->task_count; i++)
	{
		const StepTask *task = &run->tasks[i];

		bytes = put_integer(bytes, (uint64_t) task->ordinal, 4);
		bytes = put_integer(bytes, (uint64_t) task->attempt, 4);
		bytes = put_integer(bytes, (uint64_t) task->epoch, 4);
		bytes = put_integer(bytes, (uint64_t) task->since, 8);
	}
}

static bool
read_layout(const uint8_t *bytes, size_t length, Layout *layout)
{
	uint64_t slot_count;
	size_t rest;

	if (length < HEAD_BYTES)
		return false;
	slot_count = get_integer(bytes + 1, COUNT_BYTES);
	rest = length - HEAD_BYTES;
	if (slot_count > rest || slot_count > INT32_MAX)
		return false;
	rest -= slot_count;
	*layout = (Layout){.step_count = (int) slot_count,
	                   .slot_count = (int) slot_count,
	                   .steps = bytes + HEAD_BYTES};
	layout->tasks = layout->steps + slot_count;
	if (bytes[0] == FORMAT_FANS)
	{
		if (!read_fans(layout->tasks, rest, layout))
			return false;
		rest -= (size_t) (layout->tasks - (layout->steps + slot_count));
	}
	else if (bytes[0] != FORMAT_PLAIN)
		return false;
	if (rest % TASK_BYTES != 0 || rest / TASK_BYTES > slot_count)
		return false;
	layout->task_count = (int) (rest / TASK_BYTES);
	return true;
}

static bool
read_fans(const uint8_t *rest, size_t length, Layout *layout)
{
	uint64_t count;

	if (length < COUNT_BYTES)
		return false;
	count = get_integer(rest, COUNT_BYTES);
	if (count == 0 || count > (length - COUNT_BYTES) / FAN_BYTES)
		return false;
	layout->fan_count = (int) count;
	layout->fans = rest + COUNT_BYTES;
	layout->tasks = layout->fans + count * FAN_BYTES;
	layout->step_count = read_fan(layout->fans).first;
	return layout->step_count > 0 && layout->step_count < layout->slot_count;
}

static RunFan
read_fan(const uint8_t *bytes)
{
	return (RunFan){.ordinal = (int) get_integer(bytes, 4),
	                .first = (int) get_integer(bytes + 4, 4),
	                .count = (int) get_integer(bytes + 8, 4)};
}

static bool
take_steps(RunState *run, const Layout *layout)
{
	run->open_count = 0;
	for (int i = 0; i < layout->slot_count; i++)
	{
		uint8_t state = layout->steps[i];

		if (state >= STEP_STATE_COUNT)
			return false;
		run->steps[i] = state;
		run->counts[state]++;
		if (i < layout->step_count && !step_state_is_end((StepState) state))
			run->open_count++;
	}
	return true;
}

/* One behind the other, up to the last slot; no step has two. */
static bool
take_fans(RunState *run, const Layout *layout)
{
	int next = layout->step_count;

	for (int i = 0; i < layout->fan_count; i++)
	{
		RunFan fan = read_fan(layout->fans + (size_t) i * FAN_BYTES);

		if (fan.ordinal < 0 || fan.ordinal >= layout->step_count ||
		    fan.first != next || fan.count < 1 ||
		    fan.count > layout->slot_count - next)
			return false;
		for (int j = 0; j < i; j++)
			if (run->fans[j].ordinal == fan.ordinal)
				return false;
		run->fans[i] = fan;
		next += fan.count;
	}
	return next == layout->slot_count;
}

static bool
take_tasks(RunState *run, const Layout *layout)
{
	const uint8_t *bytes = layout->tasks;
	int need = run->counts[STEP_RUNNING] + run->counts[STEP_SLEEPING] +
	           run->counts[STEP_PARKED];

	for (int i = 0; i < layout->task_count; i++, bytes += TASK_BYTES)
	{
		StepTask *task = &run->tasks[i];

		task->ordinal = (int) get_integer(bytes, 4);
		task->attempt = (int) get_integer(bytes + 4, 4);
		task->epoch = (int) get_integer(bytes + 8, 4);
		task->since = (int64_t) get_integer(bytes + 12, 8);
		if (!is_task_sound(run, task))
			return false;
		if (i > 0 && task->ordinal <= task[-1].ordinal)
			return false;
		if (run->steps[task->ordinal] != STEP_READY)
			need--;
	}
	run->task_count = layout->task_count;
	return need == 0;
}

static bool
is_task_sound(const RunState *run, const StepTask *task)
{
	if (task->ordinal < 0 || task->ordinal >= run->slot_count ||
	    task->attempt < 1)
		return false;
	switch ((StepState) run->steps[task->ordinal])
	{
		case STEP_RUNNING:
			return true;
		case STEP_SLEEPING:
		case STEP_PARKED:
			return task->epoch == 0;
		case STEP_READY:
			return task->epoch == 0 && (task->attempt > 1 || task->since != 0);
		case STEP_WAITING:
		case STEP_SUCCESS:
		case STEP_FAILED:
		case STEP_SKIPPED:
		case STEP_CANCELLED:
			return false;
	}
	return false;
}

static uint8_t *
put_integer(uint8_t *bytes, uint64_t value, int size)
{
	for (int i = 0; i < size; i++)
		*bytes++ = (uint8_t) (value >> (8 * i));
	return bytes;
}

static uint64_t
get_integer(const uint8_t *bytes, int size)
{
	uint64_t value = 0;

	for (int i = size - 1; i >= 0; i--)
		value = (value << 8) | bytes[i];
	return value;
}

/*
 * run_state.c
 *		Where a run stands: the moves, and the bytes.
 *
 * The bytes: a format number; the number of steps in four; one byte a step, its
 * StepState; then 20 bytes for each task, in ascending order of ordinals.
 * Integers are little-endian, so that a dump restores on any machine.  A step
 * that is READY for its first attempt needs no task, so a run with a thousand
 * steps ready stays small.
 */
#include <string.h>

#include "run_state.h"

#define FORMAT 1
#define HEAD_BYTES 5
#define TASK_BYTES 20

struct RunState
{
	RunStatus status;
	int step_count;
	int task_count;
	int counts[STEP_STATE_COUNT];
	StepTask *tasks; /* room for step_count, sorted by ordinal */
	uint8_t *steps;
};

static bool move_run(RunState *run, RunStatus to);
static bool may_move_step(const RunState *run, int ordinal, StepState to);
static bool move_step(RunState *run, int ordinal, StepState to);
static bool
are_befores_done(const RunState *run, const RunShape *shape, int ordinal);
static int find_place(const RunState *run, int ordinal);
static StepTask *put_task(RunState *run, int ordinal);
static void remove_task(RunState *run, int ordinal);
static bool parse_tasks(RunState *run, const uint8_t *bytes, size_t length);
static bool is_task_sound(const RunState *run, const StepTask *task);
static uint8_t *put_integer(uint8_t *bytes, uint64_t value, int size);
static uint64_t get_integer(const uint8_t *bytes, int size);

size_t
run_state_size(int step_count)
{
	return sizeof(RunState) + (size_t) step_count * sizeof(StepTask) +
	       (size_t) step_count;
}

RunState *
run_state_init(void *memory, int step_count)
{
	RunState *run = memory;

	memset(run, 0, sizeof(*run));
	run->status = RUN_PENDING;
	run->step_count = step_count;
	run->counts[STEP_WAITING] = step_count;
	run->tasks = (StepTask *) (run + 1);
	run->steps = (uint8_t *) (run->tasks + step_count);
	memset(run->steps, STEP_WAITING, (size_t) step_count);
	return run;
}

int
run_state_find_step_count(const uint8_t *bytes, size_t length)
{
	uint64_t step_count;

	if (length < HEAD_BYTES || bytes[0] != FORMAT)
		return -1;
	step_count = get_integer(bytes + 1, HEAD_BYTES - 1);
	return step_count > length - HEAD_BYTES ? -1 : (int) step_count;
}

RunState *
run_state_parse(void *memory, int step_count, RunStatus status,
                const uint8_t *bytes, size_t length)
{
	RunState *run = run_state_init(memory, step_count);
	size_t head = HEAD_BYTES + (size_t) step_count;

	if (length < head || run_state_find_step_count(bytes, length) != step_count)
		return NULL;
	run->status = status;
	run->counts[STEP_WAITING] = 0;
	for (int i = 0; i < step_count; i++)
	{
		uint8_t state = bytes[HEAD_BYTES + i];

		if (state >= STEP_STATE_COUNT)
			return NULL;
		run->steps[i] = state;
		run->counts[state]++;
	}
	if (!parse_tasks(run, bytes + head, length - head))
		return NULL;
	return run;
}

size_t
run_state_printed_size(const RunState *run)
{
	return HEAD_BYTES + (size_t) run->step_count +
	       (size_t) run->task_count * TASK_BYTES;
}

void
run_state_print(const RunState *run, uint8_t *bytes)
{
	*bytes++ = FORMAT;
	bytes = put_integer(bytes, (uint64_t) run->step_count, HEAD_BYTES - 1);
	memcpy(bytes, run->steps, (size_t) run->step_count);
	bytes += run->step_count;
	for (int i = 0; i < run->task_count; i++)
	{
		const StepTask *task = &run->tasks[i];

		bytes = put_integer(bytes, (uint64_t) task->ordinal, 4);
		bytes = put_integer(bytes, (uint64_t) task->attempt, 4);
		bytes = put_integer(bytes, (uint64_t) task->epoch, 4);
		bytes = put_integer(bytes, (uint64_t) task->since, 8);
	}
}

RunStatus
run_state_status(const RunState *run)
{
	return run->status;
}

StepState
run_state_step(const RunState *run, int ordinal)
{
	return (StepState) run->steps[ordinal];
}

int
run_state_count(const RunState *run, StepState state)
{
	return run->counts[state];
}

int
run_state_attempt(const RunState *run, int ordinal)
{
	const StepTask *task = run_state_find_task(run, ordinal);

	return task == NULL ? 1 : task->attempt;
}

int
run_state_task_count(const RunState *run)
{
	return run->task_count;
}

const StepTask *
run_state_task(const RunState *run, int index)
{
	return &run->tasks[index];
}

const StepTask *
run_state_find_task(const RunState *run, int ordinal)
{
	int place = find_place(run, ordinal);

	if (place == run->task_count || run->tasks[place].ordinal != ordinal)
		return NULL;
	return &run->tasks[place];
}

bool
run_state_is_held(const RunState *run, int ordinal, int attempt, int epoch)
{
	const StepTask *task = run_state_find_task(run, ordinal);

	return run->steps[ordinal] == STEP_RUNNING && task->attempt == attempt &&
	       task->epoch == epoch;
}

bool
run_state_begin(RunState *run, const RunShape *shape, int *ready,
                int *ready_count)
{
	*ready_count = 0;
	if (run->status != RUN_PENDING ||
	    run->counts[STEP_WAITING] != run->step_count)
		return false;
	if (run->step_count == 0)
		return move_run(run, RUN_SUCCESS);
	for (int i = 0; i < run->step_count; i++)
		if (are_befores_done(run, shape, i) && move_step(run, i, STEP_READY))
			ready[(*ready_count)++] = i;
	return true;
}

bool
run_state_hand_out(RunState *run, int ordinal, int epoch, int64_t now)
{
	StepTask *task;

	if (run->status != RUN_RUNNING && run->status != RUN_PENDING)
		return false;
	if (!move_step(run, ordinal, STEP_RUNNING))
		return false;
	task = put_task(run, ordinal);
	task->epoch = epoch;
	task->since = now;
	run->status = RUN_RUNNING;
	return true;
}

bool
run_state_succeed(RunState *run, const RunShape *shape, int ordinal, int *ready,
                  int *ready_count)
{
	*ready_count = 0;
	if (!move_step(run, ordinal, STEP_SUCCESS))
		return false;
	remove_task(run, ordinal);
	for (int i = shape->after_starts[ordinal];
	     i < shape->after_starts[ordinal + 1];
	     i++)
	{
		int after = shape->afters[i];

		if (are_befores_done(run, shape, after) &&
		    move_step(run, after, STEP_READY))
			ready[(*ready_count)++] = after;
	}
	if (run->counts[STEP_SUCCESS] + run->counts[STEP_SKIPPED] ==
	    run->step_count)
		return move_run(run, RUN_SUCCESS);
	return true;
}

bool
run_state_fail(RunState *run, int ordinal)
{
	if (!move_step(run, ordinal, STEP_FAILED))
		return false;
	remove_task(run, ordinal);
	return run_state_end(run, RUN_FAILED);
}

/*
 * The since of a step that sleeps is part of the key of its timer, so that a
 * run which ends early finds the row again.
 */
bool
run_state_sleep(RunState *run, int ordinal, int64_t due)
{
	StepTask *task;

	if (!move_step(run, ordinal, STEP_SLEEPING))
		return false;
	task = put_task(run, ordinal);
	task->attempt++;
	task->epoch = 0;
	task->since = due;
	return true;
}

bool
run_state_wake(RunState *run, int ordinal)
{
	if (run->steps[ordinal] != STEP_SLEEPING)
		return false;
	put_task(run, ordinal)->since = 0;
	return move_step(run, ordinal, STEP_READY);
}

bool
run_state_give_back(RunState *run, int ordinal)
{
	StepTask *task;

	if (run->steps[ordinal] != STEP_RUNNING)
		return false;
	task = put_task(run, ordinal);
	task->attempt++;
	task->epoch = 0;
	task->since = 0;
	return move_step(run, ordinal, STEP_READY);
}

bool
run_state_end(RunState *run, RunStatus end)
{
	if (end != RUN_FAILED && end != RUN_CANCELLED)
		return false;
	if (!move_run(run, end))
		return false;
	for (int i = 0; i < run->step_count; i++)
		if (may_move_step(run, i, STEP_CANCELLED))
			move_step(run, i, STEP_CANCELLED);
	run->task_count = 0;
	return true;
}

static bool
move_run(RunState *run, RunStatus to)
{
	if (!run_status_may_move(run->status, to))
		return false;
	run->status = to;
	return true;
}

static bool
may_move_step(const RunState *run, int ordinal, StepState to)
{
	return step_state_may_move((StepState) run->steps[ordinal], to);
}

static bool
move_step(RunState *run, int ordinal, StepState to)
{
	if (!may_move_step(run, ordinal, to))
		return false;
	run->counts[run->steps[ordinal]]--;
	run->counts[to]++;
	run->steps[ordinal] = (uint8_t) to;
	return true;
}

static bool
are_befores_done(const RunState *run, const RunShape *shape, int ordinal)
{
	for (int i = shape->before_starts[ordinal];
	     i < shape->before_starts[ordinal + 1];
	     i++)
	{
		StepState before = (StepState) run->steps[shape->befores[i]];

		if (before != STEP_SUCCESS && before != STEP_SKIPPED)
			return false;
	}
	return true;
}

/* Where the task of the step is, or would have to be. */
static int
find_place(const RunState *run, int ordinal)
{
	int low = 0;
	int high = run->task_count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (run->tasks[middle].ordinal < ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The task of the step, made for attempt 1 where there is none. */
static StepTask *
put_task(RunState *run, int ordinal)
{
	int place = find_place(run, ordinal);
	StepTask *task = &run->tasks[place];

	if (place < run->task_count && task->ordinal == ordinal)
		return task;
	memmove(task + 1, task, (size_t) (run->task_count - place) * sizeof(*task));
	run->task_count++;
	*task = (StepTask){.ordinal = ordinal, .attempt = 1};
	return task;
}

static void
remove_task(RunState *run, int ordinal)
{
	int place = find_place(run, ordinal);
	StepTask *task = &run->tasks[place];

	if (place == run->task_count || task->ordinal != ordinal)
		return;
	run->task_count--;
	memmove(task, task + 1, (size_t) (run->task_count - place) * sizeof(*task));
}

/*
 * Bytes come from a table, but a table can be restored from anywhere: whatever
 * they hold, what is made of them keeps the promises of this room.
 */
static bool
parse_tasks(RunState *run, const uint8_t *bytes, size_t length)
{
	size_t count = length / TASK_BYTES;
	int need = run->counts[STEP_RUNNING] + run->counts[STEP_SLEEPING];

	if (length % TASK_BYTES != 0 || count > (size_t) run->step_count)
		return false;
	for (size_t i = 0; i < count; i++, bytes += TASK_BYTES)
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
	run->task_count = (int) count;
	return need == 0;
}

static bool
is_task_sound(const RunState *run, const StepTask *task)
{
	if (task->ordinal < 0 || task->ordinal >= run->step_count ||
	    task->attempt < 1)
		return false;
	switch ((StepState) run->steps[task->ordinal])
	{
		case STEP_RUNNING:
			return true;
		case STEP_SLEEPING:
			return task->epoch == 0;
		case STEP_READY:
			return task->epoch == 0 && task->attempt > 1;
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

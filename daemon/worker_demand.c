/*
 * worker_demand.c
 *		How many tasks of which queue a turn asks for, and whether it got them.
 */
#include "worker_demand.h"

#include <string.h>

typedef struct Queue
{
	const char *name;
	int asked;
	int given;
} Queue;

struct WorkerDemand
{
	int count;
	int next; /* who is the first to get an odd slot */
	Queue queues[];
};

static int count_names(const char *names);
static char *take_name(const char **names, Arena *arena);

WorkerDemand *
worker_demand_create(const char *queues, Arena *arena)
{
	size_t count = (size_t) count_names(queues);
	WorkerDemand *demand =
		arena_alloc(arena, sizeof(*demand) + count * sizeof(Queue));
	char *name;

	while ((name = take_name(&queues, arena)) != NULL)
	{
		if (!worker_demand_has_queue(demand, name))
			demand->queues[demand->count++].name = name;
	}
	return demand;
}

bool
worker_demand_has_queue(const WorkerDemand *demand, const char *queue)
{
	for (int i = 0; i < demand->count; i++)
	{
		if (strcmp(demand->queues[i].name, queue) == 0)
			return true;
	}
	return false;
}

void
worker_demand_share(WorkerDemand *demand, int slots)
{
	for (int i = 0; i < demand->count; i++)
	{
		Queue *queue = &demand->queues[(demand->next + i) % demand->count];

		queue->given = 0;
		queue->asked =
			slots / demand->count + (i < slots % demand->count ? 1 : 0);
	}
	if (demand->count > 0)
		demand->next = (demand->next + slots) % demand->count;
}

bool
worker_demand_is_empty(const WorkerDemand *demand)
{
	for (int i = 0; i < demand->count; i++)
	{
		if (demand->queues[i].asked > 0)
			return false;
	}
	return true;
}

void
worker_demand_print(const WorkerDemand *demand, JsonWriter *writer)
{
	json_write_open(writer, '{');
	for (int i = 0; i < demand->count; i++)
	{
		const Queue *queue = &demand->queues[i];

		if (queue->asked == 0)
			continue;
		json_write_name(writer, queue->name);
		json_write_integer(writer, queue->asked);
	}
	json_write_close(writer, '}');
}

void
worker_demand_print_capacity(const WorkerDemand *demand, int slots,
                             JsonWriter *writer)
{
	json_write_open(writer, '{');
	json_write_name(writer, "slots");
	json_write_integer(writer, slots);
	json_write_name(writer, "queues");
	json_write_open(writer, '[');
	for (int i = 0; i < demand->count; i++)
		json_write_text(writer, demand->queues[i].name);
	json_write_close(writer, ']');
	json_write_close(writer, '}');
}

/*
 * Compared as written: names of queues are plain, and one that had to be
 * escaped would only be asked for once less.
 */
void
worker_demand_take(WorkerDemand *demand, JsonView queue)
{
	for (int i = 0; i < demand->count; i++)
	{
		Queue *known = &demand->queues[i];
		size_t length = strlen(known->name);

		if (queue.length == length + 2 &&
		    memcmp(queue.text + 1, known->name, length) == 0)
			known->given++;
	}
}

bool
worker_demand_may_have_more(const WorkerDemand *demand)
{
	for (int i = 0; i < demand->count; i++)
	{
		const Queue *queue = &demand->queues[i];

		if (queue->asked > 0 && queue->given >= queue->asked)
			return true;
	}
	return false;
}

static int
count_names(const char *names)
{
	int count = 1;

	for (; *names; names++)
	{
		if (*names == ',')
			count++;
	}
	return count;
}

/* The next name that is not empty, without the space around it, or NULL. */
static char *
take_name(const char **names, Arena *arena)
{
	static const char separators[] = ", \t";
	static const char space[] = " \t";
	const char *start = *names + strspn(*names, separators);
	size_t length = strcspn(start, ",");

	*names = start + length;
	while (length > 0 && strchr(space, start[length - 1]))
		length--;
	return length > 0 ? arena_copy(arena, start, length) : NULL;
}

/*
 * worker_demand.h
 *		How many tasks of which queue a turn asks for, and whether it got them.
 *
 * Free capacity is shared among the queues evenly, the odd ones in turn.  Where
 * a queue gave all that it was asked for there may be more, so the worker asks
 * again at once for what is still free: a busy queue gets what quiet ones leave.
 */
#ifndef MCPD_WORKER_DEMAND_H
#define MCPD_WORKER_DEMAND_H

#include "arena.h"
#include "json_view.h"
#include "json_write.h"

typedef struct WorkerDemand WorkerDemand;

/* queues: names separated by commas; it lives in the arena. */
extern WorkerDemand *worker_demand_create(const char *queues, Arena *arena);

extern bool
worker_demand_has_queue(const WorkerDemand *demand, const char *queue);

/* Shares so many free slots among the queues; 0 asks for nothing. */
extern void worker_demand_share(WorkerDemand *demand, int slots);

extern bool worker_demand_is_empty(const WorkerDemand *demand);

/* {"default": 8} */
extern void worker_demand_print(const WorkerDemand *demand, JsonWriter *writer);

/* {"slots": 8, "queues": ["default"]} */
extern void worker_demand_print_capacity(const WorkerDemand *demand, int slots,
                                         JsonWriter *writer);

/* A task of this queue was given; a JSON string. */
extern void worker_demand_take(WorkerDemand *demand, JsonView queue);

/* Whether a queue gave all that it was asked for. */
extern bool worker_demand_may_have_more(const WorkerDemand *demand);

#endif

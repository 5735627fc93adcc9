/*
 * schedule_registry.h
 *		Schedules as their users change them: checked whole, told to the audit
 *		log.
 *
 * Each verb opens an SPI connection of its own and answers in the caller's memory
 * context.  `schedule` is an id or a slug; where there is none such, the verb
 * raises MC020.  Changes and deletion raise 42501 where the actor neither owns
 * the schedule nor is an admin; whoever may operate pauses, resumes and triggers.
 */
#ifndef MCP_SCHEDULE_REGISTRY_H
#define MCP_SCHEDULE_REGISTRY_H

#include "problem.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/* Adds all that would stop create, or update where a schedule is given. */
extern void schedule_registry_check(const char *schedule, Jsonb *document,
                                    ProblemList *problems);

/* These return it in full, and raise the first problem. */
extern Jsonb *schedule_registry_create(Jsonb *document);
extern Jsonb *schedule_registry_update(const char *schedule, Jsonb *changes);
extern Jsonb *schedule_registry_pause(const char *schedule);
extern Jsonb *schedule_registry_resume(const char *schedule);

extern void schedule_registry_delete(const char *schedule);

/* Starts a run now, and returns its id. */
extern pg_uuid_t schedule_registry_trigger(const char *schedule);

#endif

/*
 * maintenance.c
 *		Calls mcp.maintain() at start and every hour.
 */
#include "maintenance.h"

#include "loop.h"
#include "memory.h"

#include <stdlib.h>

#define HOUR 3600000 /* milliseconds */
#define RETRY 5000

struct Maintenance
{
	Db *db;
	DbRequest *request; /* under way, else NULL */
	LoopTimer *timer;   /* the next time */
	Status last;        /* how the last time ended: a trouble is told once */
};

static void maintain(void *context);
static void maintained(void *context, DbResult *result, const Error *error);
static bool passes(Status status);
static bool is_more(const DbResult *result);

Maintenance *
maintenance_start(Db *db)
{
	Maintenance *maintenance = memory_alloc(sizeof(*maintenance));

	maintenance->db = db;
	maintenance->timer = loop_timer_create(maintain, maintenance);
	loop_timer_set(maintenance->timer, 0);
	return maintenance;
}

void
maintenance_stop(Maintenance *maintenance)
{
	if (maintenance == NULL)
		return;
	if (maintenance->request)
		db_forget(maintenance->request);
	loop_timer_destroy(maintenance->timer);
	free(maintenance);
}

static void
maintain(void *context)
{
	Maintenance *maintenance = context;

	/* Right after the start it is not there yet: no reason to complain. */
	if (!db_is_online(maintenance->db))
	{
		loop_timer_set(maintenance->timer, RETRY / 10);
		return;
	}
	maintenance->request =
		db_send(maintenance->db, DB_MAINTAIN, NULL, maintained, maintenance);
}

static void
maintained(void *context, DbResult *result, const Error *error)
{
	Maintenance *maintenance = context;
	Status status = error ? error->status : STATUS_OK;

	maintenance->request = NULL;
	loop_timer_set(maintenance->timer,
	               passes(status) || (!error && is_more(result)) ? RETRY
	                                                             : HOUR);
	if (error && status != maintenance->last)
		log_failure("cannot maintain the database", error);
	else if (status == STATUS_OK)
		log_info("database maintained",
		         LOG_FIELDS(log_text("done", db_result_text(result, 0, 0))));
	maintenance->last = status;
}

/* Trouble that is likely gone soon; a missing privilege is not. */
static bool
passes(Status status)
{
	return status == STATUS_UNAVAILABLE || status == STATUS_MISSING;
}

/* One call deletes no more of old history than is good for those beside it. */
static bool
is_more(const DbResult *result)
{
	const char *text = db_result_text(result, 0, 1);

	return text && *text == 't';
}

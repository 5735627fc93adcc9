/*
 * pool.c
 *		Work that blocks, done on a thread beside the loop.
 */
#include "pool.h"

#include "memory.h"

#include <stdlib.h>

typedef struct Job
{
	uv_work_t request; /* first: libuv gives it back as a Job */
	LoopCallback work;
	LoopCallback done;
	void *context;
} Job;

static void run_work(uv_work_t *request);
static void tell_done(uv_work_t *request, int status);

void
pool_run(LoopCallback work, LoopCallback done, void *context)
{
	Job *job = memory_alloc(sizeof(*job));

	job->work = work;
	job->done = done;
	job->context = context;
	uv_queue_work(loop_uv(), &job->request, run_work, tell_done);
}

static void
run_work(uv_work_t *request)
{
	Job *job = (Job *) request;

	job->work(job->context);
}

/* Nobody cancels a job, so it was run. */
static void
tell_done(uv_work_t *request, int status)
{
	Job *job = (Job *) request;

	(void) status;
	if (job->done)
		job->done(job->context);
	free(job);
}

/*
 * plan.h
 *		A workflow version, compiled: what follows what, and whence inputs come.
 *
 * Steps are known by their ordinal, their place in the list from 0.  A plan
 * holds nothing of a run, never changes, and may be shared by all runs of its
 * version.
 */
#ifndef MCP_PLAN_H
#define MCP_PLAN_H

#include "run_state.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

typedef enum PlanStrategy
{
	PLAN_STOP,    /* the first failure fails the run */
	PLAN_RETRY,   /* a failed step is tried again, later */
	PLAN_FALLBACK /* a failed run starts another workflow */
} PlanStrategy;

typedef enum PlanSource
{
	PLAN_WORKFLOW_INPUT, /* the run's input of that key */
	PLAN_STATIC_VALUE,   /* the value */
	PLAN_STEP_OUTPUT     /* what the key or path finds in a step's result */
} PlanSource;

/* One input of a step. */
typedef struct PlanInput
{
	JsonbValue name; /* a jbvString */
	PlanSource source;
	int step;         /* PLAN_STEP_OUTPUT: whose result */
	JsonbValue key;   /* a jbvString, unless PLAN_STATIC_VALUE */
	JsonbValue value; /* PLAN_STATIC_VALUE */
} PlanInput;

typedef struct PlanStep
{
	const char *step_id;
	const char *name;
	pg_uuid_t mcp_id;
	const char *version_str; /* NULL: the latest when the run starts */
	pg_uuid_t version_id;    /* of version_str; unset unless has_version */
	bool has_version;
	bool takes_run_inputs; /* all of them, as they are; then no inputs below */
	int input_count;
	PlanInput *inputs;
} PlanStep;

typedef struct RunPlan
{
	RunShape shape;
	PlanStep *steps;
	bool has_latest; /* some step runs the latest version: runs pin it */
	PlanStrategy strategy;
	int max_retries;       /* PLAN_RETRY */
	double backoff_factor; /* PLAN_RETRY */
	pg_uuid_t fallback_id; /* PLAN_FALLBACK: the workflow */
} RunPlan;

/*
 * Compiles the normal form that workflow_versions keeps, in the current memory
 * context; the definition must live as long as the plan.  Time is linear in the
 * size of the definition.  Versions are not looked up: no step has_version.
 * Raises data_corrupted where the definition is not in normal form.
 */
extern RunPlan *plan_compile(Jsonb *definition);

/*
 * The plan of a run of one MCP: one step that takes the run's inputs.  name is
 * kept by pointer.
 */
extern RunPlan *plan_compile_mcp(const char *name);

#endif

/*
 * plan.h
 *		A workflow version, compiled: what follows what, and what each step is.
 *
 * Steps are known by their ordinal, their place in the list from 0.  A plan
 * holds nothing of a run, never changes, and may be shared by all runs of its
 * version.
 */
#ifndef MCP_PLAN_H
#define MCP_PLAN_H

#include "run_state.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define PLAN_NO_STEP (-1)

/* A SQL/JSON path over {inputs, steps}, and the results that it looks at. */
typedef struct PlanExpression
{
	const char *text;
	Datum path;    /* jsonpath */
	bool uses_all; /* of the steps that are before it */
	int step_count;
	int *steps; /* those that it names */
} PlanExpression;

typedef enum PlanSource
{
	PLAN_WORKFLOW_INPUT, /* the run's input of that key, else the default */
	PLAN_STATIC_VALUE,   /* the value */
	PLAN_STEP_OUTPUT,    /* what the key or path finds in a step's result */
	PLAN_EXPRESSION,     /* the first thing that the expression finds */
	PLAN_ITEM,           /* the item that this is for */
	PLAN_ITEM_INDEX      /* its place, from 0 */
} PlanSource;

/* One input of a step, or what else is found as inputs are. */
typedef struct PlanInput
{
	JsonbValue name; /* a jbvString */
	PlanSource source;
	int step;       /* PLAN_STEP_OUTPUT: whose result */
	JsonbValue key; /* of PLAN_WORKFLOW_INPUT, PLAN_STEP_OUTPUT: a jbvString */
	JsonbValue value;           /* of PLAN_STATIC_VALUE; the default */
	bool has_default;           /* PLAN_WORKFLOW_INPUT */
	PlanExpression *expression; /* PLAN_EXPRESSION */
} PlanInput;

/* What happens to a step that failed.  Delays are seconds. */
typedef struct PlanRetry
{
	int max_attempts; /* 1: none but the first */
	double delay;
	double backoff_factor;
	double max_delay;
	double jitter; /* this part of a delay is at random */
	int on_count;  /* -1: on all classes */
	char **on;     /* error classes that are tried again */
	int not_on_count;
	char **not_on; /* those that are not */
} PlanRetry;

typedef enum PlanStepKind
{
	PLAN_STEP_MCP,      /* a worker runs an MCP version */
	PLAN_STEP_WORKFLOW, /* a run of another workflow */
	PLAN_STEP_WAIT      /* for something outside */
} PlanStepKind;

typedef enum PlanWaitKind
{
	PLAN_WAIT_TIME,
	PLAN_WAIT_SIGNAL,
	PLAN_WAIT_APPROVAL
} PlanWaitKind;

typedef struct PlanWait
{
	PlanWaitKind kind;
	double seconds;     /* PLAN_WAIT_TIME, where there is no until */
	PlanInput *until;   /* PLAN_WAIT_TIME: until then; or NULL */
	const char *signal; /* PLAN_WAIT_SIGNAL: its name */
	Jsonb *approval;    /* PLAN_WAIT_APPROVAL: as the definition has it */
	double timeout;     /* of signals and approvals, in seconds; 0: none */
} PlanWait;

typedef struct PlanStep
{
	PlanStepKind kind;
	const char *step_id;
	const char *name;
	pg_uuid_t mcp_id;        /* PLAN_STEP_MCP */
	const char *version_str; /* NULL: the latest when the run starts */
	pg_uuid_t version_id;    /* of version_str; unset unless has_version */
	bool has_version;
	pg_uuid_t workflow_id; /* PLAN_STEP_WORKFLOW */
	PlanWait wait;         /* PLAN_STEP_WAIT */
	bool takes_run_inputs; /* all of them, as they are; then no inputs below */
	int input_count;
	PlanInput *inputs;
	PlanExpression *when; /* true, or the step is SKIPPED; NULL: always */
	PlanRetry retry;
	double timeout;     /* seconds of an attempt; 0: none */
	bool is_continued;  /* the run survives its failure */
	int fallback_step;  /* runs where this one failed; or PLAN_NO_STEP */
	int stands_for;     /* the step whose fallback this is; or PLAN_NO_STEP */
	PlanInput *items;   /* one run of the step for each; NULL: one of all */
	int items_at_once;  /* 0: all */
	bool is_collecting; /* failed items are told of, and fail nothing */
	double cache_ttl;   /* seconds; 0: not cached */
	int used_count;     /* whose results it uses: it is SKIPPED with one */
	int *used;
	int depends_count; /* what it was said to depend on: SKIPPED with all */
	int *depends;
	bool is_special; /* there is more to its beginning than to hand it out */
} PlanStep;

typedef struct RunPlan
{
	RunShape shape;
	PlanStep *steps;
	bool has_latest;   /* some step runs the latest version: runs pin it */
	bool is_special;   /* a step that waits for nothing is */
	bool has_fallback; /* a failed run starts another workflow: */
	pg_uuid_t fallback_id;
	int concurrency_limit; /* so many runs of a key at a time; 0: any number */
	PlanExpression *concurrency_key; /* NULL: all of its runs have one */
	double timeout;                  /* seconds of a run; 0: none */
	Jsonb *input_schema;             /* of a run's inputs; NULL: any */
	const char *queue; /* where a start says none; NULL: none here either */
	bool has_priority; /* where a start says none: */
	int priority;
	bool has_outputs; /* final outputs are an object of these: */
	int output_count;
	PlanInput *outputs;
	int last_step; /* else the result of this one; PLAN_NO_STEP: none */
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

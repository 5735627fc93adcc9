/*
 * db_statements.h
 *		Every statement that the daemon sends, by name.
 *
 * Their texts, the only SQL of the daemon, are in db_statements.c.  A comment
 * gives parameters -> columns; where no columns are named it is one row with
 * one JSON text, ready to go out.  Lists have a second column, rows: how many, and
 * those that go on behind a key a third, last: the key of the last row;
 * a definition has revision, which its tag is made of.  part, where there is
 * one, is that of the object's kind to caches (cache_labels.h).
 */
#ifndef MCPD_DB_STATEMENTS_H
#define MCPD_DB_STATEMENTS_H

#include <stdbool.h>

typedef enum DbStatement
{
	DB_BACKEND,     /* -> id of the process that answers */
	DB_SET_UP,      /* milliseconds a statement may take -> nothing of use */
	DB_SET_UP_ONCE, /* the same, for this transaction */
	DB_ENTER_KEY,   /* prefix, hex digest, function -> nothing of use */
	DB_ENTER_ROLE,  /* role or level, subject, function -> nothing of use */
	DB_TAKE_ANSWER_KEY, /* key, hash of the request -> nothing of use */
	DB_GET_KEPT_ANSWER, /* key */
	DB_LIMIT,           /* -> nothing of use, within the time of a pair */
	DB_LEAVE,           /* the caller's role -> nothing of use */
	DB_NOTHING,         /* for what its caller's role says: true */
	DB_HEALTH,
	DB_EXTENSION, /* {installed, available, database, role, now} */
	DB_STATS,
	DB_LIST_RUN_STATS,
	DB_LIST_STEP_STATS, /* NULL or workflow */
	DB_LIST_QUEUE_STATS,
	DB_LIST_STUCK_RUNS, /* skip, limit */
	DB_METRICS,         /* -> a text for Prometheus */
	DB_RUN_TRACES,      /* runs as an array, service */
	DB_MAINTAIN,        /* -> what was done, whether there is more to do */

	DB_CACHE_STATE,    /* known, function -> state, whether it may be called */
	DB_CACHE_IDENTITY, /* -> identity, secret in hexadecimal */
	DB_FOLD_CACHE,     /* -> nothing of use */

	DB_LIST_MCPS,         /* query, type, tag, skip, limit, after */
	DB_CREATE_MCP,        /* definition */
	DB_GET_MCP,           /* mcp */
	DB_UPDATE_MCP,        /* mcp, changes, NULL or revision */
	DB_DELETE_MCP,        /* mcp, force, NULL or revision -> nothing of use */
	DB_LIST_VERSIONS,     /* mcp */
	DB_ADD_VERSION,       /* mcp, version */
	DB_GET_VERSION,       /* mcp, version_str */
	DB_GET_VERSION_BY_ID, /* version id */
	DB_VALIDATE_MCP_CHANGES, /* changes -> array of problems */
	DB_VALIDATE_VERSION,     /* mcp, version -> array of problems */
	DB_VALIDATE_MCP,         /* definition -> array of problems */

	DB_LIST_WORKFLOWS,    /* query, skip, limit, after */
	DB_CREATE_WORKFLOW,   /* definition */
	DB_GET_WORKFLOW,      /* workflow */
	DB_UPDATE_WORKFLOW,   /* workflow, definition, NULL or version */
	DB_DELETE_WORKFLOW,   /* workflow, NULL or version -> nothing of use */
	DB_VALIDATE_WORKFLOW, /* definition -> array of problems */
	DB_VALIDATE_CHANGES,  /* workflow, definition -> array of problems */

	DB_START_RUN,   /* workflow, body of a request, key, trace -> run id */
	DB_START_MCP,   /* mcp, inputs, key, trace -> run id */
	DB_GET_RUN,     /* run -> JSON, whether it is over */
	DB_GET_MCP_RUN, /* run -> JSON of one MCP's execution, whether it is over */
	DB_GET_GANTT,   /* run */
	DB_LIST_ARTIFACTS, /* run -> array of those that there are */
	DB_GET_ARTIFACT, /* run, step, attempt or NULL -> name, content_type, data */
	DB_LIST_RUNS,    /* workflow, status, skip, limit, after */
	DB_PAUSE_RUN,    /* run, NULL or {"reason": text} */
	DB_RESUME_RUN,   /* run */
	DB_RETRY_RUN,    /* run, NULL or {from_step, inputs, options} */
	DB_SEND_SIGNAL,  /* run, name, payload */
	DB_DECIDE_APPROVAL, /* run, step, {approve, comment} */
	DB_LIST_APPROVALS,  /* skip, limit */
	DB_WHY_WAITING,     /* run */
	DB_RUN_EVENTS,      /* run, NULL or id of an event */
	DB_WATCH_RUNS,      /* {run: {after, mark}} -> rows of mcp.watch_runs() */
	DB_CHECK_RUNS_TO_WATCH, /* the same -> whether all are over and told */
	DB_FIND_RUNS_TO_WATCH,  /* NULL or workflow, since, look back -> run ids */
	DB_START_RUNS,          /* array of starts */
	DB_CANCEL_RUNS,         /* {filter, reason, limit, after} */
	DB_RETRY_RUNS,          /* {filter, options, limit, after} */
	DB_CANCEL_RUN,          /* run, NULL or {"reason": text} */

	DB_APPLY,             /* {documents, options} */
	DB_EXPORT_DEFINITION, /* kind, name */

	DB_LIST_SCHEDULES,            /* workflow, skip, limit, after */
	DB_CREATE_SCHEDULE,           /* definition */
	DB_GET_SCHEDULE,              /* schedule */
	DB_UPDATE_SCHEDULE,           /* schedule, changes */
	DB_DELETE_SCHEDULE,           /* schedule -> nothing of use */
	DB_PAUSE_SCHEDULE,            /* schedule */
	DB_RESUME_SCHEDULE,           /* schedule */
	DB_TRIGGER_SCHEDULE,          /* schedule */
	DB_LIST_SCHEDULE_FIRES,       /* schedule, skip, limit, before */
	DB_NEXT_FIRE_TIMES,           /* expr, n, time_zone, NULL or after */
	DB_VALIDATE_SCHEDULE,         /* definition -> array of problems */
	DB_VALIDATE_SCHEDULE_CHANGES, /* schedule, changes -> array of problems */

	DB_LIST_HTTP_TARGETS,  /* -> array of targets */
	DB_JSON_SCHEMA_ERRORS, /* schema, instance -> array of texts */
	DB_LIST_SECRETS,       /* -> array of names and the like */
	DB_SET_SECRET,         /* name, sealed -> nothing of use */
	DB_DROP_SECRET,        /* name -> nothing of use */
	DB_GRANT_SECRET,       /* name, role -> nothing of use */
	DB_REVOKE_SECRET,      /* name, role -> nothing of use */
	DB_GET_SEALED_SECRETS, /* array of names or NULL, NULL or the version that
	                         * names them -> {name: sealed} */
	DB_RESEAL_SECRETS,     /* {name: {old, new}} -> how many */
	DB_PRICE_USAGE,        /* model, usage -> usage with its cost */
	DB_LIST_ASSISTANT_SESSIONS,  /* mcp, skip, limit */
	DB_GET_ASSISTANT_SESSION,    /* mcp, session, skip, limit */
	DB_FORGET_ASSISTANT_SESSION, /* mcp, session -> nothing of use */
	DB_GET_ASSISTANT_STATE, /* epoch, run, step, attempt, NULL or session */
	DB_ADD_TOKENS,          /* epoch, array of pieces -> how many were taken */

	DB_SEARCH_MCPS,            /* query, type, tag, limit, cursor */
	DB_SEARCH_FACETS,          /* query, type, tag */
	DB_DIFF_MCP_VERSIONS,      /* mcp, from, to */
	DB_LIST_WORKFLOW_VERSIONS, /* workflow */
	DB_DIFF_WORKFLOW_VERSIONS, /* workflow, from, to */
	DB_EXPLAIN_WORKFLOW,       /* workflow */
	DB_LIST_TYPES,
	DB_CREATE_TYPE, /* {type, executor, config_schema, description, ...} */
	DB_DROP_TYPE,   /* type -> nothing of use */
	DB_CREATE_CONSTRAINT, /* {name, policy, description} */
	DB_UPDATE_CONSTRAINT, /* constraint, {policy, description, is_enabled} */
	DB_DROP_CONSTRAINT,   /* constraint -> nothing of use */
	DB_LIST_WORKERS,
	DB_LIST_CONSTRAINTS,
	DB_LIST_AUDIT, /* kind, object, actor, since, skip, limit, after */

	DB_CREATE_API_KEY, /* {name, role, level, scopes, expires_at} */
	DB_LIST_API_KEYS,  /* skip, limit, after */
	DB_REVOKE_API_KEY, /* id, prefix or name -> nothing of use */

	DB_LIST_QUEUES,
	DB_GET_QUEUE,    /* queue */
	DB_SET_QUEUE,    /* queue, {concurrency_limit, rate_limit, ...} */
	DB_PAUSE_QUEUE,  /* queue */
	DB_RESUME_QUEUE, /* queue */

	DB_CLAIM_TASKS,     /* request, epoch -> JSON, whether any, epoch */
	DB_COMPLETE_TASKS,  /* {worker, epoch, results} */
	DB_HEARTBEAT,       /* {worker, epoch} */
	DB_REGISTER_WORKER, /* worker, capacity -> epoch */
	DB_WORKER_TURN,     /* worker, epoch, results, demand, held */
	DB_RETIRE_WORKER,   /* worker, epoch -> nothing of use */
	DB_RUN_SQL_STEP, /* worker, epoch, run, step, attempt, inputs -> a turn's */
	DB_CANCEL_QUERY, /* pid of one that runs a step -> nothing of use */
	DB_TERMINATE_QUERY, /* the same -> nothing of use */

	DB_STATEMENT_COUNT
} DbStatement;

/* More parameters than any statement has. */
#define DB_MAX_PARAMETERS 8

extern const char *db_statement_text(DbStatement statement);
extern int db_statement_parameters(DbStatement statement);

/*
 * Its text as one that also keeps its answer under a key, the parameter behind its
 * own.  On the heap.
 */
extern char *db_statement_print_once(DbStatement statement);

/* Room for the name of a function of SQL, and the NUL. */
#define DB_FUNCTION_NAME 64

/*
 * The function of mcp that the statement calls, of which there is one.  False
 * where it calls none.
 */
extern bool db_statement_function(DbStatement statement, char *name);

/* Its name in the server, and in logs. */
extern const char *db_statement_name(DbStatement statement);

#endif

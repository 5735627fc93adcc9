/*
 * db_statements.c
 *		The only SQL of the daemon: one row for each statement.
 *
 * It is long on purpose: what the daemon may ask of the database is read here
 * from top to bottom, in the order of the enumerators, and nowhere else.
 *
 * JSON is made here, by PostgreSQL, and goes out as it is.  The session has an
 * empty search_path, or the transaction where a pooler stands before the server,
 * so what is not qualified is pg_catalog's and nobody else's.
 */
#include "db_statements.h"

#include "memory.h"

#include <stdio.h>
#include <string.h>

typedef struct Statement
{
	const char *name;
	int parameters;
	const char *text;
} Statement;

/* The rows of a function as an array: a function scan keeps their order. */
#define ARRAY_OF(call) \
	"SELECT coalesce(json_agg(r), '[]'), count(*) AS rows FROM " call " AS r"

/*
 * The same of a list that goes on behind a key: last is that of its last row,
 * and the key to be given for the next page.
 */
#define PAGE_OF(key, call)                                  \
	"SELECT coalesce(json_agg(r), '[]'), count(*) AS rows," \
	" (array_agg(" key "))[count(*)]::text AS last FROM " call " AS r"

/* Problems as an answer of 422 lists them. */
#define PROBLEMS_OF(call)                                                     \
	"SELECT coalesce(json_agg(json_build_object("                             \
	"'path', p.path, 'rule', p.rule, 'message', p.message, 'hint', p.hint))," \
	" '[]') FROM " call " AS p"

/* The part that an object is to caches, as mcp._topic_of() says. */
#define PART_OF(id) "get_byte(uuid_send((" id ")::uuid), 15) & 31"

#define IS_OVER "r ->> 'status' IN ('SUCCESS', 'FAILED', 'CANCELLED')"

/* What a request sends as inputs: null and nothing mean none. */
#define INPUTS_IN(body) "coalesce(nullif(" body ", 'null'), '{}')"

/* What the headers of a request say of a start; a trace that is none is left out. */
#define OPTIONS_OF(key, trace)                                       \
	" || CASE WHEN " key "::text IS NULL THEN '{}'"                  \
	" ELSE jsonb_build_object('idempotency_key', " key "::text) END" \
	" || CASE WHEN " trace "::text"                                  \
	" ~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'"       \
	" THEN jsonb_build_object('traceparent', " trace "::text)"       \
	" ELSE '{}' END"

/*
 * Only while it runs a step: by the time this comes the process may do something
 * else, which a pooler gave it.  One that does not tell what it does is
 * believed.
 */
#define QUERY_OF(pid)                                \
	" FROM pg_stat_activity AS a WHERE a.pid = " pid \
	" AND (a.query LIKE '%run\\_sql\\_step(%'"       \
	" AND a.state = 'active' OR a.state = 'disabled')"

#define SET_UP(is_local)                                        \
	"SELECT set_config('statement_timeout', $1, " is_local ")," \
	" set_config('search_path', '', " is_local ")"

static const Statement statements[] = {
	[DB_BACKEND] = {"backend", 0, "SELECT pg_catalog.pg_backend_pid()"},
	[DB_SET_UP] = {"set_up", 1, SET_UP("false")},
	[DB_SET_UP_ONCE] = {"set_up_once", 1, SET_UP("true")},
	/* For this transaction alone: the next one is somebody else's. */
	[DB_ENTER_KEY] =
		{"enter_key",
         3,
         "SELECT set_config('role', e.role_name, true),"
         " set_config('application_name', e.label, true)"
         " FROM mcp.enter_api_key($1::text, decode($2, 'hex'), $3::text) AS e"},
	[DB_ENTER_ROLE] =
		{"enter_role",
         3,
         "SELECT set_config('role', e.role_name, true),"
         " set_config('application_name', e.label, true)"
         " FROM mcp.enter_role($1::text, $2::text, $3::text) AS e"},
	[DB_TAKE_ANSWER_KEY] = {"take_answer_key",
                            2,
                            "SELECT mcp.take_answer_key($1::text, $2::text)"},
	[DB_GET_KEPT_ANSWER] = {"get_kept_answer",
                            1,
                            "SELECT mcp.get_kept_answer($1::text)"},
	/* Nobody waits long for a transaction that does two things. */
	[DB_LIMIT] = {"limit",
                  0,
                  "SELECT set_config('lock_timeout', '100', true),"
                  " set_config('statement_timeout', '1000', true)"},
	[DB_LEAVE] = {"leave", 0, "SELECT set_config('role', 'none', true)"},
	[DB_NOTHING] = {"nothing", 0, "SELECT true"},
	[DB_HEALTH] = {"health", 0, "SELECT mcp.health()"},
	/* The catalog alone, for the extension may not be there. */
	[DB_EXTENSION] =
		{"extension",
         0,
         "SELECT json_build_object("
         "'installed', (SELECT e.extversion FROM pg_extension AS e"
         " WHERE e.extname = 'mcp'),"
         " 'available', (SELECT a.default_version"
         " FROM pg_available_extensions AS a WHERE a.name = 'mcp'),"
         " 'database', current_database(),"
         " 'role', session_user,"
         " 'now', clock_timestamp())"},
	[DB_STATS] = {"stats", 0, "SELECT mcp.stats()"},
	[DB_LIST_RUN_STATS] = {"list_run_stats",
                           0,
                           ARRAY_OF("mcp.list_run_stats()")},
	[DB_LIST_STEP_STATS] = {"list_step_stats",
                            1,
                            ARRAY_OF("mcp.list_step_stats($1::text)")},
	[DB_LIST_QUEUE_STATS] = {"list_queue_stats",
                             0,
                             ARRAY_OF("mcp.list_queue_stats()")},
	[DB_LIST_STUCK_RUNS] = {"list_stuck_runs",
                            2,
                            ARRAY_OF("mcp.list_stuck_runs(skip => $1,"
                                     " max_rows => $2)")},
	[DB_METRICS] = {"metrics", 0, "SELECT mcp.metrics()"},
	[DB_RUN_TRACES] = {"run_traces",
                       2,
                       "SELECT mcp.run_traces($1::uuid[], $2)"},
	[DB_MAINTAIN] = {"maintain",
                     0,
                     "SELECT m, m ->> 'is_more' = 'true'"
                     " FROM mcp.maintain() AS m"},

	[DB_CACHE_STATE] =
		{"cache_state",
         2,
         "SELECT mcp.cache_state($1::bigint), $2::text IS NULL OR"
         " (SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE'))"
         " FROM pg_proc AS p WHERE p.proname = $2"
         " AND p.pronamespace = 'mcp'::regnamespace)"},
	[DB_CACHE_IDENTITY] =
		{"cache_identity",
         0,
         "SELECT i.identity, i.secret FROM mcp.cache_identity() AS i"},
	[DB_FOLD_CACHE] = {"fold_cache", 0, "SELECT mcp.fold_cache_labels()"},

	[DB_LIST_MCPS] =
		{"list_mcps",
         6,
         PAGE_OF("r.id",
                 "mcp.list_mcps(query => $1, type => $2, tag => $3, skip => $4,"
                 " max_rows => $5, after => $6)")},
	[DB_CREATE_MCP] = {"create_mcp", 1, "SELECT mcp.create_mcp($1::jsonb)"},
	[DB_GET_MCP] =
		{"get_mcp",
         1,
         "SELECT r, r ->> 'revision' AS revision, " PART_OF(
			 "r ->> 'id'") " AS part FROM mcp.get_mcp($1::text) AS r"},
	[DB_UPDATE_MCP] =
		{"update_mcp",
         3,
         "SELECT mcp.update_mcp($1::text, $2::jsonb, expected_revision => $3::integer)"},
	[DB_DELETE_MCP] =
		{"delete_mcp",
         3,
         "SELECT mcp.delete_mcp($1::text, $2::boolean, expected_revision => $3::integer)"},
	[DB_LIST_VERSIONS] = {"list_versions",
                          1,
                          ARRAY_OF("mcp.list_mcp_versions($1::text)")},
	[DB_ADD_VERSION] = {"add_version",
                        2,
                        "SELECT mcp.add_mcp_version($1::text, $2::jsonb)"},
	[DB_GET_VERSION] =
		{"get_version",
         2,
         "SELECT r, " PART_OF(
			 "r ->> 'mcp_id'") " AS part FROM mcp.get_mcp_version($1::text,"
                               " $2::text) AS r"},
	[DB_GET_VERSION_BY_ID] = {"get_version_by_id",
                              1,
                              "SELECT mcp.get_mcp_version_by_id($1::uuid)"},
	[DB_VALIDATE_MCP_CHANGES] = {"validate_mcp_changes",
                                 1,
                                 PROBLEMS_OF(
									 "mcp.validate_mcp_changes($1::jsonb)")},
	[DB_VALIDATE_VERSION] =
		{"validate_version",
         2,
         PROBLEMS_OF("mcp.validate_mcp_version($1::text, $2::jsonb)")},
	[DB_VALIDATE_MCP] = {"validate_mcp",
                         1,
                         PROBLEMS_OF("mcp.validate_mcp($1::jsonb)")},

	[DB_LIST_WORKFLOWS] =
		{"list_workflows",
         4,
         PAGE_OF("r.workflow_id",
                 "mcp.list_workflows(query => $1, skip => $2, max_rows => $3,"
                 " after => $4)")},
	[DB_CREATE_WORKFLOW] = {"create_workflow",
                            1,
                            "SELECT mcp.create_workflow($1::jsonb)"},
	[DB_GET_WORKFLOW] =
		{"get_workflow",
         1,
         "SELECT r, r ->> 'version' AS revision, " PART_OF(
			 "r ->> 'id'") " AS part FROM mcp.get_workflow($1::text) AS r"},
	[DB_UPDATE_WORKFLOW] =
		{"update_workflow",
         3,
         "SELECT mcp.update_workflow($1::text, $2::jsonb, expected_version => $3::integer)"},
	[DB_DELETE_WORKFLOW] =
		{"delete_workflow",
         2,
         "SELECT mcp.delete_workflow($1::text, expected_version => $2::integer)"},
	[DB_VALIDATE_WORKFLOW] = {"validate_workflow",
                              1,
                              PROBLEMS_OF("mcp.validate_workflow($1::jsonb)")},
	[DB_VALIDATE_CHANGES] = {"validate_changes",
                             2,
                             PROBLEMS_OF("mcp.validate_workflow("
                                         "definition => $2::jsonb,"
                                         " workflow => $1::text)")},

	/* The body: nothing, null, the inputs, or the inputs under a key. */
	[DB_START_RUN] =
		{"start_run",
         4,
         "SELECT mcp.start_run($1::text,"
         " CASE WHEN jsonb_typeof(body) = 'object'"
         " AND body ? 'initial_inputs'"
         " THEN " INPUTS_IN("body -> 'initial_inputs'") " ELSE " INPUTS_IN(
			 "body") " END,"
                     " CASE WHEN jsonb_typeof(body) = 'object'"
                     " AND body ? 'initial_inputs'"
                     " THEN " INPUTS_IN("body -> 'options'") " ELSE '{}' END" OPTIONS_OF(
						 "$3", "$4") ")"
                                     " FROM (SELECT $2::jsonb) AS b(body)"},
	[DB_START_MCP] = {"start_mcp",
                      4,
                      "SELECT mcp.start_mcp($1::text,"
                      " " INPUTS_IN("$2::jsonb") ","
                                                 " '{}'::jsonb" OPTIONS_OF(
													 "$3", "$4") ")"},
	[DB_GET_RUN] = {"get_run",
                    1,
                    "SELECT r, " IS_OVER ", CASE WHEN " IS_OVER
                    " THEN " PART_OF("$1") " END AS part"
                                           " FROM mcp.get_run($1::uuid) AS r"},
	[DB_GET_MCP_RUN] =
		{"get_mcp_run",
         1,
         "SELECT json_build_object("
         "'success', r ->> 'status' = 'SUCCESS',"
         " 'result', r -> 'final_outputs',"
         " 'error', coalesce(s ->> 'error', r ->> 'error_message'),"
         " 'stdout', coalesce(s ->> 'stdout', ''),"
         " 'stderr', coalesce(s ->> 'stderr', ''),"
         " 'run_id', r -> 'run_id'), " IS_OVER
         " FROM mcp.get_run($1::uuid) AS r,"
         " LATERAL (SELECT r -> 'step_results' -> -1) AS last(s)"},
	[DB_LIST_ARTIFACTS] = {"list_artifacts",
                           1,
                           ARRAY_OF("mcp.list_artifacts($1::uuid)")},
	[DB_GET_ARTIFACT] =
		{"get_artifact",
         3,
         "SELECT name, content_type, data"
         " FROM mcp.get_artifact($1::uuid, $2::text, $3::integer)"},
	[DB_GET_GANTT] = {"get_gantt", 1, "SELECT mcp.run_gantt($1::uuid)"},
	[DB_LIST_RUNS] =
		{"list_runs",
         5,
         PAGE_OF("r ->> 'run_id'",
                 "mcp.list_runs(workflow => $1, status => $2, skip => $3,"
                 " max_rows => $4, after => $5)")},
	[DB_CANCEL_RUN] =
		{"cancel_run",
         2,
         "SELECT mcp.cancel_run($1::uuid, $2::jsonb ->> 'reason')"},

	[DB_APPLY] = {"apply",
                  1,
                  "SELECT mcp.apply(b -> 'documents', b -> 'options')"
                  " FROM (SELECT $1::jsonb) AS body (b)"},
	[DB_EXPORT_DEFINITION] = {"export_definition",
                              2,
                              "SELECT mcp.export_definition($1::text,"
                              " $2::text)"},

	[DB_LIST_SCHEDULES] =
		{"list_schedules",
         4,
         PAGE_OF(
			 "r ->> 'schedule_id'",
			 "mcp.list_schedules(workflow => $1, skip => $2, max_rows => $3,"
			 " after => $4)")},
	[DB_CREATE_SCHEDULE] = {"create_schedule",
                            1,
                            "SELECT mcp.create_schedule($1::jsonb)"},
	[DB_GET_SCHEDULE] = {"get_schedule",
                         1,
                         "SELECT mcp.get_schedule($1::text)"},
	[DB_UPDATE_SCHEDULE] = {"update_schedule",
                            2,
                            "SELECT mcp.update_schedule($1::text, $2::jsonb)"},
	[DB_DELETE_SCHEDULE] = {"delete_schedule",
                            1,
                            "SELECT mcp.delete_schedule($1::text)"},
	[DB_PAUSE_SCHEDULE] = {"pause_schedule",
                           1,
                           "SELECT mcp.pause_schedule($1::text)"},
	[DB_RESUME_SCHEDULE] = {"resume_schedule",
                            1,
                            "SELECT mcp.resume_schedule($1::text)"},
	[DB_TRIGGER_SCHEDULE] =
		{"trigger_schedule",
         1,
         "SELECT json_build_object('run_id', r, 'execution_id', r)"
         " FROM mcp.trigger_schedule($1::text) AS r"},
	[DB_LIST_SCHEDULE_FIRES] =
		{"list_schedule_fires",
         4,
         PAGE_OF("to_json(r.scheduled_at) #>> '{}'",
                 "mcp.list_schedule_fires(schedule => $1, skip => $2,"
                 " max_rows => $3, before => $4)")},
	[DB_NEXT_FIRE_TIMES] =
		{"next_fire_times",
         4,
         ARRAY_OF("mcp.next_fire_times(expr => coalesce($1::text, ''),"
                  " n => $2::integer, time_zone => $3::text,"
                  " after => coalesce($4::timestamptz, now()))")},
	[DB_VALIDATE_SCHEDULE] = {"validate_schedule",
                              1,
                              PROBLEMS_OF("mcp.validate_schedule($1::jsonb)")},
	[DB_VALIDATE_SCHEDULE_CHANGES] =
		{"validate_schedule_changes",
         2,
         PROBLEMS_OF("mcp.validate_schedule(definition => $2::jsonb,"
                     " schedule => $1::text)")},

	[DB_LIST_HTTP_TARGETS] = {"list_http_targets",
                              0,
                              ARRAY_OF("mcp.list_http_targets()")},
	[DB_JSON_SCHEMA_ERRORS] =
		{"json_schema_errors",
         2,
         "SELECT coalesce(json_agg(e.instance_path || ': ' || e.message), '[]')"
         " FROM mcp.json_schema_errors($1::jsonb, $2::jsonb) AS e"},
	[DB_LIST_SECRETS] = {"list_secrets", 0, ARRAY_OF("mcp.list_secrets()")},
	[DB_SET_SECRET] = {"set_secret",
                       2,
                       "SELECT mcp.set_secret($1::text, $2::text)"},
	[DB_DROP_SECRET] = {"drop_secret", 1, "SELECT mcp.drop_secret($1::text)"},
	[DB_GRANT_SECRET] =
		{"grant_secret",
         2,
         "SELECT mcp.grant_secret($1::text, quote_ident($2)::regrole)"},
	[DB_REVOKE_SECRET] = {"revoke_secret",
                          2,
                          "SELECT mcp.revoke_secret($1::text, $2::text)"},
	[DB_GET_SEALED_SECRETS] =
		{"get_sealed_secrets",
         2,
         "SELECT mcp.get_sealed_secrets($1::jsonb, $2::uuid)"},
	[DB_RESEAL_SECRETS] = {"reseal_secrets",
                           1,
                           "SELECT json_build_object('resealed',"
                           " mcp.reseal_secrets($1::jsonb))"},
	[DB_PRICE_USAGE] = {"price_usage",
                        2,
                        "SELECT mcp.price_usage($1::text, $2::jsonb)"},
	[DB_LIST_ASSISTANT_SESSIONS] =
		{"list_assistant_sessions",
         3,
         ARRAY_OF("mcp.list_assistant_sessions($1, $2::integer, $3::integer)")},
	[DB_GET_ASSISTANT_SESSION] =
		{"get_assistant_session",
         4,
         ARRAY_OF("mcp.get_assistant_session($1, $2, $3::integer,"
                  " $4::integer)")},
	[DB_FORGET_ASSISTANT_SESSION] =
		{"forget_assistant_session",
         2,
         "SELECT mcp.forget_assistant_session($1, $2)"},
	[DB_GET_ASSISTANT_STATE] =
		{"get_assistant_state",
         5,
         "SELECT mcp.get_assistant_state($1::integer, $2::uuid, $3::integer,"
         " $4::integer, $5::text)"},
	[DB_ADD_TOKENS] = {"add_tokens",
                       2,
                       "SELECT mcp.add_tokens($1::integer, $2::jsonb)"},

	[DB_SEARCH_MCPS] = {"search_mcps",
                        5,
                        ARRAY_OF("mcp.search_mcps(query => $1, type => $2,"
                                 " tags => string_to_array($3::text, ','),"
                                 " max_rows => $4, cursor => $5)")},
	[DB_SEARCH_FACETS] = {"search_facets",
                          3,
                          ARRAY_OF(
							  "mcp.search_mcp_facets(query => $1, type => $2,"
							  " tags => string_to_array($3::text, ','))")},
	[DB_DIFF_MCP_VERSIONS] =
		{"diff_mcp_versions",
         3,
         ARRAY_OF("mcp.diff_mcp_versions($1::text, $2::text, $3::text)")},
	[DB_LIST_WORKFLOW_VERSIONS] = {"list_workflow_versions",
                                   1,
                                   ARRAY_OF(
									   "mcp.list_workflow_versions($1::text)")},
	[DB_DIFF_WORKFLOW_VERSIONS] =
		{"diff_workflow_versions",
         3,
         ARRAY_OF("mcp.diff_workflow_versions($1::text, $2::integer,"
                  " $3::integer)")},
	[DB_EXPLAIN_WORKFLOW] = {"explain_workflow",
                             1,
                             ARRAY_OF("mcp.explain_workflow($1::text)")},
	[DB_LIST_TYPES] = {"list_types", 0, ARRAY_OF("mcp.list_mcp_types()")},
	[DB_CREATE_TYPE] =
		{"create_type",
         1,
         "SELECT to_json(mcp.create_mcp_type(type => b ->> 'type',"
         " executor => b ->> 'executor', config_schema => b -> 'config_schema',"
         " description => coalesce(b ->> 'description', ''),"
         " input_schema => nullif(b -> 'input_schema', 'null'),"
         " output_schema => nullif(b -> 'output_schema', 'null')))"
         " FROM (SELECT $1::jsonb) AS t(b)"},
	[DB_DROP_TYPE] = {"drop_type", 1, "SELECT mcp.drop_mcp_type($1::text)"},
	[DB_CREATE_CONSTRAINT] =
		{"create_constraint",
         1,
         "SELECT to_json(mcp.create_constraint(name => b ->> 'name',"
         " policy => b -> 'policy',"
         " description => coalesce(b ->> 'description', '')))"
         " FROM (SELECT $1::jsonb) AS t(b)"},
	[DB_UPDATE_CONSTRAINT] =
		{"update_constraint",
         2,
         "SELECT to_json(mcp.update_constraint(name => $1::text,"
         " policy => nullif(b -> 'policy', 'null'),"
         " description => b ->> 'description',"
         " is_enabled => (b ->> 'is_enabled')::boolean))"
         " FROM (SELECT $2::jsonb) AS t(b)"},
	[DB_DROP_CONSTRAINT] = {"drop_constraint",
                            1,
                            "SELECT mcp.drop_constraint($1::text)"},
	[DB_LIST_WORKERS] = {"list_workers", 0, ARRAY_OF("mcp.list_workers()")},
	[DB_LIST_CONSTRAINTS] = {"list_constraints",
                             0,
                             ARRAY_OF("mcp.list_constraints()")},
	[DB_LIST_AUDIT] =
		{"list_audit",
         7,
         PAGE_OF("r.audit_id",
                 "mcp.list_audit(kind => $1, object => $2, actor => $3,"
                 " since => $4::timestamptz, skip => $5, max_rows => $6,"
                 " after => $7)")},

	[DB_CREATE_API_KEY] =
		{"create_api_key",
         1,
         "SELECT mcp.create_api_key("
         "name => b ->> 'name',"
         " role => (b ->> 'role')::regrole,"
         " level => b ->> 'level',"
         " scopes => CASE WHEN jsonb_typeof(b -> 'scopes') = 'array' THEN"
         " (SELECT coalesce(array_agg(s), '{}')"
         " FROM jsonb_array_elements_text(b -> 'scopes') AS s)"
         " WHEN b ->> 'scopes' IS NOT NULL THEN ARRAY[b ->> 'scopes']"
         " ELSE '{}' END,"
         " expires => (b ->> 'expires_at')::timestamptz)"
         " FROM (SELECT $1::jsonb) AS body(b)"},
	[DB_LIST_API_KEYS] =
		{"list_api_keys",
         3,
         PAGE_OF("r ->> 'id'",
                 "mcp.list_api_keys(skip => $1, max_rows => $2, after => $3)")},
	[DB_REVOKE_API_KEY] = {"revoke_api_key",
                           1,
                           "SELECT mcp.revoke_api_key($1::text)"},

	[DB_LIST_QUEUES] = {"list_queues", 0, ARRAY_OF("mcp.list_queues()")},
	[DB_GET_QUEUE] = {"get_queue", 1, "SELECT mcp.get_queue($1::text)"},
	[DB_SET_QUEUE] =
		{"set_queue",
         2,
         "SELECT mcp.set_queue($1::text,"
         " (b ->> 'concurrency_limit')::integer,"
         " (b ->> 'rate_limit')::integer,"
         " make_interval(secs =>"
         " coalesce((b ->> 'rate_period_seconds')::double precision, 1)))"
         " FROM (SELECT $2::jsonb) AS body (b)"},
	[DB_PAUSE_QUEUE] = {"pause_queue", 1, "SELECT mcp.pause_queue($1::text)"},
	[DB_RESUME_QUEUE] = {"resume_queue",
                         1,
                         "SELECT mcp.resume_queue($1::text)"},

	[DB_PAUSE_RUN] = {"pause_run",
                      2,
                      "SELECT mcp.pause_run($1::uuid, $2::jsonb ->> 'reason')"},
	[DB_RESUME_RUN] = {"resume_run", 1, "SELECT mcp.resume_run($1::uuid)"},
	[DB_RETRY_RUN] = {"retry_run",
                      2,
                      "SELECT json_build_object('run_id', r, 'execution_id', r,"
                      " 'origin_run_id', $1::uuid)"
                      " FROM mcp.retry_run($1::uuid, $2::jsonb ->> 'from_step',"
                      " nullif($2::jsonb -> 'inputs', 'null'),"
                      " " INPUTS_IN("$2::jsonb -> 'options'") ") AS r"},
	[DB_SEND_SIGNAL] = {"send_signal",
                        3,
                        "SELECT json_build_object('signal_id',"
                        " mcp.send_signal($1::uuid, $2::text, $3::jsonb))"},
	[DB_DECIDE_APPROVAL] = {"decide_approval",
                            3,
                            "SELECT mcp.decide_approval($1::uuid, $2::text,"
                            " ($3::jsonb ->> 'approve')::boolean,"
                            " $3::jsonb ->> 'comment')"},
	[DB_LIST_APPROVALS] = {"list_approvals",
                           2,
                           ARRAY_OF("mcp.list_approvals(skip => $1,"
                                    " max_rows => $2)")},
	[DB_WHY_WAITING] = {"why_waiting",
                        1,
                        ARRAY_OF("mcp.why_waiting($1::uuid)")},
	[DB_RUN_EVENTS] = {"run_events",
                       2,
                       ARRAY_OF("mcp.run_events($1::uuid, $2::text)")},
	[DB_WATCH_RUNS] = {"watch_runs",
                       1,
                       "SELECT w.run_id, w.mark, w.is_over, w.event_id, w.kind,"
                       " w.event FROM mcp.watch_runs($1::jsonb) AS w"
                       " ORDER BY w.event_id COLLATE \"C\" NULLS LAST"},
	[DB_CHECK_RUNS_TO_WATCH] =
		{"check_runs_to_watch",
         1,
         "SELECT coalesce(bool_and(w.is_over AND w.event_id IS NULL), true)"
         " FROM mcp.watch_runs($1::jsonb, max_events => 1,"
         " must_exist => true) AS w"},
	[DB_FIND_RUNS_TO_WATCH] =
		{"find_runs_to_watch",
         3,
         "SELECT f.run_id FROM mcp.find_runs_to_watch(workflow => $1,"
         " since => $2::timestamptz, look_back => $3::interval) AS f"},
	[DB_START_RUNS] = {"start_runs",
                       1,
                       "SELECT json_build_object('run_ids', mcp.start_runs("
                       "ARRAY(SELECT jsonb_array_elements($1::jsonb))))"},
	[DB_CANCEL_RUNS] =
		{"cancel_runs",
         1,
         "SELECT mcp.cancel_runs(b -> 'filter', b ->> 'reason',"
         " coalesce((b ->> 'limit')::integer, 1000), (b ->> 'after')::uuid)"
         " FROM (SELECT $1::jsonb) AS t(b)"},
	[DB_RETRY_RUNS] =
		{"retry_runs",
         1,
         "SELECT mcp.retry_runs(b -> 'filter'," INPUTS_IN(
			 "b -> 'options'") ", coalesce((b ->> 'limit')::integer, 1000), (b ->> 'after')::uuid)"
                               " FROM (SELECT $1::jsonb) AS t(b)"},

	[DB_CLAIM_TASKS] = {"claim_tasks",
                        2,
                        "SELECT t, t -> 'tasks' <> '[]', t ->> 'epoch'"
                        " FROM (SELECT $1::jsonb) AS q(b),"
                        " LATERAL mcp.claim_tasks(b ->> 'worker',"
                        " coalesce(b -> 'queues', '{\"default\": 1}'),"
                        " coalesce($2::integer, (b ->> 'epoch')::integer),"
                        " nullif(b -> 'held', 'null')) AS t"},
	[DB_COMPLETE_TASKS] =
		{"complete_tasks",
         1,
         "SELECT mcp.complete_tasks(b ->> 'worker', (b ->> 'epoch')::integer,"
         " b -> 'results') FROM (SELECT $1::jsonb) AS q(b)"},
	[DB_HEARTBEAT] =
		{"heartbeat",
         1,
         "SELECT mcp.heartbeat(b ->> 'worker', (b ->> 'epoch')::integer)"
         " FROM (SELECT $1::jsonb) AS q(b)"},
	[DB_REGISTER_WORKER] = {"register_worker",
                            3,
                            "SELECT mcp.register_worker($1::text, $2::jsonb,"
                            " $3::integer)"},
	[DB_WORKER_TURN] = {"worker_turn",
                        5,
                        "SELECT mcp.worker_turn($1::text, $2::integer,"
                        " $3::jsonb, $4::jsonb, $5::jsonb)"},
	[DB_RETIRE_WORKER] = {"retire_worker",
                          2,
                          "SELECT mcp.retire_worker($1::text, $2::integer)"},
	[DB_RUN_SQL_STEP] =
		{"run_sql_step",
         6,
         "SELECT mcp.run_sql_step($1::text, $2::integer, $3::uuid, $4::integer,"
         " $5::integer, $6::jsonb)"},
	[DB_CANCEL_QUERY] = {"cancel_query",
                         1,
                         "SELECT pg_cancel_backend(a.pid)" QUERY_OF(
							 "$1::integer")},
	[DB_TERMINATE_QUERY] = {"terminate_query",
                            1,
                            "SELECT pg_terminate_backend(a.pid)" QUERY_OF(
								"$1::integer")},
};

_Static_assert(sizeof(statements) / sizeof(statements[0]) == DB_STATEMENT_COUNT,
               "every statement has its row");

const char *
db_statement_text(DbStatement statement)
{
	return statements[statement].text;
}

int
db_statement_parameters(DbStatement statement)
{
	return statements[statement].parameters;
}

const char *
db_statement_name(DbStatement statement)
{
	return statements[statement].name;
}

char *
db_statement_print_once(DbStatement statement)
{
	/* A key of the API is told once, to who made it. */
	static const char form[] =
		"WITH a (answer) AS MATERIALIZED (%s) SELECT a.*, mcp.keep_answer($%d,"
		" to_jsonb(a.answer)%s) FROM a";
	const Statement *row = &statements[statement];
	size_t size = sizeof(form) + strlen(row->text) + 32;
	char *text = memory_alloc(size);

	snprintf(text,
	         size,
	         form,
	         row->text,
	         row->parameters + 1,
	         statement == DB_CREATE_API_KEY ? " - 'key'" : "");
	return text;
}

bool
db_statement_function(DbStatement statement, char *name)
{
	static const char schema[] = "mcp.";
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
	const char *found = strstr(statements[statement].text, schema);
	size_t length;

	/* The answer of one that was let in is for the same to have again. */
	if (found == NULL || statement == DB_GET_KEPT_ANSWER)
		return false;
	found += sizeof(schema) - 1;
	length = strspn(found, letters);
	if (length >= DB_FUNCTION_NAME)
		return false;
	memcpy(name, found, length);
	name[length] = '\0';
	return true;
}

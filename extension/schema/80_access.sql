-- Who may call what.
--
-- Nobody is given a table: the functions are the door, and a level is a set of
-- functions.  Levels contain each other (viewer < operator < developer < admin);
-- worker stands beside them.  No role is made here, roles are the cluster's:
-- a DBA grants a level to roles that exist.

CREATE TABLE mcp.role_grants (
    role_name       name        NOT NULL,
    level           text        NOT NULL
                                CONSTRAINT role_grants_level_known
                                CHECK (level IN ('viewer', 'operator', 'developer', 'admin', 'worker')),
    granted_by      name        NOT NULL,
    granted_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (role_name, level)
);

COMMENT ON TABLE mcp.role_grants IS
'Which role was granted which level by mcp.grant_role; the GRANTs themselves follow from it.';

-- Every function that is not internal (a leading underscore) stands here exactly
-- once; sql/privileges.sql fails on one that does not.
CREATE VIEW mcp.function_levels (level, function_name) AS
VALUES
    ('viewer',    'uuid_v7'),
    ('viewer',    'uuid_v7_floor'),
    ('viewer',    'uuid_v7_time'),
    ('viewer',    'get_mcp'),
    ('viewer',    'list_mcps'),
    ('viewer',    'list_mcp_versions'),
    ('viewer',    'get_mcp_version'),
    ('viewer',    'get_mcp_version_by_id'),
    ('viewer',    'validate_mcp'),
    ('viewer',    'validate_mcp_changes'),
    ('viewer',    'validate_mcp_version'),
    ('viewer',    'search_mcps'),
    ('viewer',    'search_mcp_facets'),
    ('viewer',    'get_workflow'),
    ('viewer',    'list_workflows'),
    ('viewer',    'list_workflow_versions'),
    ('viewer',    'validate_workflow'),
    ('viewer',    'explain_workflow'),
    ('viewer',    'get_run'),
    ('viewer',    'list_runs'),
    ('viewer',    'run_gantt'),
    ('viewer',    'list_artifacts'),
    ('viewer',    'get_artifact'),
    ('viewer',    'health'),
    ('viewer',    'version_full'),
    ('viewer',    'stats'),
    ('viewer',    'metrics'),
    ('viewer',    'json_schema_is_valid'),
    ('viewer',    'json_schema_errors'),
    ('viewer',    'json_schema_is_valid_json'),
    ('viewer',    'json_schema_errors_json'),
    ('viewer',    'json_schema_check'),
    ('viewer',    'get_schedule'),
    ('viewer',    'list_schedules'),
    ('viewer',    'list_schedule_fires'),
    ('viewer',    'next_fire_times'),
    ('viewer',    'validate_schedule'),
    ('operator',  'pause_schedule'),
    ('operator',  'resume_schedule'),
    ('operator',  'trigger_schedule'),
    ('developer', 'create_schedule'),
    ('developer', 'update_schedule'),
    ('developer', 'delete_schedule'),
    ('developer', 'clear_step_cache'),
    ('viewer',    'get_queue'),
    ('viewer',    'list_queues'),
    ('operator',  'pause_queue'),
    ('operator',  'resume_queue'),
    ('admin',     'set_queue'),
    ('operator',  'start_run'),
    ('operator',  'start_mcp'),
    ('operator',  'start_runs'),
    ('operator',  'cancel_run'),
    ('operator',  'pause_run'),
    ('operator',  'resume_run'),
    ('operator',  'retry_run'),
    ('operator',  'send_signal'),
    ('operator',  'decide_approval'),
    ('operator',  'cancel_runs'),
    ('operator',  'retry_runs'),
    ('viewer',    'list_approvals'),
    ('viewer',    'why_waiting'),
    ('viewer',    'list_run_stats'),
    ('viewer',    'list_step_stats'),
    ('viewer',    'list_queue_stats'),
    ('viewer',    'list_stuck_runs'),
    ('viewer',    'run_events'),
    ('viewer',    'watch_runs'),
    ('viewer',    'list_workers'),
    ('viewer',    'take_answer_key'),
    ('viewer',    'keep_answer'),
    ('viewer',    'get_kept_answer'),
    ('viewer',    'find_runs_to_watch'),
    ('operator',  'record_run'),
    ('viewer',    'diff_mcp_versions'),
    ('viewer',    'diff_workflow_versions'),
    ('developer', 'deprecate_mcp_version'),
    ('developer', 'undeprecate_mcp_version'),
    ('developer', 'set_mcp_owner'),
    ('developer', 'set_workflow_owner'),
    ('developer', 'create_mcp'),
    ('developer', 'update_mcp'),
    ('developer', 'delete_mcp'),
    ('developer', 'add_mcp_version'),
    ('developer', 'create_workflow'),
    ('developer', 'update_workflow'),
    ('developer', 'delete_workflow'),
    ('developer', 'register_json_schema'),
    ('developer', 'drop_json_schema'),
    ('viewer',    'list_mcp_types'),
    ('viewer',    'list_constraints'),
    ('viewer',    'validate_constraint'),
    ('admin',     'create_constraint'),
    ('admin',     'update_constraint'),
    ('admin',     'drop_constraint'),
    ('admin',     'create_mcp_type'),
    ('admin',     'drop_mcp_type'),
    ('viewer',    'list_retention'),
    ('admin',     'set_retention'),
    ('admin',     'unset_retention'),
    ('admin',     'maintain'),
    ('admin',     'rebuild_search'),
    ('admin',     'grant_role'),
    ('admin',     'revoke_role'),
    ('admin',     'refresh_grants'),
    ('admin',     'list_audit'),
    ('admin',     'set_model_price'),
    ('admin',     'drop_model_price'),
    ('viewer',    'list_model_prices'),
    ('worker',    'price_usage'),
    ('worker',    'add_tokens'),
    ('worker',    'get_assistant_state'),
    ('viewer',    'list_assistant_sessions'),
    ('viewer',    'get_assistant_session'),
    ('operator',  'forget_assistant_session'),
    ('admin',     'set_secret'),
    ('admin',     'grant_secret'),
    ('admin',     'revoke_secret'),
    ('admin',     'drop_secret'),
    ('viewer',    'list_secrets'),
    ('worker',    'get_sealed_secrets'),
    ('worker',    'reseal_secrets'),
    ('admin',     'allow_http_target'),
    ('admin',     'disallow_http_target'),
    ('viewer',    'list_http_targets'),
    ('viewer',    'export_definition'),
    ('developer', 'apply'),
    ('admin',     'create_api_key'),
    ('admin',     'list_api_keys'),
    ('admin',     'revoke_api_key'),
    ('viewer',    'cache_state'),
    ('admin',     'cache_identity'),
    ('admin',     'fold_cache_labels'),
    ('admin',     'clear_cache'),
    ('viewer',    'enter_api_key'),
    ('viewer',    'enter_role'),
    ('worker',    'claim_tasks'),
    ('worker',    'complete_tasks'),
    ('worker',    'heartbeat'),
    ('worker',    'register_worker'),
    ('worker',    'worker_turn'),
    ('worker',    'run_sql_step'),
    ('worker',    'run_traces'),
    ('worker',    'retire_worker');

COMMENT ON VIEW mcp.function_levels IS
'The lowest level that may call each function of the extension.';

-- The levels that a level contains, itself among them.  A worker reads the
-- versions it is to run, and nothing else of a viewer's.
CREATE FUNCTION mcp._levels_of(level text)
RETURNS text[]
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE level
        WHEN 'viewer'    THEN ARRAY['viewer']
        WHEN 'operator'  THEN ARRAY['viewer', 'operator']
        WHEN 'developer' THEN ARRAY['viewer', 'operator', 'developer']
        WHEN 'admin'     THEN ARRAY['viewer', 'operator', 'developer', 'admin']
        WHEN 'worker'    THEN ARRAY['worker']
    END
$$;

COMMENT ON FUNCTION mcp._levels_of(text) IS
'The levels that a level contains, itself among them; null for an unknown one.';

-- The signatures that a level may call.
CREATE FUNCTION mcp._functions_of(level text)
RETURNS SETOF regprocedure
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.oid::regprocedure
    FROM pg_proc AS p
    JOIN mcp.function_levels AS f ON f.function_name = p.proname
    WHERE p.pronamespace = 'mcp'::regnamespace
      AND (f.level = ANY (mcp._levels_of(_functions_of.level))
           OR (_functions_of.level = 'worker'
               AND f.function_name IN ('get_mcp_version_by_id', 'health', 'version_full', 'list_http_targets', 'json_schema_errors')))
$$;

COMMENT ON FUNCTION mcp._functions_of(text) IS
'The signatures of the functions that a level may call.';

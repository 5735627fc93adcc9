-- Documents become what is there, and what is there becomes documents.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;
SET search_path = '';
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on

CREATE FUNCTION public.told(documents jsonb, options jsonb DEFAULT '{}')
RETURNS TABLE (place integer, kind text, slug text, outcome text, differences text, problems text)
LANGUAGE sql
AS $$
    SELECT (r.result ->> 'index')::integer, r.result ->> 'kind', r.result ->> 'slug', r.result ->> 'outcome',
           (SELECT string_agg(format('%s %s %s %s', d ->> 'change', d ->> 'path', d -> 'old', d -> 'new'), ', ')
            FROM pg_catalog.jsonb_array_elements(r.result -> 'differences') AS d),
           (SELECT string_agg(format('%s %s %s', p ->> 'path', p ->> 'rule', p ->> 'message'), ', ')
            FROM pg_catalog.jsonb_array_elements(r.result -> 'problems') AS p)
    FROM pg_catalog.jsonb_array_elements(mcp.apply(documents, options)) WITH ORDINALITY AS r (result, place)
    ORDER BY r.place
$$;

\set echo '{"name": "apply-echo", "type": "python_script", "initial_version_str": "1.0.0", "initial_config": {"script_content": "pass"}}'
\set inner '{"name": "inner", "steps": [{"step_id": "a", "name": "A", "mcp_id": "apply-echo"}]}'
\set outer '{"name": "outer", "steps": [{"step_id": "a", "name": "A", "workflow": "inner"}]}'
\set daily '{"name": "daily", "workflow": "outer", "interval": "1 day"}'
\set all '[':daily', ':outer', ':inner', ':echo']'

-- Whatever comes first; a rehearsal does nothing.
SELECT * FROM public.told(:'all', '{"dry_run": true}');
SELECT slug FROM mcp.list_mcps(query => 'apply-echo');
SELECT * FROM public.told(:'all', '{"set": "s"}');
-- Once more changes nothing, and leaves no trace.
SELECT * FROM public.told(:'all', '{"set": "s"}');
SELECT version FROM mcp.list_workflow_versions('outer');
SELECT version_str FROM mcp.list_mcp_versions('apply-echo');
SELECT action, object_name FROM mcp.list_audit() WHERE object_name IN ('inner', 'outer', 'daily', 'apply-echo');

-- What was written out can be applied.
SELECT mcp.export_definition('workflow', 'outer');
SELECT mcp.export_definition('mcp', 'apply-echo');
SELECT mcp.export_definition('schedule', 'daily') - 'anchor';
SELECT * FROM public.told(pg_catalog.jsonb_build_array(
    mcp.export_definition('schedule', 'daily'), mcp.export_definition('workflow', 'outer'), mcp.export_definition('mcp', 'apply-echo')));
SELECT mcp.export_definition('frog', 'apply-echo');
SELECT mcp.export_definition('mcp', 'frog');

-- Differences are told at the deepest place; what is not said any more goes.
SELECT * FROM public.told('[{"name": "inner", "timeout_seconds": 5, "steps": [{"step_id": "a", "name": "First", "mcp_id": "apply-echo"}]}]');
SELECT * FROM public.told('[{"name": "inner", "steps": [{"step_id": "a", "name": "First", "mcp_id": "apply-echo"}]}]');
SELECT version FROM mcp.list_workflow_versions('inner');

-- A config that changes wants a version.
SELECT * FROM public.told('[{"name": "apply-echo", "type": "python_script", "initial_version_str": "1.0.0", "initial_config": {"script_content": "fail"}}]');
SELECT * FROM public.told('[{"name": "apply-echo", "type": "python_script", "initial_version_str": "1.0.0", "initial_config": {"script_content": "fail"}}]', '{"bump": true}');
SELECT * FROM public.told('[{"name": "apply-echo", "type": "python_script", "initial_config": {"script_content": "other"}}]');
SELECT * FROM public.told('[{"name": "apply-echo", "type": "python_script", "initial_version_str": "2.0.0", "initial_config": {"script_content": "other"}}]');
SELECT * FROM public.told('[{"name": "apply-echo", "type": "python_script", "tags": ["new"], "initial_version_str": "1.0.0", "initial_config": {"script_content": "pass"}}]');
SELECT version_str FROM mcp.list_mcp_versions('apply-echo');

-- One that fails leaves the others; all that is wrong with it is told.
SELECT * FROM public.told('[{"name": "bad", "type": "python_script", "initial_config": {"colour": 1}},
                     {"name": "fine", "steps": []},
                     {"name": "loose", "steps": [{"name": "A", "mcp_id": "nobody"}, {"mcp_id": "apply-echo"}]},
                     {"name": "apply-echo", "type": "llm_prompt", "initial_config": {"template": "x"}},
                     {"name": "fine", "steps": []},
                     {"colour": 1}, 3]');

-- Only what belongs to the set goes, and nothing while a document fails.
SELECT * FROM public.told('[{"name": "bad", "type": "python_script"}]', '{"set": "s", "prune": true}');
SELECT * FROM public.told('[]', '{"prune": true}');
SELECT * FROM public.told('[]', '{"colour": true}');
SELECT mcp.apply('{}');
SELECT * FROM public.told(pg_catalog.jsonb_build_array(:'inner'::jsonb), '{"set": "s", "prune": true, "dry_run": true}');
SELECT * FROM public.told(pg_catalog.jsonb_build_array(:'inner'::jsonb), '{"set": "s", "prune": true}');
SELECT slug FROM mcp.list_workflows() WHERE slug IN ('inner', 'outer', 'fine') ORDER BY slug;

-- One's own only.
CREATE ROLE regress_apply_developer;
SELECT mcp.grant_role('regress_apply_developer', 'developer');
SET ROLE regress_apply_developer;
SELECT * FROM public.told('[{"name": "inner", "steps": []}]');
RESET ROLE;
SELECT mcp.revoke_role('regress_apply_developer', 'developer');
DROP ROLE regress_apply_developer;
SELECT mcp.delete_workflow('fine');
SELECT * FROM public.told('[]', '{"set": "s", "prune": true}');
SELECT count(*) FROM mcp.applied_definitions;
DROP FUNCTION public.told(jsonb, jsonb);

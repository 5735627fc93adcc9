-- MCPs and their versions: what may be defined, and what becomes of it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

-- What the tests show of an MCP: no id, no times, and not who runs them.
CREATE FUNCTION pg_temp.essence(mcp jsonb)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT mcp - ARRAY['id', 'mcp_id', 'created_at', 'updated_at', 'config_hash', 'owner']
$$;

--
-- Create and read
--
SELECT jsonb_pretty(pg_temp.essence(mcp.create_mcp('{
    "name": "Order totals",
    "type": "python_script",
    "description": "adds\nup",
    "tags": ["orders", "sum"],
    "initial_config": {"script_content": "print(1)"},
    "initial_version_str": "1.0.0",
    "initial_version_description": "the first"
}')));

-- The short form, and the version a definition has when it names none.
SELECT jsonb_pretty(pg_temp.essence(mcp.create_mcp('{
    "name": "Short",
    "type": "llm_prompt",
    "config": {"template": "Sum up: {text}"}
}')));

SELECT mcp.get_mcp('order-totals') = mcp.get_mcp(d.id::text) AS is_same_by_id_and_slug,
       mcp.get_mcp('order-totals') = mcp.get_mcp(upper(d.id::text)) AS is_case_of_id_ignored,
       d.created_at = d.updated_at AS is_new,
       d.owner = session_user AS is_mine
FROM mcp.mcp_definitions AS d
WHERE d.slug = 'order-totals';

--
-- Defaults stand in the stored config; what was given stays, whatever it was
--
SELECT kind, jsonb_pretty(mcp.create_mcp(jsonb_build_object(
           'name', 'defaults', 'type', kind, 'config', config)) -> 'latest_version_config')
FROM (VALUES
    ('llm_prompt', '{"template": "{a}"}'::jsonb),
    ('jupyter_notebook', '{"notebook_path": "team/report.ipynb"}'),
    ('python_script', '{"script_path": "team/job.py"}'),
    ('ai_assistant', '{"system_prompt": "Be brief."}'),
    ('python_script', '{"script_content": "x", "timeout": null, "virtual_env": false,
                        "requirements": null, "script_path": null}'),
    ('ai_assistant', '{"system_prompt": "x", "temperature": 0, "max_tokens": 1, "memory_size": 2e0,
                       "tools": [{"name": "find", "description": null, "parameters": {"type": "object"}}],
                       "tool_choice": "none", "response_format": {"type": "json_object"},
                       "metadata": {"team": null}}'),
    ('jupyter_notebook', '{"notebook_content": {"cells": [], "nbformat": 4}, "execute_all": false,
                           "cells_to_execute": [0, 2], "timeout": 60}'),
    ('llm_prompt', '{"template": "x", "name": 1, "type": "llm_prompt", "description": null,
                     "id": "anything", "input_variables": ["a", "b"]}')
) AS cases (kind, config);

--
-- All problems at once, each with its rule and its place
--
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION pg_temp.problems(definition text)
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT concat_ws(' ', p.sqlstate, p.rule, p.path, '- ' || p.message, '(' || p.hint || ')')
    FROM mcp.validate_mcp(definition::jsonb) AS p
$$;

-- Not even an object.
SELECT pg_temp.problems(document)
FROM unnest(ARRAY['[]', '"text"', '1', 'null', 'true', '[{"name": "abc"}]']) AS document;

-- Nothing in it.
SELECT pg_temp.problems('{}');
SELECT pg_temp.problems('{"name": null, "type": null, "config": null}');

-- Everything wrong in it.
SELECT pg_temp.problems('{
    "nmae": "x",
    "name": 5,
    "type": "python",
    "description": ["x"],
    "tags": "a",
    "slug": "A--b",
    "initial_config": [],
    "initial_version_str": "1.0",
    "initial_version_description": {}
}');

-- Names count in characters, and must show something.
SELECT n.label, pg_temp.problems(jsonb_build_object(
           'name', n.name, 'type', 'llm_prompt', 'config', '{"template": "x"}'::jsonb)::text)
FROM (VALUES
    ('two', 'ab'),
    ('two wide', repeat(E'\u56de', 2)),
    ('three wide', repeat(E'\u56de', 3)),
    ('a hundred wide', repeat(E'\U0001f418', 100)),
    ('one more', repeat(E'\U0001f418', 101)),
    ('empty', ''),
    ('blanks', '    '),
    ('wide blanks', E'\u3000\u00a0\u200b\u2028'),
    ('bell', E'abc\u0007'),
    ('line end', E'abc\ndef'),
    ('C1', E'abc\u0085')
) AS n (label, name);

-- Tags.
SELECT pg_temp.problems(jsonb_build_object(
           'name', 'abc', 'type', 'llm_prompt', 'config', '{"template": "x"}'::jsonb,
           'tags', '["a", "b", "a", "", " ", 1, null, ["a"]]'::jsonb || to_jsonb(repeat('t', 51)))::text);

-- Versions.
SELECT v, pg_temp.problems(jsonb_build_object(
           'name', 'abc', 'type', 'llm_prompt', 'config', '{"template": "x"}'::jsonb,
           'initial_version_str', v)::text)
FROM unnest(ARRAY['1.0.0', '1.0.0-rc.1+build.5', '1', '1.0', '01.0.0', '1.0.0-01', 'v1.0.0',
                  'latest', '', '1.0.0 ', '1.0.0-' || repeat('x', 60)]) AS v;

-- Slugs.
SELECT s, pg_temp.problems(jsonb_build_object(
           'name', 'abc', 'type', 'llm_prompt', 'config', '{"template": "x"}'::jsonb,
           'slug', s)::text)
FROM unnest(ARRAY['a', 'a-b-2', '-a', 'a-', 'a--b', 'A', 'a b', '', repeat('a', 101),
                  '01890a5d-ac96-774b-bcce-b302099a8057', 'runs', 'runs-2']) AS s;

-- Configs.
CREATE TEMPORARY TABLE configs (
    case_id         integer     GENERATED ALWAYS AS IDENTITY,
    kind            text,
    config          jsonb
);
INSERT INTO configs (kind, config)
VALUES
    ('llm_prompt', '{}'::jsonb),
    ('llm_prompt', '{"template": "  ", "temperature": 1.1, "max_tokens": 0, "model_name": "", "system_prompt": 1}'),
    ('llm_prompt', '{"template": 1, "temperature": -0.1, "max_tokens": 1.5, "input_variables": ["a", "a"]}'),
    ('llm_prompt', '{"template": "x", "temperature": "hot", "max_tokens": true, "input_variables": "a"}'),
    ('llm_prompt', '{"template": "x", "max_token": 5, "script_content": "x"}'),
    ('llm_prompt', '{"template": "x", "type": "python_script"}'),
    ('llm_prompt', '{"template": "x", "type": 1}'),
    ('llm_prompt', '{"template": "x", "temperature": 1e400, "max_tokens": 1e400}'),
    ('jupyter_notebook', '{}'),
    ('jupyter_notebook', '{"notebook_path": null, "notebook_content": null}'),
    ('jupyter_notebook', '{"notebook_path": "/etc/passwd"}'),
    ('jupyter_notebook', '{"notebook_path": "a/../../b"}'),
    ('jupyter_notebook', '{"notebook_path": "..", "notebook_content": 1}'),
    ('jupyter_notebook', '{"notebook_content": "x", "execute_all": false, "cells_to_execute": [], "cell_timeout": 0}'),
    ('jupyter_notebook', '{"notebook_content": "x", "execute_all": 1, "cells_to_execute": [1, -1, "2"], "timeout": 59}'),
    ('python_script', '{}'),
    ('python_script', '{"script_path": "", "script_content": ""}'),
    ('python_script', '{"script_path": "a/..b/...c"}'),
    ('python_script', '{"script_path": "a/.."}'),
    ('python_script', '{"script_content": "x", "virtual_env": "yes", "requirements": ["a", 1, "a"], "timeout": "60"}'),
    ('ai_assistant', '{}'),
    ('ai_assistant', '{"system_prompt": "x", "memory_size": 0, "tools": {}, "tool_choice": "any", "response_format": "json", "metadata": []}'),
    ('ai_assistant', '{"system_prompt": "x", "tools": [{}, 1, {"name": "a"}, {"name": "a", "parameters": []}, {"name": "b", "descripton": "x"}]}');
SELECT array_to_string(kind || ' ' || config || ARRAY(
           SELECT pg_temp.problems(jsonb_build_object(
               'name', 'abc', 'type', kind, 'config', config)::text)), E'\n    ')
FROM configs
ORDER BY case_id;

-- One config under two names.
SELECT pg_temp.problems('{"name": "abc", "type": "llm_prompt", "config": {"template": "x"}, "initial_config": {"template": "x"}}');

-- Without a kind a config is checked no further.
SELECT pg_temp.problems('{"name": "abc", "type": "cobol", "config": {"anything": 1}}');
\pset format aligned
\pset tuples_only off

--
-- The same for changes and for versions
--
SELECT sqlstate, rule, path, message, hint
FROM mcp.validate_mcp_changes('{"name": "x", "config": {}, "tags": [1]}');
SELECT sqlstate, rule, path, message, hint
FROM mcp.validate_mcp_version('short', '{"version_str": "1", "config": {"script_content": "x"}}');
SELECT count(*) AS problems FROM mcp.validate_mcp_changes('{"name": "abc"}');
SELECT count(*) AS problems
FROM mcp.validate_mcp_version('order-totals', '{"version_str": "3.0.0", "config": {"script_content": "x"}}');

--
-- Slugs made of names
--
SELECT name, mcp.create_mcp(jsonb_build_object(
           'name', name, 'type', 'llm_prompt', 'config', '{"template": "x"}'::jsonb)) ->> 'slug' AS slug
FROM unnest(ARRAY['Tally', 'Tally', 'tally!', ' --Tally-- ', 'Tally 2',
                  'Search', '***', '!!!', '01890a5d-ac96-774b-bcce-b302099a8057',
                  repeat('long ', 20)]) AS name;
SELECT mcp.create_mcp(jsonb_build_object(
           'name', name, 'type', 'llm_prompt', 'config', '{"template": "x"}'::jsonb)) ->> 'slug' AS slug
FROM unnest(ARRAY[E'\u00dcbersicht \u00e0 la carte', E'\uff21\uff22\uff23', E'\u56de\u58f0\u673a']) AS name;

--
-- Changes: what is given changes, the rest stays
--
SELECT pg_temp.essence(mcp.update_mcp('short', '{"name": "Shorter"}')) - 'latest_version_config';
SELECT pg_temp.essence(mcp.update_mcp('short', '{"description": "d", "tags": ["x", "y"]}')) - 'latest_version_config';
SELECT pg_temp.essence(mcp.update_mcp('short', '{"description": null}')) - 'latest_version_config';
SELECT pg_temp.essence(mcp.update_mcp('short', '{"tags": null}')) - 'latest_version_config';
SELECT mcp.update_mcp('short', '{}') = mcp.get_mcp('short') AS is_unchanged;

--
-- Versions: added in any order, sorted as semantic versions
--
CREATE FUNCTION pg_temp.latest_after(version_str text, config jsonb)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM mcp.add_mcp_version('order-totals', jsonb_build_object(
                'version_str', version_str, 'config', config));
    RETURN mcp.get_mcp('order-totals') ->> 'latest_version_str';
END
$$;
-- A prerelease is not the latest while there is a release.
SELECT added, pg_temp.latest_after(added, config)
FROM (VALUES
    ('1.10.0', '{"script_content": "print(2)"}'::jsonb),
    ('1.9.0', '{"timeout": 600, "script_content": "print(2)", "requirements": []}'),
    ('1.10.0-rc.10', '{"requirements": null, "script_content": "print(2)"}'),
    ('1.10.0-rc.2', '{"script_content": "print(3)"}'),
    ('2.0.0-beta', '{"script_content": "print(4)"}'),
    ('1.10.0+build-7', '{"script_content": "print(5)"}')
) AS v (added, config);
SELECT version_str, description, config ->> 'script_content' AS script
FROM mcp.list_mcp_versions('order-totals');

SELECT jsonb_pretty(pg_temp.essence(mcp.get_mcp_version('order-totals', '1.0.0')));
SELECT mcp.get_mcp_version('order-totals', 'latest') ->> 'version_str' AS latest;
SELECT mcp.get_mcp_version_by_id(v.id) = mcp.get_mcp_version('order-totals', v.version_str) AS is_same
FROM mcp.list_mcp_versions('order-totals') AS v;

-- What one statement makes it may go on with.
SELECT mcp.add_mcp_version(
           mcp.create_mcp('{"name": "At once", "type": "llm_prompt", "config": {"template": "x"}}') ->> 'id',
           '{"version_str": "1.0.0", "config": {"template": "y"}}') ->> 'mcp_slug' AS slug;
SELECT mcp.get_mcp('at-once') ->> 'latest_version_str' AS latest;

-- Of prereleases alone the highest is the latest, until a release comes.
SELECT mcp.create_mcp('{"name": "Young", "type": "llm_prompt", "config": {"template": "x"},
                        "initial_version_str": "1.0.0-rc.1"}') ->> 'latest_version_str' AS latest;
SELECT mcp.add_mcp_version('young', '{"version_str": "1.0.0-rc.2", "config": {"template": "x"}}') ->> 'version_str' AS added;
SELECT mcp.get_mcp('young') ->> 'latest_version_str' AS latest;
SELECT mcp.add_mcp_version('young', '{"version_str": "0.9.0", "config": {"template": "x"}}') ->> 'version_str' AS added;
SELECT mcp.get_mcp('young') ->> 'latest_version_str' AS latest;

-- One config is one hash, however its keys stood and whether defaults were given.
SELECT count(DISTINCT config_hash) AS hashes,
       bool_and(config_hash = sha256(convert_to(config_snapshot::text, 'UTF8'))) AS is_sha256
FROM mcp.mcp_versions
WHERE config_snapshot @> '{"script_content": "print(2)"}';

--
-- Lists
--
SELECT name, slug, type, description, tags, latest_version_str
FROM mcp.list_mcps('TOTAL');
SELECT slug FROM mcp.list_mcps(query => 'add');
SELECT slug FROM mcp.list_mcps(query => '%');
SELECT slug FROM mcp.list_mcps(type => 'jupyter_notebook');
SELECT slug FROM mcp.list_mcps(tag => 'sum');
SELECT slug FROM mcp.list_mcps(tag => 'su');
SELECT slug FROM mcp.list_mcps(skip => 1, max_rows => 2);
SELECT slug FROM mcp.list_mcps(max_rows => 0);

--
-- Deleting
--
SELECT mcp.delete_mcp('short');
SELECT mcp.get_mcp('short');
SELECT count(*) AS versions_left
FROM mcp.mcp_versions AS v
WHERE NOT EXISTS (SELECT FROM mcp.mcp_definitions AS d WHERE d.id = v.mcp_id);
-- Its slug is free again.
SELECT mcp.create_mcp('{"name": "Short", "type": "llm_prompt", "config": {"template": "x"}}') ->> 'slug' AS slug;

--
-- The kinds are rows, and a dump carries none of ours
--
SELECT type, executor, is_builtin, description
FROM mcp.mcp_types
ORDER BY type;
-- Their schemas are schemas.
SELECT t.type, e.*
FROM mcp.mcp_types AS t,
     LATERAL mcp.json_schema_check(t.config_schema) AS e;

-- They say the same as the rules in C: each key, and one that none knows, with
-- each of many values.  Only that names of tools are unique they cannot say.
INSERT INTO configs (kind, config)
SELECT t.type, base || jsonb_build_object(key, value)
FROM mcp.mcp_types AS t
JOIN (VALUES
    ('llm_prompt', '{"template": "x"}'::jsonb),
    ('jupyter_notebook', '{"notebook_content": "x"}'),
    ('jupyter_notebook', '{}'),
    ('python_script', '{"script_path": "x"}'),
    ('python_script', '{}'),
    ('ai_assistant', '{"system_prompt": "x"}')
) AS b (type, base) ON b.type = t.type
CROSS JOIN LATERAL (
    SELECT jsonb_object_keys(t.config_schema -> 'properties')
    UNION
    SELECT 'Template') AS k (key)
CROSS JOIN jsonb_array_elements(jsonb_build_array(
    NULL, true, false, '', ' ', 'x', E'x\ny', repeat('x', 200), repeat('x', 201), repeat('x', 1001),
    'a/b', '/a', 'a/..', '../a', 'a/../b', '..', '...', 'a..b', 'auto', 'none', 'llm_prompt',
    -1, 0, 0.5, 1, 1.0, 1.5, 2, 59, 60, 60.5, 2147483647, 2147483648, 1e300::numeric, -1e-300::numeric,
    '[]'::jsonb, '["a"]'::jsonb, '["a", "b"]'::jsonb, '["a", "a"]'::jsonb, '[""]'::jsonb, '[null]'::jsonb,
    '[0]'::jsonb, '[-1]'::jsonb, '[1.5]'::jsonb, '{}'::jsonb, '{"a": 1}'::jsonb,
    '[{"name": "a"}]'::jsonb, '[{"name": ""}]'::jsonb, '[{}]'::jsonb, '[{"name": "a", "x": 1}]'::jsonb,
    '[{"name": "a", "description": null, "parameters": {}}]'::jsonb,
    '[{"name": "a", "description": 1}]'::jsonb, '[{"name": "a", "parameters": []}]'::jsonb,
    '[{"name": "a"}, {"name": "a"}]'::jsonb, '{"hosts": null}'::jsonb, '{"hosts": []}'::jsonb,
    '{"hosts": ["a.b:443", "*.a:1", "[::1]:65535"]}'::jsonb, '{"hosts": ["a:1"], "host": 1}'::jsonb,
    '{"hosts": ["a:1", "a:1"]}'::jsonb, '{"hosts": ["a:65536"]}'::jsonb, '{"hosts": ["a:0"]}'::jsonb,
    '{"hosts": ["a:01"]}'::jsonb, '{"hosts": ["a"]}'::jsonb, '{"hosts": [".a:1"]}'::jsonb,
    '{"hosts": ["a b:1"]}'::jsonb, '{"hosts": ["*:1"]}'::jsonb, '{"hosts": ["[]:1"]}'::jsonb,
    '{"hosts": [1]}'::jsonb, '{"hosts": ["http://a:1"]}'::jsonb)) AS v (value);
SELECT count(*) > 2000 AS are_many,
       count(*) FILTER (WHERE is_valid) > 200 AS are_some_right,
       count(*) FILTER (WHERE NOT is_valid) > 200 AS are_some_wrong
FROM configs AS c
JOIN mcp.mcp_types AS t ON t.type = c.kind
CROSS JOIN LATERAL mcp.json_schema_is_valid(t.config_schema, c.config) AS is_valid;
SELECT c.kind, c.config
FROM configs AS c
JOIN mcp.mcp_types AS t ON t.type = c.kind
WHERE mcp.json_schema_is_valid(t.config_schema, c.config)
      <> NOT EXISTS (SELECT FROM mcp.validate_mcp(jsonb_build_object(
                         'name', 'abc', 'type', c.kind, 'config', c.config)))
ORDER BY c.kind, c.config::text;

-- And the default of each key is the one that is filled in.
SELECT t.type, key, property -> 'default' AS said, d.config -> key AS filled_in
FROM mcp.mcp_types AS t
CROSS JOIN LATERAL jsonb_each(t.config_schema -> 'properties') AS p (key, property)
JOIN LATERAL (
    SELECT v.config_snapshot
    FROM mcp.mcp_definitions AS m
    JOIN mcp.mcp_versions AS v ON v.mcp_id = m.id
    WHERE m.type = t.type
      AND m.name = 'defaults'
    ORDER BY m.id
    LIMIT 1) AS d (config) ON true
WHERE property -> 'default' IS DISTINCT FROM d.config -> key
  AND property ? 'default';

SELECT c.oid::regclass AS dumped, condition
FROM pg_extension AS e,
     unnest(e.extconfig, e.extcondition) AS c (oid, condition)
WHERE e.extname = 'mcp'
  AND c.oid::regclass::text LIKE 'mcp.mcp\_%'
ORDER BY 1;

SELECT mcp.delete_mcp(slug) FROM mcp.list_mcps(max_rows => 1000) \g /dev/null

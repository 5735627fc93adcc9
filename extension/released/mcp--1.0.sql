-- mcp: the SQL script of the extension, made of extension/schema/*.sql in order.
\echo Use "CREATE EXTENSION mcp" to load this file. \quit

REVOKE ALL ON SCHEMA mcp FROM PUBLIC;

-- Whatever this script makes, PUBLIC gets none of it: a right is granted by
-- mcp.grant_role() or not at all.  80_access.sql revokes once more at the end
-- over everything, because default privileges are the installing role's own.

CREATE FUNCTION mcp.uuid_v7()
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_uuid_v7'
LANGUAGE C VOLATILE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp.uuid_v7() IS
'A new UUID of version 7 (RFC 9562): 48 bits of Unix time in milliseconds, then random bits; never smaller than the one this backend made before.';

CREATE FUNCTION mcp.uuid_v7_floor(at timestamptz)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_uuid_v7_floor'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp.uuid_v7_floor(timestamptz) IS
'The smallest UUID of version 7 of a time, to the millisecond: a range of ids is a range of time. Raises datetime_field_overflow before 1970.';

CREATE FUNCTION mcp.uuid_v7_time(id uuid)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'mcp_uuid_v7_time'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp.uuid_v7_time(uuid) IS
'The time in a UUID of version 7, to the millisecond; meaningless for other versions.';
-- What every list has in common.

CREATE FUNCTION mcp._check_page(skip integer, max_rows integer)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF skip IS NULL OR skip < 0 THEN
        RAISE EXCEPTION 'skip must be 0 or more, not %', coalesce(skip::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF max_rows IS NULL OR max_rows NOT BETWEEN 1 AND 10000 THEN
        RAISE EXCEPTION 'max_rows must be 1 to 10000, not %', coalesce(max_rows::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_page(integer, integer) IS
'Raises invalid_parameter_value unless skip and max_rows are a page.';
-- Kinds of MCP, MCPs and their versions.

CREATE FUNCTION mcp._version_key(version_str text)
RETURNS bytea
AS 'MODULE_PATHNAME', 'mcp_version_key'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._version_key(text) IS
'Bytes that sort as semantic versions do: 1.9.0 < 1.10.0-rc.2 < 1.10.0-rc.10 < 1.10.0. Raises invalid_parameter_value for text that is none.';

-- For tables whose rows are history; the hint comes with the trigger.
CREATE FUNCTION mcp._refuse_update()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'rows of %.% never change', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = TG_ARGV[0];
END
$$;

COMMENT ON FUNCTION mcp._refuse_update() IS
'Trigger: refuses to update rows that are immutable.';

CREATE TABLE mcp.mcp_types (
    type            text        PRIMARY KEY,
    executor        text        NOT NULL,
    description     text        NOT NULL,
    config_schema   jsonb       NOT NULL,
    input_schema    jsonb,
    output_schema   jsonb,
    is_builtin      boolean     NOT NULL DEFAULT false
);

COMMENT ON TABLE mcp.mcp_types IS
'The kinds of MCP: which executor runs one, and the JSON Schema of its config. Built-in kinds belong to the extension and stand in no dump.';

SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_types', 'WHERE NOT is_builtin');

CREATE TABLE mcp.mcp_definitions (
    id              uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    name            text        NOT NULL,
    slug            text        COLLATE "C" NOT NULL UNIQUE,
    type            text        NOT NULL REFERENCES mcp.mcp_types (type),
    description     text,
    tags            text[]      NOT NULL DEFAULT '{}',
    latest_version_str text     NOT NULL,
    owner           name        NOT NULL DEFAULT current_user,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.mcp_definitions IS
'MCPs: typed components. What one does stands in its versions; latest_version_str names the highest release.';

SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_definitions', '');

-- Immutable: a change is a new version.  version_key sorts as semantic versions
-- do, their text does not ("1.10.0" is later than "1.9.0").
CREATE TABLE mcp.mcp_versions (
    id              uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    mcp_id          uuid        NOT NULL
                                REFERENCES mcp.mcp_definitions (id)
                                ON DELETE CASCADE,
    version_str     text        NOT NULL,
    version_key     bytea       NOT NULL
                                GENERATED ALWAYS AS (mcp._version_key(version_str)) STORED,
    description     text,
    config_snapshot jsonb       NOT NULL,
    input_schema    jsonb,
    output_schema   jsonb,
    config_hash     bytea       NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (mcp_id, version_str)
);

COMMENT ON TABLE mcp.mcp_versions IS
'The immutable versions of MCPs. config_snapshot is the config as it was given, with the defaults of that time; config_hash is the SHA-256 of its text.';

SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_versions', '');

CREATE TRIGGER mcp_versions_are_immutable
BEFORE UPDATE ON mcp.mcp_versions
FOR EACH ROW
EXECUTE FUNCTION mcp._refuse_update('Add a new version with mcp.add_mcp_version().');

COMMENT ON TRIGGER mcp_versions_are_immutable ON mcp.mcp_versions IS
'Runs rely on the versions that they have pinned.';
-- MCPs: define, read, change, delete; and their versions.
--
-- An argument `mcp` is an id or a slug.  One that does not exist raises MC020,
-- whether or not it could be an id.

CREATE FUNCTION mcp.create_mcp(definition jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_create_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.create_mcp(jsonb) IS
'Defines an MCP with its first version and returns it in full. Takes {name, type, description, tags, slug, initial_config, initial_version_str, initial_version_description, input_schema, output_schema}; raises the first problem of mcp.validate_mcp.';

CREATE FUNCTION mcp.validate_mcp(definition jsonb)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_mcp'
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.validate_mcp(jsonb) IS
'All that is wrong with a definition for mcp.create_mcp, one problem to a row; no row, no problem.';

CREATE FUNCTION mcp.validate_mcp_changes(changes jsonb)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_mcp_changes'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mcp.validate_mcp_changes(jsonb) IS
'All that is wrong with changes for mcp.update_mcp, one problem to a row; no row, no problem.';

CREATE FUNCTION mcp.validate_mcp_version(mcp text, version jsonb)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_mcp_version'
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.validate_mcp_version(text, jsonb) IS
'All that is wrong with a version for mcp.add_mcp_version, one problem to a row; no row, no problem.';

CREATE FUNCTION mcp.get_mcp(mcp text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_mcp'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_mcp(text) IS
'One MCP, by id or slug: {id, name, slug, type, description, tags, created_at, updated_at, latest_version_str, latest_version_config}.';

CREATE FUNCTION mcp._find_mcp(mcp text)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_find_mcp'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._find_mcp(text) IS
'The id of an MCP, by id or slug.';

CREATE FUNCTION mcp.list_mcps(
    query           text        DEFAULT NULL,
    type            text        DEFAULT NULL,
    tag             text        DEFAULT NULL,
    skip            integer     DEFAULT 0,
    max_rows        integer     DEFAULT 100
)
RETURNS TABLE (
    id              uuid,
    name            text,
    slug            text,
    type            text,
    description     text,
    tags            text[],
    latest_version_str text,
    updated_at      timestamptz
)
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.id, d.name, d.slug, d.type, d.description, d.tags,
           d.latest_version_str, d.updated_at
    FROM mcp.mcp_definitions AS d
    WHERE ($1 IS NULL
           OR position(lower($1) IN lower(d.name)) > 0
           OR position(lower($1) IN d.slug) > 0
           OR position(lower($1) IN lower(d.description)) > 0)
      AND ($2 IS NULL OR d.type = $2)
      AND ($3 IS NULL OR $3 = ANY (d.tags))
    ORDER BY d.id
    OFFSET $4
    LIMIT $5
$$;

COMMENT ON FUNCTION mcp.list_mcps(text, text, text, integer, integer) IS
'MCPs in the order they were made: those with the query in name, slug or description (case does not matter), of the type, and with the tag, where these are given.';

CREATE FUNCTION mcp.update_mcp(mcp text, changes jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_update_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.update_mcp(text, jsonb) IS
'Changes name, description or tags of an MCP: those given change, the rest stays. Returns it in full. What it does changes by mcp.add_mcp_version.';

CREATE FUNCTION mcp.delete_mcp(mcp text, force boolean DEFAULT false)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_delete_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.delete_mcp(text, boolean) IS
'Deletes an MCP with all its versions. While a workflow uses it this raises MC021, unless by force.';

CREATE FUNCTION mcp.add_mcp_version(mcp text, version jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_add_mcp_version'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.add_mcp_version(text, jsonb) IS
'Adds a version {version_str, description, config, input_schema, output_schema} to an MCP and returns it as mcp.get_mcp_version does. The highest release is the latest, whichever was added last; a prerelease only where there is no release.';

CREATE FUNCTION mcp.list_mcp_versions(mcp text)
RETURNS TABLE (
    id              uuid,
    version_str     text,
    description     text,
    config          jsonb,
    created_at      timestamptz
)
LANGUAGE plpgsql
STABLE
STRICT
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Found first: a join would never ask where no version is.
    wanted CONSTANT uuid := mcp._find_mcp($1);
BEGIN
    RETURN QUERY
    SELECT v.id, v.version_str, v.description, v.config_snapshot, v.created_at
    FROM mcp.mcp_versions AS v
    WHERE v.mcp_id = wanted
    ORDER BY v.version_key DESC, v.id DESC;
END
$$;

COMMENT ON FUNCTION mcp.list_mcp_versions(text) IS
'The versions of an MCP, the highest semantic version first.';

CREATE FUNCTION mcp.get_mcp_version(mcp text, version_str text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_mcp_version'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_mcp_version(text, text) IS
'One version of an MCP: {id, mcp_id, mcp_name, mcp_slug, type, executor, version_str, description, config, config_hash, input_schema, output_schema, created_at}. The version may be ''latest''.';

CREATE FUNCTION mcp.get_mcp_version_by_id(version_id uuid)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_mcp_version_by_id'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_mcp_version_by_id(uuid) IS
'One version by its own id, as mcp.get_mcp_version gives it: what a worker needs to run a task.';
-- The kinds of MCP that are built in.
--
-- Each schema says what JSON Schema can say of the rules in mcp_config.c, for
-- those who read them: forms, editors, other validators.  Where the two differ
-- mcp_config.c is the stricter one (names of tools that stand twice, texts of
-- nothing but invisible characters).

INSERT INTO mcp.mcp_types (type, executor, description, is_builtin, config_schema)
VALUES
('llm_prompt', 'llm_prompt',
 'A prompt with {placeholders} for its inputs, sent to a language model.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "template": {"type": "string", "pattern": "\\S"},
        "model_name": {"type": ["string", "null"], "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200},
        "temperature": {"type": ["number", "null"], "minimum": 0, "maximum": 1, "default": 0.7},
        "max_tokens": {"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647, "default": 1000},
        "system_prompt": {"type": ["string", "null"]}
    },
    "required": ["template"]
 }'),
('jupyter_notebook', 'jupyter_notebook',
 'A Jupyter notebook, its inputs set as variables before the first cell.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "notebook_path": {"type": ["string", "null"], "pattern": "^(?!/)(?!(.*/)?\\.\\.(/|$))(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 1000},
        "notebook_content": {"type": ["string", "object", "null"], "pattern": "\\S"},
        "execute_all": {"type": ["boolean", "null"], "default": true},
        "cells_to_execute": {"type": ["array", "null"], "items": {"type": "integer", "minimum": 0, "maximum": 2147483647}},
        "timeout": {"type": ["integer", "null"], "minimum": 60, "maximum": 2147483647, "default": 600}
    },
    "anyOf": [
        {"required": ["notebook_path"], "properties": {"notebook_path": {"type": "string"}}},
        {"required": ["notebook_content"], "properties": {"notebook_content": {"type": ["string", "object"]}}}
    ]
 }'),
('python_script', 'python_script',
 'A Python script that reads its inputs from one JSON file and writes its result to another.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "script_path": {"type": ["string", "null"], "pattern": "^(?!/)(?!(.*/)?\\.\\.(/|$))(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 1000},
        "script_content": {"type": ["string", "null"], "pattern": "\\S"},
        "requirements": {"type": ["array", "null"], "uniqueItems": true, "items": {"type": "string", "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200}, "default": []},
        "virtual_env": {"type": ["boolean", "null"], "default": true},
        "timeout": {"type": ["integer", "null"], "minimum": 60, "maximum": 2147483647, "default": 600}
    },
    "anyOf": [
        {"required": ["script_path"], "properties": {"script_path": {"type": "string"}}},
        {"required": ["script_content"], "properties": {"script_content": {"type": "string"}}}
    ]
 }'),
('ai_assistant', 'ai_assistant',
 'A language model with a memory of its session and tools that it may call.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "system_prompt": {"type": "string", "pattern": "\\S"},
        "model_name": {"type": ["string", "null"], "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200},
        "temperature": {"type": ["number", "null"], "minimum": 0, "maximum": 1, "default": 0.7},
        "max_tokens": {"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647, "default": 1000},
        "memory_size": {"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647, "default": 10},
        "tools": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "minLength": 1, "maxLength": 100},
                    "description": {"type": ["string", "null"]},
                    "parameters": {"type": ["object", "null"]}
                },
                "required": ["name"],
                "additionalProperties": false
            }
        },
        "tool_choice": {"enum": ["auto", "none", null]},
        "response_format": {"type": ["object", "null"]},
        "metadata": {"type": ["object", "null"]}
    },
    "required": ["system_prompt"]
 }');

-- What every config may carry, and nothing else: old clients repeat in it what
-- stands around it.  A type must be the MCP's own.
UPDATE mcp.mcp_types AS t
SET config_schema = t.config_schema
    || jsonb_build_object(
           'additionalProperties', false,
           'properties', t.config_schema -> 'properties'
               || jsonb_build_object(
                      'input_variables', '{
                          "type": ["array", "null"],
                          "uniqueItems": true,
                          "items": {"type": "string", "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200}
                      }'::jsonb,
                      'type', jsonb_build_object('enum', jsonb_build_array(t.type, NULL)),
                      'name', true,
                      'description', true,
                      'id', true))
WHERE t.is_builtin;
-- What changed between two versions.

-- An operator's audit wants the same of any two documents, so this says nothing of
-- MCPs or workflows.
CREATE FUNCTION mcp._json_diff(
    old jsonb,
    new jsonb,
    item_key text DEFAULT NULL)
RETURNS TABLE (path text, change text, old_value jsonb, new_value jsonb)
AS 'MODULE_PATHNAME', 'mcp_json_diff'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mcp._json_diff(jsonb, jsonb, text) IS
'What was added, removed or changed from one document to another, each difference once and as deep as it lies. Items of arrays are compared by position, or, with an item_key, by the string that all of them carry under it; the path of a removed one has its old index, and a row for the array itself tells that the order changed.';
-- Workflows and the immutable snapshot of each change.

CREATE TABLE mcp.workflow_definitions (
    workflow_id     uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    name            text        NOT NULL,
    slug            text        COLLATE "C" NOT NULL UNIQUE,
    description     text,
    execution_mode  text        NOT NULL
                                CONSTRAINT workflow_definitions_mode_known
                                CHECK (execution_mode IN ('sequential', 'parallel')),
    error_handling  jsonb       NOT NULL,
    steps           jsonb       NOT NULL,
    fallback_workflow_id uuid   GENERATED ALWAYS AS
                                ((error_handling ->> 'fallback_workflow_id')::uuid) STORED
                                REFERENCES mcp.workflow_definitions (workflow_id),
    latest_version  integer     NOT NULL DEFAULT 1,
    owner           name        NOT NULL DEFAULT current_user,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.workflow_definitions IS
'Workflows, as their latest version says. A run takes what it does from mcp.workflow_versions and never from here.';

-- Which workflows use an MCP: steps @> '[{"mcp_id": "..."}]'.
CREATE INDEX workflow_definitions_steps
ON mcp.workflow_definitions
USING gin (steps jsonb_path_ops);

CREATE INDEX workflow_definitions_fallback
ON mcp.workflow_definitions (fallback_workflow_id)
WHERE fallback_workflow_id IS NOT NULL;

-- No foreign key to workflow_definitions: deleting a workflow keeps the
-- history of its runs readable, and each run points at one of these rows.
CREATE TABLE mcp.workflow_versions (
    workflow_id     uuid        NOT NULL,
    version         integer     NOT NULL,
    definition      jsonb       NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workflow_id, version)
);

COMMENT ON TABLE mcp.workflow_versions IS
'What each version of each workflow says, in its normal form; also of workflows that are deleted. Every run names the row it follows.';

-- DELETE as well: without the row a run could no longer be read.
CREATE FUNCTION mcp._refuse_delete()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'rows of %.% are never deleted', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = TG_ARGV[0];
END
$$;

COMMENT ON FUNCTION mcp._refuse_delete() IS
'Trigger: refuses to delete rows that others point at.';

CREATE TRIGGER workflow_versions_are_immutable
BEFORE UPDATE ON mcp.workflow_versions
FOR EACH ROW
EXECUTE FUNCTION mcp._refuse_update('Make a new version with mcp.update_workflow().');

COMMENT ON TRIGGER workflow_versions_are_immutable ON mcp.workflow_versions IS
'Runs follow the version they have pinned.';

CREATE TRIGGER workflow_versions_are_kept
BEFORE DELETE ON mcp.workflow_versions
FOR EACH ROW
EXECUTE FUNCTION mcp._refuse_delete('mcp.delete_workflow() deletes a workflow and keeps its versions, for the runs that follow them.');

COMMENT ON TRIGGER workflow_versions_are_kept ON mcp.workflow_versions IS
'The runs of a deleted workflow stay readable.';

CREATE TRIGGER workflow_versions_are_never_emptied
BEFORE TRUNCATE ON mcp.workflow_versions
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._refuse_delete('mcp.delete_workflow() deletes a workflow and keeps its versions, for the runs that follow them.');

COMMENT ON TRIGGER workflow_versions_are_never_emptied ON mcp.workflow_versions IS
'TRUNCATE deletes rows without asking a row trigger.';
-- Workflows: define, check, read, change, delete, explain.
--
-- An argument `workflow` is an id or a slug.  One that does not exist raises MC020,
-- whether or not it could be an id.

CREATE FUNCTION mcp.create_workflow(definition jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_create_workflow'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.create_workflow(jsonb) IS
'Defines a workflow with its first version and returns it as mcp.get_workflow does. Takes {name, slug, description, execution_mode, error_handling, steps}; raises the first problem of mcp.validate_workflow.';

CREATE FUNCTION mcp.validate_workflow(definition jsonb, workflow text DEFAULT NULL)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_workflow'
LANGUAGE C STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.validate_workflow(jsonb, text) IS
'All that is wrong with a definition for mcp.create_workflow, or, where a workflow is given, for mcp.update_workflow of that one; one problem to a row, and no row, no problem.';

CREATE FUNCTION mcp.get_workflow(workflow text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_workflow'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_workflow(text) IS
'One workflow, by id or slug: {workflow_id, id (the same), name, slug, description, execution_mode, error_handling, steps, version, created_at, updated_at}.';

CREATE FUNCTION mcp._find_workflow(workflow text)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_find_workflow'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._find_workflow(text) IS
'The id of a workflow, by id or slug.';

CREATE FUNCTION mcp.list_workflows(
    query           text        DEFAULT NULL,
    skip            integer     DEFAULT 0,
    max_rows        integer     DEFAULT 100
)
RETURNS TABLE (
    workflow_id     uuid,
    name            text,
    slug            text,
    description     text,
    execution_mode  text,
    error_handling  jsonb,
    steps           jsonb,
    version         integer,
    created_at      timestamptz,
    updated_at      timestamptz
)
LANGUAGE plpgsql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
    SELECT d.workflow_id, d.name, d.slug, d.description, d.execution_mode,
           d.error_handling, d.steps, d.latest_version, d.created_at, d.updated_at
    FROM mcp.workflow_definitions AS d
    WHERE query IS NULL
       OR position(lower(query) IN lower(d.name)) > 0
       OR position(lower(query) IN d.slug) > 0
       OR position(lower(query) IN lower(d.description)) > 0
    ORDER BY d.workflow_id
    OFFSET skip
    LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_workflows(text, integer, integer) IS
'Workflows in the order they were made: those with the query in name, slug or description (case does not matter), or all.';

CREATE FUNCTION mcp.update_workflow(workflow text, definition jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_update_workflow'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.update_workflow(text, jsonb) IS
'Changes a workflow: the keys given replace those of the latest version, the rest stays, and the whole becomes the next version, which runs follow that start from then on. Where nothing is different there is no new version. Returns it as mcp.get_workflow does.';

CREATE FUNCTION mcp.delete_workflow(workflow text)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_delete_workflow'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.delete_workflow(text) IS
'Deletes a workflow; its versions and its runs stay readable, and runs that live go on. While another workflow falls back to it this raises MC021.';

CREATE FUNCTION mcp.list_workflow_versions(workflow text)
RETURNS TABLE (
    version         integer,
    definition      jsonb,
    created_at      timestamptz
)
LANGUAGE plpgsql
STABLE
STRICT
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Found first: a join would never ask where no version is.
    wanted CONSTANT uuid := mcp._find_workflow($1);
BEGIN
    RETURN QUERY
    SELECT v.version, v.definition, v.created_at
    FROM mcp.workflow_versions AS v
    WHERE v.workflow_id = wanted
    ORDER BY v.version DESC;
END
$$;

COMMENT ON FUNCTION mcp.list_workflow_versions(text) IS
'The versions of a workflow in their normal form, the newest first.';

CREATE FUNCTION mcp.explain_workflow(workflow text)
RETURNS TABLE (
    level           integer,
    step_id         text,
    name            text,
    waits_for       text[],
    is_critical     boolean
)
AS 'MODULE_PATHNAME', 'mcp_explain_workflow'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.explain_workflow(text) IS
'How a workflow will run, one row to a step. Level 1 starts at once, a later level when the steps in waits_for are done; in sequential mode every step waits for the one before it. A step is critical if it lies on a longest chain of steps: a run is done no sooner than those.';
-- Runs, their finished attempts, and the hot tables of the engine.
--
-- One table to ask, two places where the rows lie: a run that lives is in
-- live_runs, small and updated in place (HOT: no index covers a column that a
-- step changes); when it ends it moves, once, into the partition of history
-- that the time in its id names.  History is only ever appended to, and dropped by
-- partition.

-- The state stands last and behind columns that do not change, so that the log
-- of an update holds little more than the state itself.
CREATE TABLE mcp.workflow_runs (
    run_id          uuid        NOT NULL,
    workflow_id     uuid,                   -- null: a run of one MCP
    mcp_version_id  uuid,                   -- set for a run of one MCP
    parent_run_id   uuid,                   -- this run is the fallback of that one
    fallback_run_id uuid,
    workflow_version integer,
    priority        integer     NOT NULL DEFAULT 0,
    depth           integer     NOT NULL DEFAULT 0, -- of parents above it
    created_at      timestamptz NOT NULL DEFAULT now(),
    queue           text        NOT NULL DEFAULT 'default',
    owner           name        NOT NULL,
    idempotency_key text,
    parent_step_id  text,
    inputs          jsonb       NOT NULL DEFAULT '{}',
    pinned_versions uuid[],                 -- by step: what runs; null: as the workflow version says
    outputs         jsonb,
    error_message   text,
    finished_at     timestamptz,
    started_at      timestamptz,
    status          text        NOT NULL,
    state           bytea                   -- of a live run: run_state's bytes
) PARTITION BY LIST (status);

COMMENT ON TABLE mcp.workflow_runs IS
'Every run: those that live and those that ended. mcp.get_run and mcp.list_runs read it.';

CREATE TABLE mcp.live_runs
    PARTITION OF mcp.workflow_runs (PRIMARY KEY (run_id))
    FOR VALUES IN ('PENDING', 'RUNNING', 'PAUSED')
    WITH (
        fillfactor = 60,
        autovacuum_vacuum_scale_factor = 0.0,
        autovacuum_vacuum_threshold = 20000,
        autovacuum_analyze_scale_factor = 0.0,
        autovacuum_analyze_threshold = 100000
    );

COMMENT ON TABLE mcp.live_runs IS
'The runs that have not ended, each with the state of its steps.';

-- Keys and indexes are the leaves' own: were they the parent's, a dump could not
-- restore the partitions that maintain() made, as attaching them would make the
-- same index twice.  What the default partition has, the others get.
CREATE TABLE mcp.finished_runs
    PARTITION OF mcp.workflow_runs
    FOR VALUES IN ('SUCCESS', 'FAILED', 'CANCELLED')
    PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.finished_runs IS
'The runs that ended, by the month in which they were started.';

CREATE TABLE mcp.finished_runs_default
    PARTITION OF mcp.finished_runs (PRIMARY KEY (run_id)) DEFAULT;

-- One row for each finished attempt.  Its partition is that of its run's id,
-- so that a run and its steps are dropped together.
CREATE TABLE mcp.step_runs (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    attempt         integer     NOT NULL,
    mcp_id          uuid,
    started_at      timestamptz,
    finished_at     timestamptz NOT NULL,
    status          text        NOT NULL,
    step_id         text        NOT NULL,
    name            text        NOT NULL,
    mcp_version     text,
    worker          text,
    inputs_used     jsonb,
    outputs_generated jsonb,
    error           text,
    error_class     text,
    stdout          text,
    stderr          text
) PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.step_runs IS
'The attempts that ended, by the month in which their run was started.';

CREATE TABLE mcp.step_runs_default
    PARTITION OF mcp.step_runs (PRIMARY KEY (run_id, step_ordinal, attempt)) DEFAULT;

-- Steps that wait for a worker.  A claim deletes the row: whose step it is then
-- stands in the run's state, so no claim ever scans past claimed rows.  The key
-- is the order of claims: within a priority older runs go first, which keeps few
-- of them open.  It can be told from the run alone, so that a run which ends
-- finds its rows without another index.
CREATE TABLE mcp.ready_steps (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    priority        integer     NOT NULL,
    queue           text        COLLATE "C" NOT NULL
) WITH (
    autovacuum_vacuum_scale_factor = 0.0,
    autovacuum_vacuum_threshold = 20000
);

CREATE UNIQUE INDEX ready_steps_order
    ON mcp.ready_steps (queue, priority DESC, run_id, step_ordinal);

COMMENT ON TABLE mcp.ready_steps IS
'One row for each step that waits for a worker.';

-- Steps that wait for a time: retries.  The time stands in the run's state too,
-- so a run that ends early finds its rows.
CREATE TABLE mcp.timers (
    due_at          timestamptz NOT NULL,
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    PRIMARY KEY (due_at, run_id, step_ordinal)
);

COMMENT ON TABLE mcp.timers IS
'One row for each step that waits for a time.';

-- One row for each worker: its lease.  The epoch is drawn anew at each
-- registration from one sequence, so it names the registration as well: a task
-- carries it, and a result with another epoch is refused.
CREATE SEQUENCE mcp.worker_epochs AS integer CYCLE;

CREATE TABLE mcp.workers (
    worker          text        PRIMARY KEY,
    epoch           integer     NOT NULL,
    lease_until     timestamptz NOT NULL,
    capacity        jsonb       NOT NULL DEFAULT '{}',
    is_asleep       boolean     NOT NULL DEFAULT false,
    registered_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

COMMENT ON TABLE mcp.workers IS
'The workers that are alive: each holds a lease and renews it with its turns.';

-- All but the leases go with a dump: what lived goes on living where it is
-- restored, and attempts whose worker did not come along are taken over.
SELECT pg_catalog.pg_extension_config_dump('mcp.live_runs', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.finished_runs_default', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.step_runs_default', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.ready_steps', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.timers', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.worker_epochs', '');
-- Runs: start and cancel.

CREATE FUNCTION mcp.start_run(
    workflow        text,
    inputs          jsonb DEFAULT '{}',
    options         jsonb DEFAULT '{}')
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_start_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.start_run(text, jsonb, jsonb) IS
'Starts a run of the latest version of a workflow (id or slug) and returns its id. inputs is an object; options may hold queue (text, "default") and priority (-1000 to 1000, higher goes first). MCP versions that the workflow leaves open are pinned now. Part of the caller''s transaction: roll back, and the run never was. Warns where no worker is alive. Raises MC020 for an unknown workflow, MC002 where an MCP is gone, MC001 for inputs or options that are wrong.';

CREATE FUNCTION mcp.start_mcp(
    mcp             text,
    inputs          jsonb DEFAULT '{}',
    options         jsonb DEFAULT '{}')
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_start_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.start_mcp(text, jsonb, jsonb) IS
'Starts a run of the latest version of one MCP (id or slug): one step, which takes the inputs as they are. Otherwise as mcp.start_run.';

CREATE FUNCTION mcp._cancel_run(run uuid, reason text)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_cancel_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION mcp._cancel_run(uuid, text) IS
'Cancels the run for mcp.cancel_run.';

CREATE FUNCTION mcp.cancel_run(run uuid, reason text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off
AS $$
BEGIN
    PERFORM mcp._cancel_run(run, reason);
    RETURN mcp.get_run(run);
END
$$;

COMMENT ON FUNCTION mcp.cancel_run(uuid, text) IS
'Ends a run as CANCELLED, with the reason as its error message, and returns it as mcp.get_run does. What its steps are doing is stopped by their workers, which hear of it through NOTIFY mcp_run; results that come later are refused. Raises MC020 for an unknown run, MC010 for one that has ended.';
-- Reading runs: whole, in lists, and as bars of a chart.

-- History by workflow, newest first; and what did not end well, which is rare
-- and looked for.  On the leaves: see 30_run_tables.sql.
CREATE INDEX finished_runs_workflow ON mcp.finished_runs_default (workflow_id, run_id);
CREATE INDEX finished_runs_unsuccessful ON mcp.finished_runs_default (run_id)
    WHERE status <> 'SUCCESS';

CREATE FUNCTION mcp._live_tasks(
    state           bytea,
    step_count      integer,
    OUT step_ordinal integer,
    OUT attempt     integer,
    OUT status      text,
    OUT epoch       integer,
    OUT since       timestamptz)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mcp_live_tasks'
LANGUAGE C STABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._live_tasks(bytea, integer) IS
'The steps of a live run that are under way, from the bytes of its state. since is when a RUNNING step was handed out, or when a SLEEPING one is due.';

-- The steps as they were when the run began.  A run of one MCP has one, made here.
CREATE FUNCTION mcp._steps_of_run(run mcp.workflow_runs)
RETURNS TABLE (step_ordinal integer, step_id text, name text, mcp_id uuid, mcp_version text)
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (s.place - 1)::integer,
           s.step ->> 'step_id',
           s.step ->> 'name',
           (s.step ->> 'mcp_id')::uuid,
           coalesce(p.version_str, s.step ->> 'mcp_version_id')
    FROM mcp.workflow_versions AS v
    CROSS JOIN LATERAL jsonb_array_elements(v.definition -> 'steps')
        WITH ORDINALITY AS s (step, place)
    LEFT JOIN mcp.mcp_versions AS p
           ON p.id = (run).pinned_versions[s.place]
    WHERE v.workflow_id = (run).workflow_id
      AND v.version = (run).workflow_version
    UNION ALL
    SELECT 0, 'run', d.name, d.id, p.version_str
    FROM mcp.mcp_versions AS p
    JOIN mcp.mcp_definitions AS d ON d.id = p.mcp_id
    WHERE (run).workflow_id IS NULL
      AND p.id = (run).mcp_version_id
$$;

COMMENT ON FUNCTION mcp._steps_of_run(mcp.workflow_runs) IS
'The steps of the version that a run pinned, by ordinal.';

CREATE FUNCTION mcp._step_results(run mcp.workflow_runs)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(r.result ORDER BY r.step_ordinal, r.attempt), '[]')
    FROM (
        SELECT s.step_ordinal,
               s.attempt,
               jsonb_build_object(
                   'step_id', s.step_id,
                   'mcp_id', s.mcp_id,
                   'mcp_version', s.mcp_version,
                   'name', s.name,
                   'status', s.status,
                   'attempt', s.attempt,
                   'started_at', s.started_at,
                   'finished_at', s.finished_at,
                   'inputs_used', s.inputs_used,
                   'outputs_generated', s.outputs_generated,
                   'error', s.error,
                   'error_class', s.error_class,
                   'stdout', s.stdout,
                   'stderr', s.stderr,
                   'worker', s.worker) AS result
        FROM mcp.step_runs AS s
        WHERE s.run_id = (run).run_id
        UNION ALL
        SELECT t.step_ordinal,
               t.attempt,
               jsonb_build_object(
                   'step_id', s.step_id,
                   'mcp_id', s.mcp_id,
                   'mcp_version', s.mcp_version,
                   'name', s.name,
                   'status', t.status,
                   'attempt', t.attempt,
                   'started_at', t.since,
                   'finished_at', NULL,
                   'inputs_used', NULL,
                   'outputs_generated', NULL,
                   'error', NULL,
                   'error_class', NULL,
                   'stdout', NULL,
                   'stderr', NULL,
                   'worker', w.worker)
        FROM mcp._live_tasks(
                 (run).state,
                 (SELECT count(*)::integer FROM mcp._steps_of_run(run))) AS t
        JOIN mcp._steps_of_run(run) AS s USING (step_ordinal)
        LEFT JOIN mcp.workers AS w USING (epoch)
        WHERE t.status = 'RUNNING'
    ) AS r
$$;

COMMENT ON FUNCTION mcp._step_results(mcp.workflow_runs) IS
'The attempts of a run, by step in list order and attempt: those that ended, and those under way as RUNNING.';

CREATE FUNCTION mcp._run_head(run mcp.workflow_runs)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'run_id', (run).run_id,
        'execution_id', (run).run_id,
        'workflow_id', (run).workflow_id,
        'workflow_version', (run).workflow_version,
        'mcp_version_id', (run).mcp_version_id,
        'status', (run).status,
        'queue', (run).queue,
        'priority', (run).priority,
        'owner', (run).owner,
        'created_at', (run).created_at,
        'started_at', (run).started_at,
        'finished_at', (run).finished_at,
        'inputs', (run).inputs,
        'final_outputs', (run).outputs,
        'error_message', (run).error_message,
        'parent_run_id', (run).parent_run_id,
        'fallback_run_id', (run).fallback_run_id)
$$;

COMMENT ON FUNCTION mcp._run_head(mcp.workflow_runs) IS
'A run as JSON, without its steps.';

CREATE FUNCTION mcp._find_run(run uuid)
RETURNS mcp.workflow_runs
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_run   mcp.workflow_runs;
BEGIN
    SELECT r.*
    INTO found_run
    FROM mcp.workflow_runs AS r
    WHERE r.run_id = run;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'run % does not exist', coalesce(quote_ident(run::text), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    RETURN found_run;
END
$$;

COMMENT ON FUNCTION mcp._find_run(uuid) IS
'The row of a run, live or finished; raises MC020 where there is none.';

CREATE FUNCTION mcp.get_run(run uuid)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_run   mcp.workflow_runs := mcp._find_run(run);
BEGIN
    RETURN mcp._run_head(found_run)
           || jsonb_build_object('step_results', mcp._step_results(found_run));
END
$$;

COMMENT ON FUNCTION mcp.get_run(uuid) IS
'A run with its attempts: {run_id, workflow_id, workflow_version, status, started_at, finished_at, inputs, step_results: [...], final_outputs, error_message, ...}. Raises MC020 for an unknown run.';

CREATE FUNCTION mcp.run_gantt(run uuid)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_run   mcp.workflow_runs := mcp._find_run(run);
BEGIN
    RETURN (
        SELECT coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'id', concat_ws('/', run, r.step ->> 'step_id', r.step ->> 'attempt'),
                    'step_id', r.step -> 'step_id',
                    'mcp_id', r.step -> 'mcp_id',
                    'name', r.step -> 'name',
                    'attempt', r.step -> 'attempt',
                    'started_at', r.step -> 'started_at',
                    'finished_at', r.step -> 'finished_at',
                    'status', r.step -> 'status')
                ORDER BY (r.step ->> 'started_at')::timestamptz, r.place),
            '[]')
        FROM jsonb_array_elements(mcp._step_results(found_run))
            WITH ORDINALITY AS r (step, place));
END
$$;

COMMENT ON FUNCTION mcp.run_gantt(uuid) IS
'The attempts of a run in the order they began, as bars of a chart: [{id, step_id, mcp_id, name, attempt, started_at, finished_at, status}]. Raises MC020 for an unknown run.';

-- A workflow that was deleted is still found by its id.
CREATE FUNCTION mcp._workflow_id_of(workflow text)
RETURNS uuid
LANGUAGE plpgsql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_id    uuid;
BEGIN
    IF workflow ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        RETURN workflow::uuid;
    END IF;
    SELECT d.workflow_id
    INTO found_id
    FROM mcp.workflow_definitions AS d
    WHERE d.slug = workflow;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'workflow "%" does not exist', left(workflow, 100)
            USING ERRCODE = 'MC020';
    END IF;
    RETURN found_id;
END
$$;

COMMENT ON FUNCTION mcp._workflow_id_of(text) IS
'The id that a text names: an id itself, or a slug; raises MC020 for an unknown slug.';

-- A generic plan would have to look at every partition and sort; the custom one
-- reads the newest first and stops.
CREATE FUNCTION mcp.list_runs(
    workflow        text    DEFAULT NULL,
    status          text    DEFAULT NULL,
    skip            integer DEFAULT 0,
    max_rows        integer DEFAULT 100)
RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    wanted_id   uuid := mcp._workflow_id_of(workflow);
BEGIN
    IF status NOT IN ('PENDING', 'RUNNING', 'PAUSED', 'SUCCESS', 'FAILED', 'CANCELLED') THEN
        RAISE EXCEPTION 'unknown status %', quote_literal(left(status, 100))
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A run is PENDING, RUNNING, PAUSED, SUCCESS, FAILED or CANCELLED.';
    END IF;
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT mcp._run_head(r)
        FROM mcp.workflow_runs AS r
        WHERE (wanted_id IS NULL OR r.workflow_id = wanted_id)
          AND (list_runs.status IS NULL OR r.status = list_runs.status)
        ORDER BY r.run_id DESC
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_runs(text, text, integer, integer) IS
'Runs, newest first, without their steps. workflow is an id (of a deleted one, too) or a slug; an unknown slug raises MC020, an unknown status invalid_parameter_value.';
-- Runs that were executed elsewhere.

CREATE FUNCTION mcp._record_run(run jsonb)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_record_run'
LANGUAGE C VOLATILE STRICT;

COMMENT ON FUNCTION mcp._record_run(jsonb) IS
'Checks and writes the run for mcp.record_run; its id.';

CREATE FUNCTION mcp.record_run(run jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run_id      uuid := mcp._record_run(run);
BEGIN
    -- A statement of its own: get_run is STABLE, and sees what its caller saw.
    RETURN mcp.get_run(run_id);
END
$$;

COMMENT ON FUNCTION mcp.record_run(jsonb) IS
'Records a run that was executed elsewhere, under the rules of ours, and returns it as mcp.get_run does. The document is that of a run: workflow_id (id or slug), workflow_version (the latest), status SUCCESS, FAILED or CANCELLED, started_at, finished_at, inputs, step_results, final_outputs, error_message, run_id (made where absent). Raises MC001 or MC002 for the first problem, 23505 where the run exists.';
-- Workers: register, turn, retire.
--
-- These tables are nearly empty when statistics are taken of them and full a
-- second later, so the plans that suit small tables are switched off: every
-- statement of a turn finds its rows by key, whatever the statistics say.

CREATE FUNCTION mcp._state_epochs(state bytea)
RETURNS integer[]
AS 'MODULE_PATHNAME', 'mcp_state_epochs'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._state_epochs(bytea) IS
'The epochs of the workers that have steps of a live run under way, from its state.';

CREATE FUNCTION mcp.register_worker(worker text, capacity jsonb DEFAULT '{}')
RETURNS integer
AS 'MODULE_PATHNAME', 'mcp_register_worker'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.register_worker(text, jsonb) IS
'Registers a worker under a name of its choice and returns its epoch, to be given with each turn. The lease is 15 seconds from now and from each turn. Whoever had the name before is lost: its tasks go back to the queue. capacity is for those who look at mcp.workers.';

CREATE FUNCTION mcp.worker_turn(
    worker          text,
    epoch           integer,
    results         jsonb DEFAULT '[]',
    demand          jsonb DEFAULT '{"default": 1}',
    held            jsonb DEFAULT NULL)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_worker_turn'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.worker_turn(text, integer, jsonb, jsonb, jsonb) IS
'One turn of a worker: takes results in, moves their runs on, hands out tasks. results: [{run_id, step_ordinal, attempt, success, result, error, error_class, stdout, stderr}]. demand: how many tasks of each queue the worker has room for now, {"default": 4}. Returns {tasks: [{run_id, step_id, step_ordinal, attempt, name, queue, mcp_id, mcp_version_id, inputs, timeout_seconds, idempotency_token}], finished: [{run_id, status}] (runs that ended in this turn), refused: [{run_id, step_ordinal, attempt, reason}] (run_over: stop, the run has ended; not_held: the attempt is another''s by now), sleep_ms}. With nothing to tell, come again when NOTIFY mcp_work is heard, at the latest after sleep_ms. A step is handed out at least once: idempotency_token is the same for all its attempts. After an answer that was lost on its way, send the results again and in held all attempts that the worker knows to have, [{run_id, step_ordinal, attempt}]: what else it was handed comes again. Raises MC011, and changes nothing, where the worker''s lease is gone.';

CREATE FUNCTION mcp.retire_worker(worker text, epoch integer)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_retire_worker'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.retire_worker(text, integer) IS
'Ends a worker''s life: tasks that it still has go back to the queue, counted as attempts. Raises MC011 where its lease is gone.';
-- Housekeeping: the partitions of history, made ahead of time.
--
-- They are made here and never by the script of the extension: what the script
-- makes belongs to the extension, and pg_dump would leave it out.

-- One month of one partitioned table.  Rows of that month that came early, before
-- there was a partition for them, are moved out of the default one.
CREATE FUNCTION mcp._make_partition(parent name, month date)
RETURNS boolean
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    partition   name := parent || to_char(month, '_YYYY_MM');
    low         uuid := mcp.uuid_v7_floor(month::timestamp AT TIME ZONE 'UTC');
    high        uuid := mcp.uuid_v7_floor((month + interval '1 month') AT TIME ZONE 'UTC');
BEGIN
    IF to_regclass(format('mcp.%I', partition)) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE mcp.%I (LIKE mcp.%I INCLUDING ALL)', partition, parent || '_default');
    EXECUTE format('COMMENT ON TABLE mcp.%I IS %L', partition,
                   format('History of %s: %s.', to_char(month, 'YYYY-MM'), parent));
    EXECUTE format('LOCK TABLE mcp.%I IN ACCESS EXCLUSIVE MODE', parent || '_default');
    EXECUTE format('WITH moved AS (
                        DELETE FROM mcp.%I
                        WHERE run_id >= $1
                          AND run_id < $2
                        RETURNING *
                    )
                    INSERT INTO mcp.%I
                    SELECT * FROM moved',
                   parent || '_default', partition)
    USING low, high;
    EXECUTE format('ALTER TABLE mcp.%I ATTACH PARTITION mcp.%I FOR VALUES FROM (%L) TO (%L)',
                   parent, partition, low, high);
    RETURN true;
END
$$;

COMMENT ON FUNCTION mcp._make_partition(name, date) IS
'Makes the partition of a partitioned table for the month that begins on the date (UTC); false where it exists.';

-- The time limit on locks: a partition is attached under a lock on the default
-- one, and whoever waits for that lock makes all others wait behind it.  Better to
-- give up and try again with the next call.
CREATE FUNCTION mcp.maintain(months_ahead integer DEFAULT 2)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $$
DECLARE
    this_month  date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    parent      name;
    month       date;
    made        text[] := '{}';
BEGIN
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead must be 0 to 120, not %',
                        coalesce(months_ahead::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT pg_try_advisory_xact_lock('mcp.workflow_runs'::regclass::bigint) THEN
        RETURN jsonb_build_object('is_busy', true, 'partitions_made', made);
    END IF;
    FOREACH parent IN ARRAY ARRAY['finished_runs', 'step_runs']::name[] LOOP
        FOR ahead IN 0 .. months_ahead LOOP
            month := (this_month + make_interval(months => ahead))::date;
            IF mcp._make_partition(parent, month) THEN
                made := made || (parent || to_char(month, '_YYYY_MM'));
            END IF;
        END LOOP;
    END LOOP;
    RETURN jsonb_build_object('is_busy', false, 'partitions_made', made);
END
$$;

COMMENT ON FUNCTION mcp.maintain(integer) IS
'Makes the monthly partitions of runs and attempts from this month to months_ahead later, moving rows that came early. Returns {is_busy, partitions_made}; is_busy where another session is at it. To be called hourly or so: mcpd does.';
-- JSON Schema 2020-12: documents held against schemas, both jsonb.

CREATE TABLE mcp.json_schemas (
    uri             text        PRIMARY KEY
                                CHECK (uri ~ '^[A-Za-z][A-Za-z0-9+.-]*:[^#]*$'),
    schema          jsonb       NOT NULL,
    registered_at   timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.json_schemas IS
'Schemas that other schemas may refer to with $ref, $dynamicRef or $schema; written by mcp.register_json_schema() and mcp.drop_json_schema().';
COMMENT ON COLUMN mcp.json_schemas.uri IS
'Absolute URI without fragment. Nothing is ever fetched from it: it is a name.';
COMMENT ON COLUMN mcp.json_schemas.schema IS
'The schema: an object, true or false.';
COMMENT ON COLUMN mcp.json_schemas.registered_at IS
'When it was registered, or last replaced.';

CREATE FUNCTION mcp._json_schemas_changed()
RETURNS trigger
AS 'MODULE_PATHNAME', 'mcp_json_schemas_changed'
LANGUAGE C VOLATILE;

COMMENT ON FUNCTION mcp._json_schemas_changed() IS
'Trigger: lets every session forget the schemas it has compiled with the help of mcp.json_schemas.';

-- A statement, not a row, is what counts; and no row is changed, so that a
-- restore, where these triggers fire once more, ends with the rows of the dump.
CREATE TRIGGER json_schemas_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON mcp.json_schemas
    FOR EACH STATEMENT
    EXECUTE FUNCTION mcp._json_schemas_changed();

-- STABLE, not IMMUTABLE: what a $ref leads to may be registered anew.

CREATE FUNCTION mcp.json_schema_is_valid(
    schema          jsonb,
    instance        jsonb,
    assert_format   boolean DEFAULT false
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'mcp_json_schema_is_valid'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 100;

COMMENT ON FUNCTION mcp.json_schema_is_valid(jsonb, jsonb, boolean) IS
'Whether the instance is what the JSON Schema (2020-12) describes. "format" is checked if asked for. Raises MC001 for a schema that is none, MC002 for a reference that leads nowhere, MC003 for one that leads only to itself, 54000 for a schema that multiplies work beyond measure.';

CREATE FUNCTION mcp.json_schema_errors(
    schema          jsonb,
    instance        jsonb,
    assert_format   boolean DEFAULT false,
    OUT instance_path text,
    OUT schema_path text,
    OUT keyword     text,
    OUT message     text
)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mcp_json_schema_errors'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 200 ROWS 10;

COMMENT ON FUNCTION mcp.json_schema_errors(jsonb, jsonb, boolean) IS
'What of the instance is not as the JSON Schema describes: one row for each mismatch, none if it is valid, 1000 at most. instance_path is an SQL/JSON path ($.steps[2].name), schema_path the place of the rule as a URI reference (#/properties/steps/items/required).';

CREATE FUNCTION mcp.json_schema_check(
    schema          jsonb,
    OUT instance_path text,
    OUT schema_path text,
    OUT keyword     text,
    OUT message     text
)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mcp_json_schema_check'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 1000 ROWS 10;

COMMENT ON FUNCTION mcp.json_schema_check(jsonb) IS
'What is wrong with a JSON Schema itself: by the meta-schema that its $schema names, or if that has no complaint, by its patterns and references (schema_path is null then). instance_path is the place in the schema.';

CREATE FUNCTION mcp.register_json_schema(uri text, schema jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- An empty fragment names the same document.
    name    CONSTANT text := rtrim(register_json_schema.uri, '#');
    problem record;
BEGIN
    IF NOT mcp.json_schema_is_valid(
        '{"format": "uri", "pattern": "^[^#]*$"}', to_jsonb(name), true) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('"%s" is no absolute URI', name),
            HINT = 'A schema is registered under a URI like https://example.com/person, without a fragment.';
    END IF;

    -- What it refers to may be registered later.
    SELECT c.instance_path, c.message
    INTO problem
    FROM mcp.json_schema_check(register_json_schema.schema) AS c
    WHERE c.keyword NOT IN ('$ref', '$dynamicRef')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'MC001',
            MESSAGE = problem.message,
            CONSTRAINT = 'json_schema',
            COLUMN = problem.instance_path,
            HINT = 'mcp.json_schema_check() lists all that is wrong with a schema.';
    END IF;

    INSERT INTO mcp.json_schemas AS s (uri, schema)
    VALUES (name, register_json_schema.schema)
    ON CONFLICT ON CONSTRAINT json_schemas_pkey DO UPDATE
    SET schema = EXCLUDED.schema,
        registered_at = now()
    WHERE s.schema IS DISTINCT FROM EXCLUDED.schema;
END
$$;

COMMENT ON FUNCTION mcp.register_json_schema(text, jsonb) IS
'Registers a schema under an absolute URI, or replaces the one that is there, so that others may refer to it. The schema must be one (MC001); what it refers to itself may be registered later.';

CREATE FUNCTION mcp.drop_json_schema(uri text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM mcp.json_schemas AS s
    WHERE s.uri = rtrim(drop_json_schema.uri, '#');
    IF NOT FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'MC020',
            MESSAGE = format('JSON Schema "%s" is not registered',
                             drop_json_schema.uri);
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.drop_json_schema(text) IS
'Takes a registered schema away; MC020 where there is none. Schemas that refer to it are not valid any more.';
-- Kinds of MCP that a DBA adds; 12_mcp_types.sql has those that are built in.

INSERT INTO mcp.mcp_types (type, executor, description, is_builtin, config_schema)
VALUES
('sql', 'sql',
 'A query with named parameters, run in the transaction that records its result.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "query": {"type": "string", "pattern": "\\S"},
        "parameters": {
            "type": "array",
            "uniqueItems": true,
            "items": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
        },
        "role": {"type": "string", "minLength": 1, "maxLength": 63},
        "read_only": {"type": "boolean", "default": true},
        "max_rows": {"type": "integer", "minimum": 1, "maximum": 100000, "default": 1000},
        "timeout": {"type": "integer", "minimum": 1, "maximum": 86400, "default": 600}
    },
    "required": ["query"],
    "additionalProperties": false
 }'),
('http_request', 'http_request',
 'A request to an HTTP server whose address is allowed.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], "default": "GET"},
        "url": {"type": "string", "pattern": "^https?://", "maxLength": 8000},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "query": {"type": "object"},
        "body": true,
        "expected_status": {
            "type": "array",
            "items": {"type": "integer", "minimum": 100, "maximum": 599},
            "minItems": 1
        },
        "response": {"enum": ["json", "text"], "default": "json"},
        "timeout": {"type": "integer", "minimum": 1, "maximum": 3600, "default": 60}
    },
    "required": ["url"],
    "additionalProperties": false
 }'),
('worker', 'worker',
 'A task in a queue, for a program of yours that completes it.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "queue": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,63}$"},
        "timeout": {"type": "integer", "minimum": 1, "default": 600}
    }
 }');

CREATE FUNCTION mcp._check_type_schema(key text, schema jsonb)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first_error record;
BEGIN
    IF jsonb_typeof(schema) <> 'object' THEN
        RAISE EXCEPTION '% must be a JSON Schema that is an object', key
            USING ERRCODE = 'MC001', COLUMN = '$', CONSTRAINT = 'type';
    END IF;
    SELECT e.instance_path, e.message, e.keyword, count(*) OVER () AS errors
    INTO first_error
    FROM mcp.json_schema_check(schema) AS e
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% is no valid JSON Schema: %', key, first_error.message
            USING ERRCODE = 'MC001',
                  COLUMN = first_error.instance_path,
                  CONSTRAINT = first_error.keyword,
                  DETAIL = format('The problem is at %s; it is the first of %s.',
                                  first_error.instance_path, first_error.errors);
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_type_schema(text, jsonb) IS
'Raises MC001 unless the schema, which may be null, is a valid JSON Schema in the form of an object.';

CREATE FUNCTION mcp.create_mcp_type(
    type            text,
    executor        text,
    config_schema   jsonb,
    description     text    DEFAULT '',
    input_schema    jsonb   DEFAULT NULL,
    output_schema   jsonb   DEFAULT NULL)
RETURNS mcp.mcp_types
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made        mcp.mcp_types;
    executors   text[] := ARRAY(
        SELECT DISTINCT t.executor
        FROM mcp.mcp_types AS t
        WHERE t.is_builtin
        ORDER BY 1);
BEGIN
    IF type IS NULL OR type !~ '^[a-z][a-z0-9_]{0,62}$' THEN
        RAISE EXCEPTION 'invalid name of a kind of MCP: %', coalesce(quote_literal(left(type, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Use up to 63 small letters, digits and underscores, a letter first.';
    END IF;
    IF executor IS NULL OR executor <> ALL (executors) THEN
        RAISE EXCEPTION 'unknown executor %', coalesce(quote_literal(left(executor, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Executors are %s. A kind that a program of yours executes has the executor worker.',
                                array_to_string(executors, ', '));
    END IF;
    IF config_schema IS NULL THEN
        RAISE EXCEPTION 'config_schema must not be null'
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'The schema {} allows any config.';
    END IF;
    PERFORM mcp._check_type_schema('config_schema', config_schema),
            mcp._check_type_schema('input_schema', input_schema),
            mcp._check_type_schema('output_schema', output_schema);
    INSERT INTO mcp.mcp_types AS t (
        type, executor, description, config_schema, input_schema, output_schema)
    VALUES (
        create_mcp_type.type, create_mcp_type.executor, coalesce(create_mcp_type.description, ''),
        create_mcp_type.config_schema, create_mcp_type.input_schema, create_mcp_type.output_schema)
    ON CONFLICT ON CONSTRAINT mcp_types_pkey DO NOTHING
    RETURNING t.* INTO made;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'kind of MCP "%" already exists', create_mcp_type.type
            USING ERRCODE = 'unique_violation';
    END IF;
    PERFORM mcp._audit('create', 'mcp_type', made.type, made.type, NULL, to_jsonb(made));
    RETURN made;
END
$$;

COMMENT ON FUNCTION mcp.create_mcp_type(text, text, jsonb, text, jsonb, jsonb) IS
'Adds a kind of MCP: who executes it, and the JSON Schema that the config of each of its versions must match. input_schema and output_schema are those of versions that have none of their own. Raises MC001 for a schema that is none, unique_violation where the kind exists.';

CREATE FUNCTION mcp.drop_mcp_type(type text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    dropped     mcp.mcp_types;
    user_name   text;
BEGIN
    SELECT t.*
    INTO dropped
    FROM mcp.mcp_types AS t
    WHERE t.type = drop_mcp_type.type
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'kind of MCP % does not exist', coalesce(quote_literal(left(type, 100)), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    IF dropped.is_builtin THEN
        RAISE EXCEPTION 'kind of MCP "%" is built in', type
            USING ERRCODE = 'MC021';
    END IF;
    SELECT d.slug
    INTO user_name
    FROM mcp.mcp_definitions AS d
    WHERE d.type = drop_mcp_type.type
    ORDER BY d.slug
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'kind of MCP "%" is used by MCP "%"', type, user_name
            USING ERRCODE = 'MC021',
                  HINT = format('mcp.list_mcps(type => %L) shows all.', type);
    END IF;
    PERFORM mcp._audit('delete', 'mcp_type', dropped.type, dropped.type, to_jsonb(dropped), NULL);
    DELETE FROM mcp.mcp_types AS t
    WHERE t.type = drop_mcp_type.type;
END
$$;

COMMENT ON FUNCTION mcp.drop_mcp_type(text) IS
'Removes a kind of MCP. Raises MC021 for one that is built in or used, MC020 for an unknown one.';

CREATE FUNCTION mcp.list_mcp_types()
RETURNS SETOF mcp.mcp_types
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t.*
    FROM mcp.mcp_types AS t
    ORDER BY t.type
$$;

COMMENT ON FUNCTION mcp.list_mcp_types() IS
'The kinds of MCP: {type, executor, description, config_schema, input_schema, output_schema, is_builtin}.';
-- Who changed what, when: written in the transaction of the change, only ever
-- appended to.

CREATE TABLE mcp.audit_log (
    audit_id        uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    recorded_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor           name        NOT NULL,
    session_role    name        NOT NULL,
    application     text,
    action          text        NOT NULL,
    kind            text        NOT NULL,
    object_id       text        NOT NULL,
    object_name     text,
    changes         jsonb       NOT NULL
);

COMMENT ON TABLE mcp.audit_log IS
'One row for each change of a definition, a kind of MCP, a grant, a key or a policy, and for each act of control over a run.';
COMMENT ON COLUMN mcp.audit_log.actor IS
'The role that asked: the session''s, or what SET ROLE made of it.';
COMMENT ON COLUMN mcp.audit_log.changes IS
'What became different: an array of {path, change, old, new}.';

CREATE INDEX audit_log_object ON mcp.audit_log (kind, object_id, audit_id);

CREATE FUNCTION mcp._refuse_audit_change()
RETURNS trigger
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is only ever appended to'
        USING ERRCODE = 'insufficient_privilege',
              DETAIL = format('%s was tried.', tg_op);
END
$$;

COMMENT ON FUNCTION mcp._refuse_audit_change() IS
'Trigger: refuses whatever would change or remove a row of audit_log.';

CREATE TRIGGER audit_log_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE
    ON mcp.audit_log
    FOR EACH STATEMENT
    EXECUTE FUNCTION mcp._refuse_audit_change();

CREATE FUNCTION mcp._actor()
RETURNS name
AS 'MODULE_PATHNAME', 'mcp_actor'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._actor() IS
'The role that asks, seen through SECURITY DEFINER: the session''s, or what SET ROLE made of it.';

CREATE FUNCTION mcp._audit(
    action          text,
    kind            text,
    object_id       text,
    object_name     text,
    before          jsonb,
    after           jsonb)
RETURNS void
LANGUAGE sql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO mcp.audit_log (
        actor, session_role, application, action, kind, object_id, object_name, changes)
    SELECT mcp._actor(),
           session_user,
           nullif(current_setting('application_name'), ''),
           _audit.action,
           _audit.kind,
           _audit.object_id,
           _audit.object_name,
           (SELECT coalesce(
                        jsonb_agg(jsonb_build_object(
                            'path', d.path,
                            'change', d.change,
                            'old', d.old_value,
                            'new', d.new_value)),
                        '[]')
            FROM mcp._json_diff(
                     coalesce(before, '{}'), coalesce(after, '{}'), 'step_id') AS d)
$$;

COMMENT ON FUNCTION mcp._audit(text, text, text, text, jsonb, jsonb) IS
'Appends a row to audit_log for a change from one document to another; null stands for none.';

CREATE FUNCTION mcp.list_audit(
    kind            text        DEFAULT NULL,
    object          text        DEFAULT NULL,
    actor           text        DEFAULT NULL,
    since           timestamptz DEFAULT NULL,
    skip            integer     DEFAULT 0,
    max_rows        integer     DEFAULT 100)
RETURNS TABLE (
    recorded_at     timestamptz,
    actor_name      text,
    action          text,
    object_kind     text,
    object_id       text,
    object_name     text,
    changes         jsonb,
    application     text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT a.recorded_at, a.actor::text, a.action, a.kind,
               a.object_id, a.object_name, a.changes, a.application
        FROM mcp.audit_log AS a
        WHERE (list_audit.kind IS NULL OR a.kind = list_audit.kind)
          AND (object IS NULL OR object IN (a.object_id, a.object_name))
          AND (list_audit.actor IS NULL OR a.actor = list_audit.actor)
          AND (since IS NULL OR a.audit_id >= mcp.uuid_v7_floor(since))
        ORDER BY a.audit_id DESC
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_audit(text, text, text, timestamptz, integer, integer) IS
'The audit log, newest first, narrowed to a kind (mcp, mcp_version, workflow, mcp_type, constraint, json_schema, role, run), an object by id or name, an actor, or a time on.';
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
    ('viewer',    'get_workflow'),
    ('viewer',    'list_workflows'),
    ('viewer',    'list_workflow_versions'),
    ('viewer',    'validate_workflow'),
    ('viewer',    'explain_workflow'),
    ('viewer',    'get_run'),
    ('viewer',    'list_runs'),
    ('viewer',    'run_gantt'),
    ('viewer',    'health'),
    ('viewer',    'version_full'),
    ('viewer',    'stats'),
    ('viewer',    'json_schema_is_valid'),
    ('viewer',    'json_schema_errors'),
    ('viewer',    'json_schema_check'),
    ('operator',  'start_run'),
    ('operator',  'start_mcp'),
    ('operator',  'cancel_run'),
    ('operator',  'record_run'),
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
    ('admin',     'create_mcp_type'),
    ('admin',     'drop_mcp_type'),
    ('admin',     'maintain'),
    ('admin',     'grant_role'),
    ('admin',     'revoke_role'),
    ('admin',     'refresh_grants'),
    ('admin',     'list_audit'),
    ('worker',    'register_worker'),
    ('worker',    'worker_turn'),
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
               AND f.function_name IN ('get_mcp_version_by_id', 'health', 'version_full')))
$$;

COMMENT ON FUNCTION mcp._functions_of(text) IS
'The signatures of the functions that a level may call.';

CREATE FUNCTION mcp.refresh_grants(role regrole DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    granted     record;
    signature   regprocedure;
BEGIN
    FOR granted IN
        SELECT g.role_name, g.level
        FROM mcp.role_grants AS g
        JOIN pg_roles AS r ON r.rolname = g.role_name
        WHERE refresh_grants.role IS NULL
           OR r.oid = refresh_grants.role
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA mcp TO %I', granted.role_name);
        FOR signature IN
            SELECT f FROM mcp._functions_of(granted.level) AS f
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I',
                           signature, granted.role_name);
        END LOOP;
    END LOOP;
END
$$;

COMMENT ON FUNCTION mcp.refresh_grants(regrole) IS
'Grants again what role_grants says, to one role or to all: after an upgrade that brought new functions, and after a restore.';

CREATE FUNCTION mcp._check_level(level text)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF mcp._levels_of(level) IS NULL THEN
        RAISE EXCEPTION 'unknown level %', coalesce(quote_literal(level), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Levels are viewer, operator, developer, admin and worker.';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_level(text) IS
'Raises unless the text names a level.';

CREATE FUNCTION mcp.grant_role(role regrole, level text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_level(level);
    IF role IS NULL THEN
        RAISE EXCEPTION 'role must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    INSERT INTO mcp.role_grants (role_name, level, granted_by)
    SELECT r.rolname, grant_role.level, mcp._actor()
    FROM pg_roles AS r
    WHERE r.oid = role
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM mcp._audit('grant', 'role', role::text, role::text,
                           NULL, jsonb_build_object('level', level));
    END IF;
    PERFORM mcp.refresh_grants(role);
END
$$;

COMMENT ON FUNCTION mcp.grant_role(regrole, text) IS
'Lets a role call the functions of a level: viewer, operator, developer, admin or worker. The role must exist; granting again changes nothing.';

CREATE FUNCTION mcp.revoke_role(role regrole, level text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who         name;
    signature   regprocedure;
BEGIN
    PERFORM mcp._check_level(level);
    DELETE FROM mcp.role_grants AS g
    USING pg_roles AS r
    WHERE r.oid = role
      AND g.role_name = r.rolname
      AND g.level = revoke_role.level
    RETURNING g.role_name INTO who;
    IF who IS NULL THEN
        RAISE EXCEPTION 'role % was not granted level %', role, quote_literal(level)
            USING ERRCODE = 'undefined_object',
                  HINT = 'mcp.role_grants lists what was granted.';
    END IF;
    FOR signature IN
        SELECT f FROM mcp._functions_of(level) AS f
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', signature, who);
    END LOOP;
    EXECUTE format('REVOKE USAGE ON SCHEMA mcp FROM %I', who);
    -- What another of its levels still allows is granted anew.
    PERFORM mcp.refresh_grants(role);
    PERFORM mcp._audit('revoke', 'role', role::text, role::text,
                       jsonb_build_object('level', level), NULL);
END
$$;

COMMENT ON FUNCTION mcp.revoke_role(regrole, text) IS
'Takes a level from a role; what another level of the role allows stays. Raises undefined_object where the level was not granted.';
-- Rows belong to somebody, for those too who were given a table.
--
-- Our functions run as the owner of the tables and ask access.h instead.  A DBA
-- who grants a table to a role for reports or repairs finds the same rule here:
-- everybody reads, and changes what is his.

CREATE FUNCTION mcp._may_change(owner name)
RETURNS boolean
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_roles AS r
        WHERE r.rolname = owner
          AND pg_has_role(current_user, r.oid, 'USAGE'))
$$;

COMMENT ON FUNCTION mcp._may_change(name) IS
'Whether the current role is the owner named, or inherits from it.';

ALTER TABLE mcp.mcp_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.mcp_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.workflow_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.workflow_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY everybody_reads ON mcp.mcp_definitions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.mcp_definitions
    FOR INSERT
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_changes ON mcp.mcp_definitions
    FOR UPDATE
    USING (mcp._may_change(owner))
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_deletes ON mcp.mcp_definitions
    FOR DELETE
    USING (mcp._may_change(owner));

CREATE POLICY everybody_reads ON mcp.mcp_versions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.mcp_versions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM mcp.mcp_definitions AS d
        WHERE d.id = mcp_id
          AND mcp._may_change(d.owner)));

CREATE POLICY everybody_reads ON mcp.workflow_definitions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.workflow_definitions
    FOR INSERT
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_changes ON mcp.workflow_definitions
    FOR UPDATE
    USING (mcp._may_change(owner))
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_deletes ON mcp.workflow_definitions
    FOR DELETE
    USING (mcp._may_change(owner));

CREATE POLICY everybody_reads ON mcp.workflow_versions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.workflow_versions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM mcp.workflow_definitions AS d
        WHERE d.workflow_id = workflow_versions.workflow_id
          AND mcp._may_change(d.owner)));
-- What an operator asks first.

CREATE FUNCTION mcp._library_version()
RETURNS text
AS 'MODULE_PATHNAME', 'mcp_library_version'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._library_version() IS
'The version the loaded library was built as; it may be ahead of the extension''s until ALTER EXTENSION mcp UPDATE.';

CREATE FUNCTION mcp.version_full()
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('mcp %s, library %s, PostgreSQL %s',
                  e.extversion,
                  mcp._library_version(),
                  current_setting('server_version'))
    FROM pg_extension AS e
    WHERE e.extname = 'mcp'
$$;

COMMENT ON FUNCTION mcp.version_full() IS
'The versions of the extension, of its loaded library and of the server, in one line.';

CREATE FUNCTION mcp.health()
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'extension_version', e.extversion,
        'library_version', mcp._library_version(),
        'is_in_recovery', pg_is_in_recovery(),
        'live_workers', (SELECT count(*)
                         FROM mcp.workers AS w
                         WHERE w.lease_until > clock_timestamp()),
        'oldest_ready_at', (SELECT min(created_at)
                            FROM mcp.live_runs AS l
                            WHERE l.status = 'PENDING'))
    FROM pg_extension AS e
    WHERE e.extname = 'mcp'
$$;

COMMENT ON FUNCTION mcp.health() IS
'{extension_version, library_version, is_in_recovery, live_workers, oldest_ready_at}: what tells whether work moves. oldest_ready_at is when the oldest run that no worker has begun was started.';

CREATE FUNCTION mcp.stats()
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH kinds AS (
        SELECT d.type, count(*) AS n
        FROM mcp.mcp_definitions AS d
        GROUP BY d.type
    ), models AS (
        SELECT v.config_snapshot ->> 'model_name' AS model, count(*) AS n
        FROM mcp.mcp_definitions AS d
        JOIN mcp.mcp_versions AS v
          ON v.mcp_id = d.id
         AND v.version_str = d.latest_version_str
        WHERE v.config_snapshot ->> 'model_name' IS NOT NULL
        GROUP BY 1
    )
    SELECT jsonb_build_object(
        'total_servers', (SELECT coalesce(sum(n), 0) FROM kinds),
        'server_types', (SELECT coalesce(jsonb_object_agg(type, n), '{}') FROM kinds),
        'model_usage', (SELECT coalesce(jsonb_object_agg(model, n), '{}') FROM models),
        'total_workflows', (SELECT count(*) FROM mcp.workflow_definitions),
        'live_runs', (SELECT count(*) FROM mcp.live_runs),
        'live_workers', (SELECT count(*)
                         FROM mcp.workers AS w
                         WHERE w.lease_until > clock_timestamp()),
        'timestamp', clock_timestamp())
$$;

COMMENT ON FUNCTION mcp.stats() IS
'{total_servers, server_types: {type: n}, model_usage: {model: n}, total_workflows, live_runs, live_workers, timestamp}. Counts definitions and what lives, never history.';
-- What a dump carries: the rows of users, never our own.
--
-- Runs have their lines in 30_run_tables.sql.

SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_types', 'WHERE NOT is_builtin');
SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_definitions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_versions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.workflow_definitions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.workflow_versions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.json_schemas', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.role_grants', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.audit_log', '');
-- The last word of the script: PUBLIC gets nothing, whatever the default
-- privileges of the installing role would have given it.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA mcp FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA mcp FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA mcp FROM PUBLIC;

-- From 1.0 to 1.1: what the two scripts do not say by themselves.
--
-- A section "-- @ KEY" stands in place of the statement that makes KEY; the rest of
-- the upgrade is written by packaging/release/upgrade.awk.

-- @ TABLE mcp.workflow_definitions
ALTER TABLE mcp.workflow_definitions
    DROP CONSTRAINT workflow_definitions_fallback_workflow_id_fkey;

-- @ TABLE mcp.mcp_versions
ALTER TABLE mcp.mcp_versions
    ADD COLUMN deprecated_at timestamptz,
    ADD COLUMN deprecation_reason text;

-- @ TABLE mcp.mcp_definitions
ALTER TABLE mcp.mcp_definitions
    ADD COLUMN revision integer NOT NULL DEFAULT 1;

-- Nobody knows who registered what is there: it is an admin's to change.
-- @ TABLE mcp.json_schemas
ALTER TABLE mcp.json_schemas
    ADD COLUMN owner name NOT NULL DEFAULT current_user;

-- What waits by then waits since then.
-- @ TABLE mcp.ready_steps
ALTER TABLE mcp.ready_steps
    ADD COLUMN ready_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- @ TABLE mcp.live_runs
ALTER TABLE mcp.live_runs SET (fillfactor = 45);

-- @ TABLE mcp.workers
ALTER TABLE mcp.workers
    ADD COLUMN has_session boolean NOT NULL DEFAULT false,
    ADD COLUMN away_since timestamptz;

-- @ INSERT INTO mcp.mcp_types
UPDATE mcp.mcp_types
SET config_schema = jsonb_set(config_schema,
                              '{properties,cell_timeout}',
                              '{"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647}')
    || '{"if": {"required": ["execute_all"], "properties": {"execute_all": {"const": false}}},
         "then": {"required": ["cells_to_execute"],
                  "properties": {"cells_to_execute": {"type": "array", "minItems": 1}}}}'
WHERE type = 'jupyter_notebook';
UPDATE mcp.mcp_types
SET config_schema = jsonb_set(config_schema,
                              '{properties,network}',
                              '{"type": ["object", "null"], "required": ["hosts"], "additionalProperties": false, "properties": {
            "hosts": {"type": "array", "minItems": 1, "maxItems": 100, "uniqueItems": true, "items": {"type": "string", "maxLength": 260, "pattern": "^(\\[[0-9a-fA-F:.]+\\]|(\\*\\.)?[a-zA-Z0-9_-][a-zA-Z0-9._-]*):(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})$"}}}}')
WHERE type IN ('jupyter_notebook', 'python_script');

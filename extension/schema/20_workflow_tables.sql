-- Workflows and the immutable snapshot of each change.

-- fallback_workflow_id is no foreign key: it would point into its own table, and
-- pg_dump cannot promise to restore that row by row.  mcp.update_workflow() and
-- mcp.delete_workflow() lock the row they rely on instead.
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
                                ((error_handling ->> 'fallback_workflow_id')::uuid) STORED,
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

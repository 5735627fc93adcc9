-- Workflows and the immutable snapshot of each change.

CREATE TABLE mcp.workflow_definitions (
    workflow_id     uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    name            text        NOT NULL,
    slug            text        NOT NULL UNIQUE,
    description     text,
    execution_mode  text        NOT NULL,
    error_handling  jsonb       NOT NULL,
    steps           jsonb       NOT NULL,
    latest_version  integer     NOT NULL DEFAULT 1,
    owner           name        NOT NULL DEFAULT current_user,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- Which workflows use an MCP: steps @> '[{"mcp_id": "..."}]'.
CREATE INDEX workflow_definitions_steps
ON mcp.workflow_definitions
USING gin (steps jsonb_path_ops);

-- No foreign key to workflow_definitions: deleting a workflow keeps the
-- history of its runs readable, and each run points at one of these rows.
CREATE TABLE mcp.workflow_versions (
    workflow_id     uuid        NOT NULL,
    version         integer     NOT NULL,
    definition      jsonb       NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workflow_id, version)
);

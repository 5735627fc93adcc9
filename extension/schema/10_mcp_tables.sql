-- Kinds of MCP, MCPs and their versions.

CREATE TABLE mcp.mcp_types (
    type            text        PRIMARY KEY,
    executor        text        NOT NULL,
    description     text        NOT NULL,
    config_schema   jsonb       NOT NULL,
    input_schema    jsonb,
    output_schema   jsonb,
    is_builtin      boolean     NOT NULL DEFAULT false
);

CREATE TABLE mcp.mcp_definitions (
    id              uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    name            text        NOT NULL,
    slug            text        NOT NULL UNIQUE,
    type            text        NOT NULL REFERENCES mcp.mcp_types (type),
    description     text,
    tags            text[]      NOT NULL DEFAULT '{}',
    latest_version_str text     NOT NULL,
    owner           name        NOT NULL DEFAULT current_user,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- Immutable: a change is a new version.  Semantic versions are sorted by
-- mcp_versions.version_key, not by their text ("1.10.0" is later than "1.9.0").
CREATE TABLE mcp.mcp_versions (
    id              uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    mcp_id          uuid        NOT NULL
                                REFERENCES mcp.mcp_definitions (id)
                                ON DELETE CASCADE,
    version_str     text        NOT NULL,
    description     text,
    config_snapshot jsonb       NOT NULL,
    input_schema    jsonb,
    output_schema   jsonb,
    config_hash     bytea       NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (mcp_id, version_str)
);

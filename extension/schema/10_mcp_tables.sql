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
    revision        integer     NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.mcp_definitions IS
'MCPs: typed components. What one does stands in its versions; latest_version_str names the highest release.';

SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_definitions', '');

-- Counted here and not where MCPs are written, so that whoever writes the table by
-- hand is seen as well by who has read the MCP before.
CREATE FUNCTION mcp._count_revision()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION mcp._count_revision() IS
'Trigger: each update is a revision.';

CREATE TRIGGER mcp_definitions_revision
BEFORE UPDATE ON mcp.mcp_definitions
FOR EACH ROW
EXECUTE FUNCTION mcp._count_revision();

COMMENT ON TRIGGER mcp_definitions_revision ON mcp.mcp_definitions IS
'What mcp.update_mcp compares its expected_revision with.';

-- What mcp.list_mcps filters by.
CREATE INDEX mcp_definitions_type ON mcp.mcp_definitions (type, id);
CREATE INDEX mcp_definitions_tags ON mcp.mcp_definitions USING gin (tags);

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
    deprecated_at   timestamptz,
    deprecation_reason text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (mcp_id, version_str)
);

COMMENT ON TABLE mcp.mcp_versions IS
'The immutable versions of MCPs. config_snapshot is the config as it was given, with the defaults of that time; config_hash is the SHA-256 of its text.';

SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_versions', '');

CREATE TRIGGER mcp_versions_are_immutable
BEFORE UPDATE OF id, mcp_id, version_str, description, config_snapshot,
    input_schema, output_schema, config_hash, created_at
ON mcp.mcp_versions
FOR EACH ROW
EXECUTE FUNCTION mcp._refuse_update('Add a new version with mcp.add_mcp_version().');

COMMENT ON TRIGGER mcp_versions_are_immutable ON mcp.mcp_versions IS
'Runs rely on the versions that they have pinned.';

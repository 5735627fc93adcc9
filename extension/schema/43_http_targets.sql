-- Where http_request may go beside public addresses, and its config in full.

CREATE TABLE mcp.http_allow_list (
    target          text        NOT NULL,
    port            integer     NOT NULL DEFAULT 0
                                CONSTRAINT http_allow_list_port_known
                                CHECK (port BETWEEN 0 AND 65535),
    network         cidr,
    host            text,
    note            text        NOT NULL DEFAULT '',
    added_by        name        NOT NULL,
    added_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (target, port),
    CONSTRAINT http_allow_list_network_or_host
        CHECK ((network IS NULL) <> (host IS NULL))
);

COMMENT ON TABLE mcp.http_allow_list IS
'Addresses that are not public and yet may be reached by http_request: networks, and names of hosts.';
COMMENT ON COLUMN mcp.http_allow_list.target IS 'As it was given, in normal form.';
COMMENT ON COLUMN mcp.http_allow_list.port IS 'The only port; 0: any.';
COMMENT ON COLUMN mcp.http_allow_list.network IS 'Addresses that may be reached under whatever name.';
COMMENT ON COLUMN mcp.http_allow_list.host IS 'A name that may lead to whatever address; *.name: all names below that one.';
COMMENT ON COLUMN mcp.http_allow_list.note IS 'Why, for people.';
COMMENT ON COLUMN mcp.http_allow_list.added_by IS 'The role that added it.';
COMMENT ON COLUMN mcp.http_allow_list.added_at IS 'When.';

SELECT pg_catalog.pg_extension_config_dump('mcp.http_allow_list', '');

-- A network where it reads as one; digits, dots and colons are never a name.
CREATE FUNCTION mcp._http_network(target text)
RETURNS cidr
LANGUAGE plpgsql
IMMUTABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF target !~ '^[0-9a-fA-F.:]+(/[0-9]+)?$' OR target !~ '[0-9:]' OR target ~ '^[a-fA-F.]+$' THEN
        RETURN NULL;
    END IF;
    RETURN target::cidr;
EXCEPTION
    WHEN invalid_text_representation THEN
        RAISE EXCEPTION 'invalid network %', quote_literal(left(target, 100))
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A network is written as 10.1.0.0/16 or fd00:1::/64, without bits to the right of its mask.';
END
$$;

COMMENT ON FUNCTION mcp._http_network(text) IS
'The network that a target of http_request names, or null where it names a host. Raises for one that is written wrongly.';

CREATE FUNCTION mcp.allow_http_target(target text, port integer DEFAULT NULL, note text DEFAULT '')
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    network     cidr := mcp._http_network(target);
    normal      text := lower(coalesce(network::text, target));
BEGIN
    IF normal IS NULL
       OR network IS NULL AND normal !~ '^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$' THEN
        RAISE EXCEPTION 'invalid target of HTTP requests: %', coalesce(quote_literal(left(target, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a network (10.1.0.0/16), the name of a host (api.internal), or *.name for all hosts below one.';
    END IF;
    IF port NOT BETWEEN 1 AND 65535 THEN
        RAISE EXCEPTION 'port must be from 1 to 65535, not %', port
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO mcp.http_allow_list (target, port, network, host, note, added_by)
    VALUES (normal, coalesce(allow_http_target.port, 0), network,
            CASE WHEN network IS NULL THEN normal END,
            coalesce(allow_http_target.note, ''), mcp._actor())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM mcp._audit('create', 'http_target', normal, normal, NULL,
                           jsonb_build_object('target', normal, 'port', port, 'note', note));
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.allow_http_target(text, integer, text) IS
'Lets http_request reach addresses that are not public: a network (10.1.0.0/16), or a host by its name (api.internal, *.internal), on one port or, where that is null, on all. Adding again changes nothing. Example: SELECT mcp.allow_http_target(''10.20.0.0/16'', 8443, ''billing'').';

CREATE FUNCTION mcp.disallow_http_target(target text, port integer DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    normal      text := lower(coalesce(mcp._http_network(target)::text, target));
BEGIN
    DELETE FROM mcp.http_allow_list AS a
    WHERE a.target = normal
      AND a.port = coalesce(disallow_http_target.port, 0);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'target of HTTP requests % is not in the allow-list', coalesce(quote_literal(left(target, 100)), 'NULL')
            USING ERRCODE = 'MC020',
                  HINT = 'mcp.list_http_targets() shows all, each with its port.';
    END IF;
    PERFORM mcp._audit('delete', 'http_target', normal, normal,
                       jsonb_build_object('target', normal, 'port', port), NULL);
END
$$;

COMMENT ON FUNCTION mcp.disallow_http_target(text, integer) IS
'Takes back what mcp.allow_http_target allowed with the same target and port. Raises MC020 where that is nothing.';

CREATE FUNCTION mcp.list_http_targets()
RETURNS TABLE (target text, port integer, network cidr, host text, note text, added_by name, added_at timestamptz)
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT a.target, nullif(a.port, 0), a.network, a.host, a.note, a.added_by, a.added_at
    FROM mcp.http_allow_list AS a
    ORDER BY a.target, a.port
$$;

COMMENT ON FUNCTION mcp.list_http_targets() IS
'The allow-list of http_request; port null means any.';

UPDATE mcp.mcp_types AS t
SET config_schema = '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], "default": "GET"},
        "url": {"type": "string", "pattern": "^https?://[^/]", "maxLength": 8000},
        "headers": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z0-9!#$%&''*+.^_`|~-]{1,200}$"},
            "additionalProperties": {
                "anyOf": [
                    {"type": "string", "pattern": "^[^\\x00-\\x08\\x0a-\\x1f\\x7f]*$"},
                    {"$ref": "#/$defs/secret"}
                ]
            }
        },
        "query": {"type": "object"},
        "body": true,
        "expected_status": {
            "type": "array",
            "items": {"type": "integer", "minimum": 100, "maximum": 599},
            "minItems": 1
        },
        "response": {"enum": ["json", "text"], "default": "json"},
        "max_bytes": {"type": "integer", "minimum": 1, "maximum": 67108864, "default": 10485760},
        "max_redirects": {"type": "integer", "minimum": 0, "maximum": 20, "default": 5},
        "timeout": {"type": "integer", "minimum": 1, "maximum": 3600, "default": 60},
        "input_variables": {"type": "array", "uniqueItems": true, "items": {"type": "string"}},
        "name": true,
        "description": true,
        "id": true,
        "type": {"enum": ["http_request", null]}
    },
    "required": ["url"],
    "additionalProperties": false,
    "$defs": {
        "secret": {
            "type": "object",
            "properties": {"secret": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$"}},
            "required": ["secret"],
            "additionalProperties": false
        }
    }
 }'
WHERE t.type = 'http_request';

-- mcp: the SQL script of the extension, made of extension/schema/*.sql in order.
\echo Use "CREATE EXTENSION mcp" to load this file. \quit

REVOKE ALL ON SCHEMA mcp FROM PUBLIC;

-- Whatever this script makes, PUBLIC gets none of it: a right is granted by
-- mcp.grant_role() or not at all.  99_closing.sql revokes once more, over
-- everything, because default privileges are the installing role's own.

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

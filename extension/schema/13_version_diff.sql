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

CREATE FUNCTION mcp._json_changes(old jsonb, new jsonb, item_key text, max_bytes integer)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_json_changes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._json_changes(jsonb, jsonb, text, integer) IS
'The rows of mcp._json_diff as an array of {path, change, old, new} of at most about max_bytes; where it is cut, its last item says how many differences there are.';

-- The last word of the script: PUBLIC gets nothing, whatever the default
-- privileges of the installing role would have given it.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA mcp FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA mcp FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA mcp FROM PUBLIC;

-- What a dump carries: the rows of users, never our own.
--
-- Runs have their lines in 30_run_tables.sql.

SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_types', 'WHERE NOT is_builtin');
SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_definitions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_versions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.mcp_search', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.workflow_definitions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.workflow_versions', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.json_schemas', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.role_grants', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.audit_log', '');

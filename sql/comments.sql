-- Every object that a user may come across says what it is.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

-- Partitions and their indexes speak through their parent.
SELECT c.relkind AS kind, c.relname AS name
FROM pg_class AS c
WHERE c.relnamespace = 'mcp'::regnamespace
  AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND obj_description(c.oid, 'pg_class') IS NULL
ORDER BY 1, 2;

SELECT p.oid::regprocedure AS function
FROM pg_proc AS p
WHERE p.pronamespace = 'mcp'::regnamespace
  AND obj_description(p.oid, 'pg_proc') IS NULL
ORDER BY 1;

SELECT t.tgrelid::regclass AS table, t.tgname AS trigger
FROM pg_trigger AS t
JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'mcp'::regnamespace
  AND NOT t.tgisinternal
  AND t.tgparentid = 0
  AND obj_description(t.oid, 'pg_trigger') IS NULL
ORDER BY 1, 2;

SELECT p.polrelid::regclass AS table, p.polname AS policy
FROM pg_policy AS p
JOIN pg_class AS c ON c.oid = p.polrelid
WHERE c.relnamespace = 'mcp'::regnamespace
  AND obj_description(p.oid, 'pg_policy') IS NULL
ORDER BY 1, 2;

SELECT t.typname AS type
FROM pg_type AS t
WHERE t.typnamespace = 'mcp'::regnamespace
  AND t.typtype IN ('e', 'd')
  AND obj_description(t.oid, 'pg_type') IS NULL
ORDER BY 1;

-- And every column of a table.
SELECT c.relname AS table, string_agg(a.attname, ', ' ORDER BY a.attnum) AS columns
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'mcp'::regnamespace
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND col_description(c.oid, a.attnum) IS NULL
GROUP BY 1
ORDER BY 1;

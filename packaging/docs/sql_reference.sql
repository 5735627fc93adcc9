-- sql_reference.sql: the end of docs/sql.md, made of what the functions' own
-- comments say.  `make docs` writes it; psql -X -q -A -t runs it.
WITH said AS (
    SELECT f.level,
           p.proname,
           pg_get_function_arguments(p.oid) AS arguments,
           obj_description(p.oid, 'pg_proc') AS description
    FROM pg_proc AS p
    JOIN mcp.function_levels AS f ON f.function_name = p.proname
    WHERE p.pronamespace = 'mcp'::regnamespace
), short AS (
    SELECT level,
           proname,
           regexp_replace(
               regexp_replace(
                   replace(arguments, 'timestamp with time zone', 'timestamptz'),
                   '(, )?OUT .*', ''),
               ' DEFAULT ([^:,]+)(::[a-z]+(\[\])?)?', ' = \1', 'g') AS arguments,
           replace(description, '|', '\|') AS description
    FROM said
)
SELECT format(E'\n### Level %s\n\n| function | what it does |\n|---|---|\n%s',
              level,
              string_agg(format('| `%s(%s)` | %s |', proname, arguments, description),
                         E'\n' ORDER BY proname))
FROM short
GROUP BY level
ORDER BY array_position(ARRAY['viewer', 'operator', 'developer', 'admin', 'worker'], level);

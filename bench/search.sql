-- How long a search takes in a registry of 100,000 MCPs (search_load.sql).
-- bench/search.sh makes the database and runs this.
--
-- Each kind of search is done with many different words, in one session, as a
-- pooled connection would; the times are the server's, whole calls with all rows.

\set QUIET on
\pset footer off
SET client_min_messages = warning;

CREATE OR REPLACE FUNCTION bench.measure(statement text, queries text[])
RETURNS TABLE (calls bigint, p50_ms numeric, p95_ms numeric, max_ms numeric)
LANGUAGE plpgsql
AS $$
DECLARE
    took        double precision[] := '{}';
    start       timestamptz;
    n           bigint;
BEGIN
    FOR i IN 1 .. 100 LOOP
        start := clock_timestamp();
        EXECUTE 'SELECT count(*) FROM ' || statement
            INTO n
            USING queries[1 + i % cardinality(queries)];
        took := took || 1000 * extract(epoch FROM clock_timestamp() - start)::double precision;
    END LOOP;
    RETURN QUERY
    SELECT count(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY t)::numeric(8,2),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY t)::numeric(8,2),
           max(t)::numeric(8,2)
    FROM unnest(took) AS t;
END
$$;

CREATE OR REPLACE FUNCTION bench.words_of_ranks(first integer, last integer)
RETURNS text[]
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT array_agg(bench.word(first + (i * 7919) % (last - first + 1)))
    FROM generate_series(1, 50) AS i
$$;

WITH words AS (
    SELECT bench.words_of_ranks(1, 10) AS frequent,
           bench.words_of_ranks(20, 200) AS usual,
           bench.words_of_ranks(2000, 20000) AS rare
), queries (kind, queries) AS (
    SELECT 'a rare word', rare FROM words
    UNION ALL
    SELECT 'a usual word', usual FROM words
    UNION ALL
    SELECT 'a word of 34,000 to 97,000 MCPs', frequent FROM words
    UNION ALL
    SELECT 'two such words', ARRAY(SELECT f || ' ' || g FROM unnest(frequent, frequent[3:] || frequent[:2]) AS q (f, g)) FROM words
    UNION ALL
    SELECT 'a frequent or a usual word', ARRAY(SELECT f || ' or ' || u FROM unnest(frequent, usual) AS q (f, u)) FROM words
    UNION ALL
    SELECT 'a rare word without a frequent one', ARRAY(SELECT r || ' -' || f FROM unnest(rare, frequent) AS q (r, f)) FROM words
    UNION ALL
    SELECT 'the first three letters', ARRAY(SELECT left(u, 3) FROM unnest(frequent || usual) AS u) FROM words
    UNION ALL
    SELECT 'a word that all configs have', ARRAY['model'] FROM words
), statements (number, form, statement) AS (
    VALUES (1, 'search_mcps', 'mcp.search_mcps($1)'),
           (2, 'search_mcps, one type', 'mcp.search_mcps($1, ''llm_prompt'')'),
           (3, 'search_mcp_facets', 'mcp.search_mcp_facets($1)')
)
SELECT s.form, q.kind, m.*
FROM statements AS s
CROSS JOIN queries AS q
CROSS JOIN LATERAL bench.measure(s.statement, q.queries) AS m
ORDER BY s.number;

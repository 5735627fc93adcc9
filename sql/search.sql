-- Search, as a DBA types it.
-- Ranks and counts are of all there is: other tests leave things behind.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS mcp CASCADE;
CREATE EXTENSION mcp;
RESET client_min_messages;
SET client_min_messages = warning;
\set SHOW_CONTEXT never

-- The names that a search finds, best first.
CREATE FUNCTION pg_temp.found(query text, type text DEFAULT NULL, tags text[] DEFAULT NULL)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(f.name, ', ' ORDER BY f.place)
    FROM mcp.search_mcps(query, type, tags) WITH ORDINALITY
         AS f (id, name, slug, type, description, tags, latest, updated_at, rank, cursor, place)
$$;

SELECT count(mcp.create_mcp(jsonb_build_object(
           'name', m.name, 'type', m.type, 'description', m.description,
           'tags', to_jsonb(m.tags), 'initial_config', m.config)))
FROM (VALUES
    ('Echo', 'llm_prompt', 'Repeats what it hears', '{text,demo}'::text[], '{"template": "say {it}"}'::jsonb),
    ('Echo Chamber', 'llm_prompt', 'An echo of the echo', '{text}', '{"template": "nothing"}'),
    ('Translator', 'llm_prompt', 'Translating texts into German', '{text,language}', '{"template": "os.path"}'),
    ('fetch_user-data', 'python_script', 'Gets users', '{http,billing}', '{"script_content": "import json"}'),
    ('Werkzeugkasten', 'llm_prompt', 'Sammlung von Werkzeugen', '{}', '{"template": "echo chambers"}'),
    ('Ärger', 'llm_prompt', 'the who', '{}', '{"template": "x"}')
) AS m (name, type, description, tags, config);

-- The name itself, a name with the word, the description, the config.
SELECT f.name, trunc(f.rank) AS of_group
FROM mcp.search_mcps('echo') AS f;

-- Case, stems, the beginning of the last word.
SELECT pg_temp.found('ECHO'), pg_temp.found('translates'), pg_temp.found('transl'), pg_temp.found('tr');

-- Any language, stop words, punctuation within names and code.
SELECT pg_temp.found('werkzeuge'), pg_temp.found('Ärg'), pg_temp.found('who'), pg_temp.found('it');
SELECT pg_temp.found('user'), pg_temp.found('user-data'), pg_temp.found('fetch_user'), pg_temp.found('path');

-- All words, phrases, alternatives, exclusion; a config excludes as well.
SELECT pg_temp.found('text language'), pg_temp.found('"echo chamber"'), pg_temp.found('"chamber echo"');
SELECT pg_temp.found('translator or fetch'), pg_temp.found('echo -chamber');

-- Filters.
SELECT pg_temp.found('text', tags => '{language}'), pg_temp.found('text', tags => '{language,demo}'),
       pg_temp.found('users', type => 'python_script'), pg_temp.found('users', type => 'llm_prompt');

-- Nothing is an operator that the syntax does not name.
SELECT pg_temp.found($$ it's a "test' \ : & | ! (x) <-> * $$);

-- What cannot be searched for.
SELECT * FROM mcp.search_mcps('');
SELECT * FROM mcp.search_mcps(NULL);
SELECT * FROM mcp.search_mcps(' !?');
SELECT * FROM mcp.search_mcps('-echo');
SELECT * FROM mcp.search_mcps(repeat('a', 1001));
SELECT * FROM mcp.search_mcps('echo', max_rows => 0);
SELECT * FROM mcp.search_mcps('echo', max_rows => 501);
SELECT * FROM mcp.search_mcps('echo', cursor => 'over there');
SELECT * FROM mcp.search_mcp_facets('');

-- Facets.
SELECT * FROM mcp.search_mcp_facets('text');
SELECT * FROM mcp.search_mcp_facets('text', tags => '{demo}');
SELECT * FROM mcp.search_mcp_facets('echo -chamber');
SELECT * FROM mcp.search_mcp_facets('nowhere');

-- A change is found at once, and what it changed is found no longer.
SELECT mcp.update_mcp('translator', '{"name": "Interpreter", "tags": ["speech"]}') ->> 'name';
SELECT pg_temp.found('language'), pg_temp.found('interp'), pg_temp.found('speech');
SELECT mcp.add_mcp_version('echo', '{"version_str": "2.0.0", "config": {"template": "quokka"}}') ->> 'version_str';
SELECT pg_temp.found('quokka'), pg_temp.found('say');
-- One that is not the latest is not what runs, nor what is found.
SELECT mcp.add_mcp_version('echo', '{"version_str": "1.0.0", "config": {"template": "wombat"}}') ->> 'version_str';
SELECT mcp.add_mcp_version('echo', '{"version_str": "3.0.0-rc.1", "config": {"template": "wombat"}}') ->> 'version_str';
SELECT pg_temp.found('quokka'), pg_temp.found('wombat');
-- A deprecated version is the latest no longer, and so is not what is found; a higher
-- one that is added is.
SELECT mcp.deprecate_mcp_version('echo', '2.0.0', 'bites') ->> 'version_str';
SELECT mcp.get_mcp('echo') ->> 'latest_version_str' AS latest, pg_temp.found('quokka'), pg_temp.found('wombat');
SELECT mcp.add_mcp_version('echo', '{"version_str": "1.5.0", "config": {"template": "bettong"}}') ->> 'version_str';
SELECT mcp.get_mcp('echo') ->> 'latest_version_str' AS latest, pg_temp.found('bettong');
SELECT mcp.delete_mcp('echo-chamber');
SELECT pg_temp.found('chamber');
BEGIN;
SELECT mcp.delete_mcp('echo');
SELECT pg_temp.found('echo');
ROLLBACK;
SELECT pg_temp.found('echo');

-- A config of any size and kind is stored; its first words are found.
SELECT mcp.create_mcp(jsonb_build_object(
           'name', 'Large', 'type', 'llm_prompt',
           'initial_config', jsonb_build_object(
               'template', 'platypus ' || repeat(md5('1'), 1000) || ' '
                           || (SELECT string_agg('w' || i, ' ') FROM generate_series(1, 200000) AS i)
                           || ' bilby'))) ->> 'slug';
SELECT pg_temp.found('platypus'), pg_temp.found('bilby');

-- What the functions wrote is what a rebuild would write.
SELECT mcp.rebuild_search();
TRUNCATE mcp.mcp_search;
SELECT mcp.rebuild_search(), pg_temp.found('platypus');

-- Page by page everything comes once, in one order.
SELECT count(mcp.create_mcp(jsonb_build_object(
           'name', 'Numbat ' || repeat('x ', i % 5), 'type', 'llm_prompt',
           'initial_config', jsonb_build_object('template', 'x'))))
FROM generate_series(1, 57) AS i;
CREATE FUNCTION pg_temp.page_through(query text, max_rows integer, OUT pages integer, OUT ids uuid[])
LANGUAGE plpgsql
AS $$
DECLARE
    row         record;
    last_cursor text;
BEGIN
    pages := 0;
    LOOP
        pages := pages + 1;
        FOR row IN
            SELECT * FROM mcp.search_mcps(query, max_rows => page_through.max_rows, cursor => last_cursor)
        LOOP
            ids := ids || row.id;
            last_cursor := row.cursor;
        END LOOP;
        EXIT WHEN NOT FOUND;
    END LOOP;
END
$$;
SELECT p.pages, cardinality(p.ids) AS rows,
       p.ids = (SELECT array_agg(f.id) FROM mcp.search_mcps('numbat', max_rows => 500) AS f) AS is_same_order
FROM pg_temp.page_through('numbat', 10) AS p;

-- A frequent word is answered with the best thousand.  Ids are what the samples are
-- drawn by; here all of them are in both, so the count is 64 times what it should be,
-- as it would not be with ids at random.
INSERT INTO mcp.mcp_definitions (id, name, slug, type, latest_version_str)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i * 256), 12, '0'))::uuid,
       'Dunnart ' || i, 'dunnart-' || i, 'llm_prompt', '1.0.0'
FROM generate_series(1, 1500) AS i;
INSERT INTO mcp.mcp_versions (mcp_id, version_str, config_snapshot, config_hash)
SELECT d.id, '1.0.0', '{}', ''
FROM mcp.mcp_definitions AS d
WHERE d.slug LIKE 'dunnart-%';
SELECT mcp.rebuild_search();
SELECT count(*) FROM mcp._search_candidates('name:dunnart', 'dunnart', 'dunnart', NULL, '{}');
SELECT f.name, f.rank FROM mcp.search_mcps('dunnart 777') AS f;
SELECT * FROM mcp.search_mcp_facets('dunnart');

-- Only by the functions.
SET ROLE pg_monitor;
SELECT * FROM mcp.mcp_search;
SELECT * FROM mcp.search_mcps('echo');
RESET ROLE;

SELECT count(mcp.delete_mcp(slug, true)) FROM mcp.list_mcps(max_rows => 10000);
SELECT count(*) FROM mcp.mcp_search;

-- A registry of 100,000 MCPs, made of 20,000 words that are as frequent as words
-- are (the nth is n times rarer than the first), so that some stand in a few
-- MCPs and some in tens of thousands.  The same on every machine.

SELECT setseed(0.5);

CREATE SCHEMA bench;

-- Three syllables name the rank of a word: 1 is the most frequent.
CREATE FUNCTION bench.word(rank integer)
RETURNS text
LANGUAGE sql
IMMUTABLE STRICT
AS $$
    SELECT string_agg(substr('bdfghklmnprstvz', 1 + x % 15, 1) || substr('aeiou', 1 + x / 15 % 5, 1), '')
    FROM (VALUES (rank * 37 % 75), (rank / 75 * 11 % 75), (rank / 5625)) AS s (x)
$$;

CREATE TABLE bench.mcps (
    id          uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    name        text        NOT NULL,
    type        text        NOT NULL,
    description text        NOT NULL,
    tags        text[]      NOT NULL,
    config      jsonb       NOT NULL
);

-- Each row takes its texts from one stream of words, cut where they end.
DO $$
DECLARE
    words       text[] := ARRAY(SELECT bench.word(i) FROM generate_series(1, 20000) AS i);
    types       text[] := ARRAY['python_script', 'llm_prompt', 'ai_assistant', 'jupyter_notebook'];
    text_words  text[];
    name_end    integer;
    head_end    integer;
BEGIN
    FOR i IN 1 .. 100000 LOOP
        name_end := 2 + i % 3;
        head_end := name_end + 5 + i % 16;
        text_words := '{}';
        FOR j IN 1 .. head_end + 20 + i % 100 LOOP
            text_words[j] := words[ceil(exp(random() * ln(20000)))::integer];
        END LOOP;
        INSERT INTO bench.mcps (name, type, description, tags, config)
        SELECT array_to_string(text_words[1 : name_end], ' '),
               types[ceil(4 * random() * random())],
               array_to_string(text_words[name_end + 1 : head_end], ' '),
               ARRAY(SELECT DISTINCT 'tag' || floor(300 * random() * random())
                     FROM generate_series(1, i % 5)),
               jsonb_build_object(
                   'template', array_to_string(text_words[head_end + 1 :], ' '),
                   'model_name', 'model-' || i % 7);
    END LOOP;
END
$$;

INSERT INTO mcp.mcp_definitions (id, name, slug, type, description, tags, latest_version_str)
SELECT id, name, 'bench-' || id, type, description, tags, '1.0.0'
FROM bench.mcps;

INSERT INTO mcp.mcp_versions (mcp_id, version_str, config_snapshot, config_hash)
SELECT id, '1.0.0', config, ''
FROM bench.mcps;

SELECT mcp.rebuild_search();

VACUUM ANALYZE mcp.mcp_definitions, mcp.mcp_versions, mcp.mcp_search;

-- The search itself: what a query means, the best matches by rank, and facets.

-- A query as people type it: words that must all be there, "a phrase", a or b,
-- -without.  stems is what was typed; prefixed takes the last word also as the
-- beginning of one, where it has three letters (fewer would match half of all
-- words) and nothing is excluded (what is not yet typed excludes nothing).  excluding
-- is stems again where something is excluded, else null: what a name does not say
-- may still stand in the config.
CREATE FUNCTION mcp._search_query(
    query text,
    OUT stems tsquery,
    OUT prefixed tsquery,
    OUT excluding tsquery)
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error     -- no notice for each stop word
AS $$
DECLARE
    punctuation CONSTANT text := '!#$%&''()*+,./:;<=>?@[\]^_`{|}~';
    typed       text := translate(query, punctuation, repeat(' ', length(punctuation)));
    last_word   text;
    last_stem   tsquery;
    beginning   tsquery;
BEGIN
    IF length(query) > 1000 THEN
        RAISE EXCEPTION 'search query has % characters', length(query)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'At most 1000 are allowed.';
    END IF;
    -- A hyphen is an operator only where a word begins.
    typed := regexp_replace(typed, '(?<=\S)-|-(?=\s|-|$)', ' ', 'g');
    last_word := substring(typed FROM '(?:^|\s)([^\s"-]{3,})$');
    stems := websearch_to_tsquery('english', typed);
    last_stem := websearch_to_tsquery('english', last_word);
    IF numnode(stems) = 0 THEN
        stems := websearch_to_tsquery('simple', typed);
        last_stem := websearch_to_tsquery('simple', last_word);
    END IF;
    IF coalesce(numnode(stems), 0) = 0 THEN
        RAISE EXCEPTION 'search query has no word'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give at least one word to look for.';
    END IF;
    IF querytree(stems) = 'T' THEN
        RAISE EXCEPTION 'search query only says what must be absent'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give at least one word that must be there.';
    END IF;
    excluding := CASE WHEN stems::text LIKE '%!%' THEN stems END;
    prefixed := stems;
    IF last_word IS NOT NULL AND excluding IS NULL AND typed NOT LIKE '%"%' THEN
        beginning := to_tsquery('simple', last_word || ':*');
        IF last_stem <> to_tsquery('simple', last_word) THEN
            beginning := last_stem || beginning;
        END IF;
        prefixed := ts_rewrite(stems, last_stem, beginning);
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._search_query(text) IS
'A search as people type it, as queries; raises where there is no word to look for.';

CREATE FUNCTION mcp._search_filter(type text, tags text[])
RETURNS text[]
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN type IS NULL THEN '{}' ELSE ARRAY['type:' || type] END
           || ARRAY(SELECT 'tag:' || t FROM unnest(tags) AS t WHERE t IS NOT NULL)
$$;

COMMENT ON FUNCTION mcp._search_filter(text, text[]) IS
'The labels that an MCP must have to be of the type and have all the tags; none, if it may be any.';

-- The best matches, a thousand at most; to rank all of a word that fifty thousand
-- MCPs have would mean to read their words.  They are taken where a match says most,
-- and the next group only as long as there are fewer than that:
--     rank 3          the name itself
--     rank 2 up to 3  all words in the name
--     rank 1 up to 2  all words in name, tags and description
--     rank 0 up to 1  all words there or in the config
-- Of each group those that are in a sample come first: where a word is so frequent
-- that a sixteenth of its MCPs (or, as configs have most words, a 64th) fills the
-- thousand, nobody walks through the rest of them in the index.  So what is left out is what would have come last anyway, or,
-- within a group of many thousand, a choice at random that stays the same.  Who has
-- found a hundred by the words as they are typed has typed the last one whole, and
-- the words that it begins are not looked for.
--
-- ts_rank decides within a group; rank is in millionths, so that equal is equal in a
-- cursor.  Each portion is a statement made of the conditions that it has, for each is
-- a list in the index to be merged, also one that all MCPs fulfil.  The settings: the
-- index is never worse than reading the table, whatever the planner thinks that a
-- LIMIT saves.
CREATE FUNCTION mcp._search_candidates(
    name_label text,
    stems tsquery,
    prefixed tsquery,
    excluding tsquery,
    filter text[])
RETURNS TABLE (mcp_id uuid, rank integer)
LANGUAGE plpgsql
STABLE
PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    -- Of queries = takes a word and the beginning of one for the same.
    has_prefix  CONSTANT boolean := prefixed::text <> stems::text;
    portion     record;
    asked       tsquery;
    last_words  text;
    taken       text := '';         -- what the group before has found
    room        bigint := 1000;
    n           bigint;
BEGIN
    RETURN QUERY
        SELECT s.mcp_id, 3000000
        FROM mcp.mcp_search AS s
        WHERE s.labels @> (filter || name_label)
        LIMIT room;
    GET DIAGNOSTICS n = ROW_COUNT;
    room := room - n;
    FOR portion IN
        SELECT *
        FROM (VALUES
            (1, '2 + ts_rank(s.name_words, $2, 1)', 'name_words', $c$s.labels @> '{sample}'$c$),
            (2, '2 + ts_rank(s.name_words, $2, 1)', 'name_words', $c$s.labels[2] <> 'sample'$c$),
            (3, '2 + ts_rank(s.name_words, $2, 1)', 'name_words', 'NOT s.name_words @@ $3'),
            (4, '1 + ts_rank(s.head_words, $2)', 'head_words', $c$s.labels @> '{sample}'$c$),
            (5, '1 + ts_rank(s.head_words, $2)', 'head_words', $c$s.labels[2] <> 'sample'$c$),
            (6, '1 + ts_rank(s.head_words, $2)', 'head_words', 'NOT s.head_words @@ $3'),
            (7, 'ts_rank(s.all_words, $3)', 'all_words', $c$s.labels @> '{few}'$c$),
            (8, 'ts_rank(s.all_words, $3)', 'all_words', $c$s.labels @> '{sample}' AND s.labels[3] <> 'few'$c$),
            (9, 'ts_rank(s.all_words, $3)', 'all_words', $c$s.labels[2] <> 'sample'$c$)
        ) AS v (place, rank, words, part)
        ORDER BY place
    LOOP
        EXIT WHEN room <= 0;
        CONTINUE WHEN portion.place IN (3, 6) AND (NOT has_prefix OR room <= 900);
        IF portion.words <> last_words THEN
            taken := format(' AND NOT s.%I @@ %s', last_words,
                            CASE asked::text WHEN stems::text THEN '$3' ELSE '$2' END);
        END IF;
        last_words := portion.words;
        asked := CASE WHEN portion.place IN (3, 6) THEN prefixed ELSE stems END;
        RETURN QUERY EXECUTE format(
            'SELECT s.mcp_id, (1000000 * (%s))::integer'
            ' FROM mcp.mcp_search AS s'
            ' WHERE s.%I @@ $1 AND %s AND s.labels[1] <> $4',
            portion.rank, portion.words, portion.part)
            || taken
            || CASE WHEN filter <> '{}' THEN ' AND s.labels @> $5' ELSE '' END
            || CASE WHEN excluding IS NULL THEN '' ELSE ' AND s.all_words @@ $6' END
            || ' LIMIT $7'
            USING asked, prefixed, stems, name_label, filter, excluding, room;
        GET DIAGNOSTICS n = ROW_COUNT;
        room := room - n;
    END LOOP;
END
$$;

COMMENT ON FUNCTION mcp._search_candidates(text, tsquery, tsquery, tsquery, text[]) IS
'The MCPs that match, at most 1000, with their rank in millionths.';

CREATE TYPE mcp.found_mcp AS (
    id              uuid,
    name            text,
    slug            text,
    type            text,
    description     text,
    tags            text[],
    latest_version_str text,
    updated_at      timestamptz,
    rank            real,
    cursor          text
);

COMMENT ON TYPE mcp.found_mcp IS
'A row of search_mcps: an MCP, how well it matches, and the cursor that goes on behind it.';

CREATE FUNCTION mcp.search_mcps(
    query text,
    type text DEFAULT NULL,
    tags text[] DEFAULT NULL,
    max_rows integer DEFAULT 10,
    cursor text DEFAULT NULL)
RETURNS SETOF mcp.found_mcp
LANGUAGE plpgsql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    place       text[] := regexp_match(
        cursor, '^([0-9]{1,7})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$');
    last_rank   integer := place[1];
    last_id     uuid := place[2];
    q           record := mcp._search_query(query);
BEGIN
    IF max_rows IS NULL OR max_rows NOT BETWEEN 1 AND 500 THEN
        RAISE EXCEPTION 'max_rows must be 1 to 500, not %', coalesce(max_rows::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF cursor IS NOT NULL AND place IS NULL THEN
        RAISE EXCEPTION 'malformed cursor %', quote_literal(left(cursor, 60))
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give the cursor of the last row that search_mcps returned.';
    END IF;
    RETURN QUERY
    WITH page AS (
        SELECT c.mcp_id, c.rank
        FROM mcp._search_candidates(
                 'name:' || lower(btrim(query)), q.stems, q.prefixed, q.excluding,
                 mcp._search_filter(search_mcps.type, search_mcps.tags)) AS c
        WHERE last_id IS NULL
           OR (c.rank, c.mcp_id) < (last_rank, last_id)
        ORDER BY c.rank DESC, c.mcp_id DESC
        LIMIT max_rows
    )
    SELECT d.id, d.name, d.slug, d.type, d.description, d.tags,
           d.latest_version_str, d.updated_at,
           (p.rank / 1000000.0)::real,
           p.rank || '-' || p.mcp_id
    FROM page AS p
    JOIN mcp.mcp_definitions AS d ON d.id = p.mcp_id
    ORDER BY p.rank DESC, p.mcp_id DESC;
END
$$;

COMMENT ON FUNCTION mcp.search_mcps(text, text, text[], integer, text) IS
'The MCPs that match a query, best first: words that must all be found in name, tags, description or config, the last one also as the beginning of a word of name, tags or description where fewer than 100 have it whole; "a phrase", or, -without. Of the type and with all the tags, where given. The cursor of the last row gets the next max_rows (1 to 500). At most the best 1000 are found. Raises 22023 for a query without a word.';

-- Exact while it is cheap.  A word that many thousand MCPs have is counted among
-- those of a sample instead, one MCP in 64 or in 16 by the random bits of its id, and
-- that count multiplied: with 200 of them a facet that half of all have is off by 7 %
-- or so, and by less the more there are.
CREATE FUNCTION mcp.search_mcp_facets(
    query text,
    type text DEFAULT NULL,
    tags text[] DEFAULT NULL)
RETURNS TABLE (facet text, value text, count bigint)
LANGUAGE plpgsql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    q           record := mcp._search_query(query);
    filter      text[] := mcp._search_filter(search_mcp_facets.type, tags);
    portion     record;
    wanted      text[];
    rows        bigint;
    counts      jsonb;
BEGIN
    -- Words that the last one begins count where search_mcps looks for them.
    FOR portion IN
        SELECT *
        FROM (VALUES (1, '{few}'::text[], q.stems, 64, 200),
                     (2, '{sample}', q.stems, 16, 200),
                     (3, '{}', q.stems, 1, 100),
                     (4, '{few}', q.prefixed, 64, 200),
                     (5, '{sample}', q.prefixed, 16, 200),
                     (6, '{}', q.prefixed, 1, 0)
             ) AS v (place, labels, words, factor, enough)
        ORDER BY place
    LOOP
        wanted := filter || portion.labels;
        EXECUTE 'SELECT count(*), mcp._count_labels(s.labels, 3) FROM mcp.mcp_search AS s'
            ' WHERE (s.head_words @@ $1 OR s.all_words @@ $2)'
            || CASE WHEN wanted <> '{}' THEN ' AND s.labels @> $3' ELSE '' END
            || CASE WHEN q.excluding IS NULL THEN '' ELSE ' AND s.all_words @@ $4' END
            INTO rows, counts
            USING portion.words, q.stems, wanted, q.excluding;
        EXIT WHEN rows >= portion.enough OR portion.place = 3 AND q.prefixed::text = q.stems::text;
    END LOOP;
    RETURN QUERY
    SELECT split_part(c.key, ':', 1),
           substr(c.key, position(':' IN c.key) + 1),
           c.value::bigint * portion.factor
    FROM jsonb_each_text(counts) AS c
    ORDER BY 1 DESC, 3 DESC, 2;
END
$$;

COMMENT ON FUNCTION mcp.search_mcp_facets(text, text, text[]) IS
'How many of the MCPs that search_mcps would find have each type and each tag (facet is "type" or "tag"), without its limit of 1000. Exact up to some 3000 matches; beyond, estimated from one MCP in 16 or in 64, and then a multiple of that.';

-- Search for MCPs: full text, by rank, with filters and facets.
--
-- What is searched lies in a table of its own, one row for each MCP, written by
-- the functions that write MCPs: generated columns cannot see the config, which is
-- another table's, and a trigger on INSERT would fire again on restore.
--
-- Two text search configurations are used together.  "english" finds "prompts" for
-- "prompting"; "simple" finds words as they were written, so that a search in
-- another language, for a stop word ("it") or for the beginning of a word works as
-- well.  The name, the tags and the description have both, the config "english"
-- only.

CREATE FUNCTION mcp._search_text(document jsonb, max_bytes integer)
RETURNS text
AS 'MODULE_PATHNAME', 'mcp_search_text'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._search_text(jsonb, integer) IS
'The strings among the values of a document with spaces for punctuation, as whole words up to a number of bytes.';

-- To the aggregate below.  The state is a pointer, so nothing but the aggregate may
-- call these two.
CREATE FUNCTION mcp._count_labels_add(internal, labels text[], skipped integer)
RETURNS internal
AS 'MODULE_PATHNAME', 'mcp_count_labels_add'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mcp._count_labels_add(internal, text[], integer) IS
'The transition function of _count_labels.';

CREATE FUNCTION mcp._count_labels_print(internal)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_count_labels_print'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mcp._count_labels_print(internal) IS
'The final function of _count_labels.';

CREATE AGGREGATE mcp._count_labels(labels text[], skipped integer) (
    SFUNC = mcp._count_labels_add,
    STYPE = internal,
    FINALFUNC = mcp._count_labels_print,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE mcp._count_labels(text[], integer) IS
'{label: how many rows have it}, not counting the first few labels of each row.';

-- labels are what is asked for exactly: "name:echo" (in lower case), "sample" for
-- one MCP in 16 and "few" for one in 64 (else ""), and then what facets count,
-- "type:python_script", "tag:billing".  They stand in one index with the words, so
-- that a rare label makes a frequent word cheap.
CREATE TABLE mcp.mcp_search (
    mcp_id          uuid        PRIMARY KEY
                                REFERENCES mcp.mcp_definitions (id)
                                ON DELETE CASCADE,
    labels          text[]      NOT NULL,
    name_words      tsvector    NOT NULL,
    head_words      tsvector    NOT NULL,
    all_words       tsvector    NOT NULL
);

COMMENT ON TABLE mcp.mcp_search IS
'What is searched of each MCP: words of its name, of its name, tags and description, and of these and the config of its latest version; labels to filter and count by.';

COMMENT ON COLUMN mcp.mcp_search.mcp_id IS 'Of which MCP.';
COMMENT ON COLUMN mcp.mcp_search.labels IS
'"name:<in lower case>", "sample" or "", "few" or "", "type:<type>", and "tag:<tag>" for each.';
COMMENT ON COLUMN mcp.mcp_search.name_words IS 'The words of the name.';
COMMENT ON COLUMN mcp.mcp_search.head_words IS
'The words of name, tags and description.';
COMMENT ON COLUMN mcp.mcp_search.all_words IS
'The English stems of name, tags, description and config.';

-- Fetching beats decompressing where a thousand are ranked.  And no statistics: to
-- read them takes longer than most searches, whose plan is the same anyway.
ALTER TABLE mcp.mcp_search
    ALTER COLUMN all_words SET STORAGE EXTERNAL,
    ALTER COLUMN all_words SET STATISTICS 0,
    ALTER COLUMN head_words SET STATISTICS 0,
    ALTER COLUMN name_words SET STATISTICS 0,
    ALTER COLUMN labels SET STATISTICS 0;

-- Without the list of pending entries (fastupdate): MCPs are read far more often
-- than written, and each search would have to walk that list.
CREATE INDEX mcp_search_words
ON mcp.mcp_search
USING gin (name_words, head_words, all_words, labels)
WITH (fastupdate = off);

-- Behind each part stands a blank as a word of its own, ten places on: or the last
-- word of one part and the first of the next would be a phrase.  Whoever joins parts
-- deletes it.
CREATE FUNCTION mcp._search_words(words text, weight "char")
RETURNS tsvector
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT setweight(to_tsvector('simple', words) || $gap$' ':10$gap$
                     || to_tsvector('english', words) || $gap$' ':10$gap$,
                     weight)
$$;

COMMENT ON FUNCTION mcp._search_words(text, "char") IS
'The words as they are and by their English stems, with a weight; a blank behind each.';

CREATE FUNCTION mcp._search_stems(words text, weight "char")
RETURNS tsvector
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT setweight(to_tsvector('english', words) || $gap$' ':10$gap$, weight)
$$;

COMMENT ON FUNCTION mcp._search_stems(text, "char") IS
'The words by their English stems, with a weight; a blank behind them.';

-- 8,000 bytes of a config are some thousand words; what comes later in a script
-- tells little about it, and each candidate's words are read to rank it.
CREATE VIEW mcp.mcp_search_documents AS
SELECT d.id AS mcp_id,
       ARRAY['name:' || lower(d.name),
             CASE WHEN get_byte(uuid_send(d.id), 15) < 16 THEN 'sample' ELSE '' END,
             CASE WHEN get_byte(uuid_send(d.id), 15) < 4 THEN 'few' ELSE '' END,
             'type:' || d.type]
       || ARRAY(SELECT DISTINCT 'tag:' || t FROM unnest(d.tags) AS t) AS labels,
       ts_delete(name.words, ' ') AS name_words,
       ts_delete(name.words || head.words, ' ') AS head_words,
       ts_delete(mcp._search_stems(texts.name, 'A')
                 || mcp._search_stems(texts.tags, 'B')
                 || mcp._search_stems(texts.description, 'B')
                 || mcp._search_stems(texts.config, 'C'), ' ') AS all_words
FROM mcp.mcp_definitions AS d
JOIN mcp.mcp_versions AS v
  ON v.mcp_id = d.id
 AND v.version_str = d.latest_version_str
CROSS JOIN LATERAL (
    SELECT mcp._search_text(to_jsonb(d.name), 1000) AS name,
           mcp._search_text(to_jsonb(d.tags), 4000) AS tags,
           mcp._search_text(to_jsonb(coalesce(d.description, '')), 4000) AS description,
           mcp._search_text(v.config_snapshot, 8000) AS config
) AS texts
CROSS JOIN LATERAL (
    SELECT mcp._search_words(texts.name, 'A') AS words
) AS name
CROSS JOIN LATERAL (
    SELECT mcp._search_words(texts.tags, 'B')
           || mcp._search_words(texts.description, 'B') AS words
) AS head;

COMMENT ON VIEW mcp.mcp_search_documents IS
'What mcp_search should hold, made of the MCPs as they are.';

CREATE FUNCTION mcp._index_mcp(mcp_id uuid)
RETURNS void
LANGUAGE sql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO mcp.mcp_search AS s (mcp_id, labels, name_words, head_words, all_words)
    SELECT n.mcp_id, n.labels, n.name_words, n.head_words, n.all_words
    FROM mcp.mcp_search_documents AS n
    WHERE n.mcp_id = _index_mcp.mcp_id
    ON CONFLICT ON CONSTRAINT mcp_search_pkey DO UPDATE
    SET labels = excluded.labels,
        name_words = excluded.name_words,
        head_words = excluded.head_words,
        all_words = excluded.all_words
$$;

COMMENT ON FUNCTION mcp._index_mcp(uuid) IS
'Makes one MCP findable as it is now.';

-- Called by all that changes an MCP, in the same transaction.  What is deprecated is
-- the latest only where all is, and a prerelease only where there is no release: who
-- adds a beta does not want every workflow to run it.  The later of two versions that differ in build metadata alone
-- is the one that was added later.
CREATE FUNCTION mcp._keep_mcp(mcp_id uuid)
RETURNS void
LANGUAGE sql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE mcp.mcp_definitions AS d
    SET latest_version_str = l.version_str,
        updated_at = now()
    FROM (
        SELECT v.version_str
        FROM mcp.mcp_versions AS v
        WHERE v.mcp_id = _keep_mcp.mcp_id
        ORDER BY v.deprecated_at IS NULL DESC,
                 split_part(v.version_str, '+', 1) NOT LIKE '%-%' DESC,
                 v.version_key DESC,
                 v.id DESC
        LIMIT 1
    ) AS l
    WHERE d.id = _keep_mcp.mcp_id
      AND (d.latest_version_str <> l.version_str OR d.updated_at <> now());

    SELECT mcp._index_mcp(_keep_mcp.mcp_id)
$$;

COMMENT ON FUNCTION mcp._keep_mcp(uuid) IS
'What follows from an MCP and its versions: which is the latest, when it was changed, and what search finds.';

CREATE FUNCTION mcp.rebuild_search()
RETURNS bigint
LANGUAGE sql
VOLATILE
PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH stale AS (
        SELECT n.*
        FROM mcp.mcp_search_documents AS n
        LEFT JOIN mcp.mcp_search AS s USING (mcp_id)
        WHERE ROW (n.labels, n.name_words, n.head_words, n.all_words)
              IS DISTINCT FROM ROW (s.labels, s.name_words, s.head_words, s.all_words)
    ), written AS (
        INSERT INTO mcp.mcp_search AS s (mcp_id, labels, name_words, head_words, all_words)
        SELECT mcp_id, labels, name_words, head_words, all_words
        FROM stale
        ON CONFLICT ON CONSTRAINT mcp_search_pkey DO UPDATE
        SET labels = excluded.labels,
            name_words = excluded.name_words,
            head_words = excluded.head_words,
            all_words = excluded.all_words
        RETURNING 1
    )
    SELECT count(*)
    FROM written
$$;

COMMENT ON FUNCTION mcp.rebuild_search() IS
'Indexes for search every MCP whose entry is not what it should be, and returns how many: after PostgreSQL''s dictionaries changed with an upgrade, or after tables were written by hand.';

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

-- The MCPs that an upgrade finds; a new database has none.
SELECT mcp.rebuild_search();

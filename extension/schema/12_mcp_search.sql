-- What a search for MCPs looks into: their words, stems and labels.
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

-- All that is called by a change is in plpgsql, for it keeps its plans; functions in
-- SQL are parsed and planned anew by each statement that calls them.
--
-- Behind each part stands a blank as a word of its own, ten places on: or the last
-- word of one part and the first of the next would be a phrase.  Whoever joins parts
-- deletes it.
CREATE FUNCTION mcp._search_words(words text, weight "char")
RETURNS tsvector
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN setweight(to_tsvector('simple', words) || $gap$' ':10$gap$
                     || to_tsvector('english', words) || $gap$' ':10$gap$,
                     weight);
END
$$;

COMMENT ON FUNCTION mcp._search_words(text, "char") IS
'The words as they are and by their English stems, with a weight; a blank behind each.';

CREATE FUNCTION mcp._search_stems(words text, weight "char")
RETURNS tsvector
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN setweight(to_tsvector('english', words) || $gap$' ':10$gap$, weight);
END
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
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO mcp.mcp_search AS s (mcp_id, labels, name_words, head_words, all_words)
    SELECT n.mcp_id, n.labels, n.name_words, n.head_words, n.all_words
    FROM mcp.mcp_search_documents AS n
    WHERE n.mcp_id = _index_mcp.mcp_id
    ON CONFLICT ON CONSTRAINT mcp_search_pkey DO UPDATE
    SET labels = excluded.labels,
        name_words = excluded.name_words,
        head_words = excluded.head_words,
        all_words = excluded.all_words;
END
$$;

COMMENT ON FUNCTION mcp._index_mcp(uuid) IS
'Makes one MCP findable as it is now.';

-- Called by all that changes an MCP, in the same transaction.  What is deprecated is
-- the latest only where all is, and a prerelease only where there is no release: who
-- adds a beta does not want every workflow to run it.  The later of two versions that
-- differ in build metadata alone is the one that was added later.
CREATE FUNCTION mcp._keep_mcp(mcp_id uuid)
RETURNS void
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
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

    PERFORM mcp._index_mcp(_keep_mcp.mcp_id);
END
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

-- The MCPs that an upgrade finds; a new database has none.
SELECT mcp.rebuild_search();

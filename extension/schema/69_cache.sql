-- What caches outside the database go by: labels that change with what they stand for.
--
-- Every transaction that changes what may be cached leaves a random number for
-- each topic that it touched; the label of a topic is the exclusive or of all of
-- its numbers.  A row becomes visible with the change itself, at the commit: so
-- who reads a label reads whether anything has changed that he could know of, and
-- nobody waits for anybody else's row.  Numbers are random and not counted up,
-- so that a database that was restored to an earlier state and went on from
-- there never comes back to a label that stood for something else.
--
-- A topic is one of 32 parts of a kind (runs 0, MCPs 1, workflows 2), by the last
-- byte of an id, or the kind as a whole: kind * 33 + 0 .. 31, or kind * 33 + 32.

CREATE TABLE mcp.cache_labels (
    topic           smallint    NOT NULL
                                CONSTRAINT cache_labels_topic_known
                                CHECK (topic BETWEEN 0 AND 98),
    written_by      xid8        NOT NULL,
    salt            bigint      NOT NULL,
    PRIMARY KEY (topic, written_by)
);

COMMENT ON TABLE mcp.cache_labels IS
'What changes of definitions and of finished runs leave for caches: the label of a topic is the exclusive or of its salts. Not for people, and in no dump.';
COMMENT ON COLUMN mcp.cache_labels.topic IS 'kind * 33 + part, 32 being the kind as a whole; kinds: 0 runs, 1 MCPs, 2 workflows.';
COMMENT ON COLUMN mcp.cache_labels.written_by IS 'The transaction: one row of it says as much as many. 0: several, folded.';
COMMENT ON COLUMN mcp.cache_labels.salt IS 'Random, or of several rows that were folded into one.';

-- Who this database is to caches that several share: made anew by CREATE
-- EXTENSION, so also where a dump is restored.
CREATE TABLE mcp.cache_identities (
    identity        uuid        PRIMARY KEY,
    secret          bytea       NOT NULL
);

COMMENT ON TABLE mcp.cache_identities IS
'The name of this database in shared caches, and the key that entries there are signed with; one row. In no dump.';
COMMENT ON COLUMN mcp.cache_identities.identity IS 'Part of the keys of all entries.';
COMMENT ON COLUMN mcp.cache_identities.secret IS 'Whoever has it can put words into a shared cache.';

INSERT INTO mcp.cache_identities (identity, secret)
VALUES (gen_random_uuid(), uuid_send(gen_random_uuid()));

-- So that what one database labels with "nothing has changed" is no other's.
INSERT INTO mcp.cache_labels (topic, written_by, salt)
SELECT kind * 33 + 32, '0', hashtextextended(gen_random_uuid()::text, 0)
FROM generate_series(0, 2) AS kind;

-- A repeated note of the same transaction costs a look into the index.
CREATE FUNCTION mcp._note_change(topic integer)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO mcp.cache_labels (topic, written_by, salt)
    VALUES (topic, pg_current_xact_id(), hashtextextended(gen_random_uuid()::text, 0))
    ON CONFLICT DO NOTHING;
    PERFORM pg_notify('mcp_cache', '');
END
$$;

COMMENT ON FUNCTION mcp._note_change(integer) IS
'What is cached of a topic is old once this transaction commits.';

CREATE FUNCTION mcp._topic_of(kind integer, id uuid)
RETURNS integer
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN kind * 33 + CASE WHEN id IS NULL THEN 32 ELSE get_byte(uuid_send(id), 15) & 31 END;
END
$$;

COMMENT ON FUNCTION mcp._topic_of(integer, uuid) IS
'The topic of an object of a kind (0 runs, 1 MCPs, 2 workflows); without an id, of the kind as a whole.';

-- The trigger says the kind, and which column has the id.
CREATE FUNCTION mcp._note_row_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind        CONSTANT integer := TG_ARGV[0];
    old_id      uuid;
    new_id      uuid;
BEGIN
    CASE TG_ARGV[1]
        WHEN 'id' THEN
            old_id := OLD.id;
            new_id := NEW.id;
        WHEN 'mcp_id' THEN
            old_id := OLD.mcp_id;
            new_id := NEW.mcp_id;
        WHEN 'workflow_id' THEN
            old_id := OLD.workflow_id;
            new_id := NEW.workflow_id;
        WHEN 'run_id' THEN
            old_id := OLD.run_id;
            new_id := NEW.run_id;
        WHEN 'origin_run_id' THEN
            old_id := OLD.origin_run_id;
            new_id := NEW.origin_run_id;
    END CASE;
    IF old_id IS NOT NULL THEN
        PERFORM mcp._note_change(mcp._topic_of(kind, old_id));
    END IF;
    IF new_id IS DISTINCT FROM old_id AND new_id IS NOT NULL THEN
        PERFORM mcp._note_change(mcp._topic_of(kind, new_id));
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION mcp._note_row_change() IS
'Trigger: what is cached of the row''s object is old from the commit on.';

CREATE FUNCTION mcp._note_table_change()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._note_change(mcp._topic_of(TG_ARGV[0]::integer, NULL));
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION mcp._note_table_change() IS
'Trigger: what is cached of a whole kind is old from the commit on.';

CREATE TRIGGER mcp_definitions_change
AFTER INSERT OR UPDATE OR DELETE ON mcp.mcp_definitions
FOR EACH ROW
EXECUTE FUNCTION mcp._note_row_change(1, 'id');

COMMENT ON TRIGGER mcp_definitions_change ON mcp.mcp_definitions IS 'For caches.';

CREATE TRIGGER mcp_definitions_emptied
AFTER TRUNCATE ON mcp.mcp_definitions
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(1);

COMMENT ON TRIGGER mcp_definitions_emptied ON mcp.mcp_definitions IS 'For caches.';

CREATE TRIGGER mcp_versions_change
AFTER INSERT OR UPDATE OR DELETE ON mcp.mcp_versions
FOR EACH ROW
EXECUTE FUNCTION mcp._note_row_change(1, 'mcp_id');

COMMENT ON TRIGGER mcp_versions_change ON mcp.mcp_versions IS 'For caches.';

CREATE TRIGGER mcp_versions_emptied
AFTER TRUNCATE ON mcp.mcp_versions
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(1);

COMMENT ON TRIGGER mcp_versions_emptied ON mcp.mcp_versions IS 'For caches.';

CREATE TRIGGER mcp_types_change
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON mcp.mcp_types
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(1);

COMMENT ON TRIGGER mcp_types_change ON mcp.mcp_types IS 'For caches.';

CREATE TRIGGER workflow_definitions_change
AFTER INSERT OR UPDATE OR DELETE ON mcp.workflow_definitions
FOR EACH ROW
EXECUTE FUNCTION mcp._note_row_change(2, 'workflow_id');

COMMENT ON TRIGGER workflow_definitions_change ON mcp.workflow_definitions IS 'For caches.';

CREATE TRIGGER workflow_definitions_emptied
AFTER TRUNCATE ON mcp.workflow_definitions
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(2);

COMMENT ON TRIGGER workflow_definitions_emptied ON mcp.workflow_definitions IS 'For caches.';

CREATE TRIGGER workflow_versions_change
AFTER INSERT OR UPDATE OR DELETE ON mcp.workflow_versions
FOR EACH ROW
EXECUTE FUNCTION mcp._note_row_change(2, 'workflow_id');

COMMENT ON TRIGGER workflow_versions_change ON mcp.workflow_versions IS 'For caches.';

-- Of runs only what changes once they have ended: nothing here is in the way of
-- one that lives, and a run that ends was in no cache before.
CREATE TRIGGER finished_runs_change
AFTER UPDATE OR DELETE ON mcp.finished_runs
FOR EACH ROW
EXECUTE FUNCTION mcp._note_row_change(0, 'run_id');

COMMENT ON TRIGGER finished_runs_change ON mcp.finished_runs IS 'For caches.';

CREATE TRIGGER finished_runs_emptied
AFTER TRUNCATE ON mcp.finished_runs
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(0);

COMMENT ON TRIGGER finished_runs_emptied ON mcp.finished_runs IS 'For caches.';

CREATE TRIGGER step_runs_change
AFTER UPDATE OR DELETE OR TRUNCATE ON mcp.step_runs
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(0);

COMMENT ON TRIGGER step_runs_change ON mcp.step_runs IS 'For caches.';

CREATE TRIGGER step_details_change
AFTER UPDATE OR DELETE OR TRUNCATE ON mcp.step_details
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(0);

COMMENT ON TRIGGER step_details_change ON mcp.step_details IS 'For caches.';

CREATE TRIGGER run_details_change
AFTER UPDATE OR DELETE OR TRUNCATE ON mcp.run_details
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._note_table_change(0);

COMMENT ON TRIGGER run_details_change ON mcp.run_details IS 'For caches.';

-- The run that is tried again names its tries.
CREATE TRIGGER run_details_retry
AFTER INSERT ON mcp.run_details
FOR EACH ROW
WHEN (NEW.origin_run_id IS NOT NULL)
EXECUTE FUNCTION mcp._note_row_change(0, 'origin_run_id');

COMMENT ON TRIGGER run_details_retry ON mcp.run_details IS 'For caches.';

-- Asked before each answer that comes out of a cache, by many requests at once:
-- nothing but a sum over few rows while nothing has changed.
CREATE FUNCTION mcp.cache_state(known bigint DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    total       bigint;
    row_count   bigint;
BEGIN
    SELECT coalesce(bit_xor(l.salt), 0), count(*)
    INTO total, row_count
    FROM mcp.cache_labels AS l;
    IF total = known THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT concat_ws(' ', total, row_count, string_agg(t.topic || ':' || t.label, ' '))
        FROM (SELECT l.topic, bit_xor(l.salt) AS label
              FROM mcp.cache_labels AS l
              GROUP BY l.topic) AS t);
END
$$;

COMMENT ON FUNCTION mcp.cache_state(bigint) IS
'For caches of definitions and finished runs: null while nothing has changed since the state that known is of; else "known rows topic:label ...". What was read after a state was, and whose label is the same in a later state, has not changed in between. A topic without a label has label 0.';

CREATE FUNCTION mcp.cache_identity(OUT identity uuid, OUT secret text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT i.identity, encode(i.secret, 'hex')
    FROM mcp.cache_identities AS i
$$;

COMMENT ON FUNCTION mcp.cache_identity() IS
'The name of this database in shared caches, and the key that entries there are signed with, in hexadecimal.';

-- Labels stay what they are: a reader sees all the old rows or the new one.  That
-- is of no transaction, 0: were it of this one, a change that this one makes later
-- would find itself noted already.
CREATE FUNCTION mcp.fold_cache_labels()
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    folded      integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock('mcp.cache_labels'::regclass::bigint) THEN
        RETURN 0;
    END IF;
    WITH gone AS (
        DELETE FROM mcp.cache_labels AS l
        WHERE l.written_by < pg_current_xact_id()
        RETURNING l.topic, l.salt
    ), made AS (
        INSERT INTO mcp.cache_labels (topic, written_by, salt)
        SELECT g.topic, '0', bit_xor(g.salt)
        FROM gone AS g
        GROUP BY g.topic
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM made) INTO folded;
    RETURN folded;
END
$$;

COMMENT ON FUNCTION mcp.fold_cache_labels() IS
'Makes one row of the many that changes have left for each topic; how many fewer there are. Changes no label; mcp.maintain() does it, and mcpd where there are many.';

CREATE FUNCTION mcp.clear_cache()
RETURNS void
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT mcp._note_change(mcp._topic_of(kind, NULL))
    FROM generate_series(0, 2) AS kind
$$;

COMMENT ON FUNCTION mcp.clear_cache() IS
'All that any daemon has cached of definitions and runs is old once this commits. For who has changed tables in a way that no trigger sees, such as dropping a month of history by hand.';

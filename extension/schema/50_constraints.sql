-- Policies that workflows are held to when they are written.

CREATE TABLE mcp.constraints (
    name            text        PRIMARY KEY
                                CONSTRAINT constraints_name_form
                                CHECK (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(name) <= 100),
    description     text        NOT NULL DEFAULT '',
    policy          jsonb       NOT NULL,
    is_enabled      boolean     NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.constraints IS
'Policies for workflows: which kinds of MCP, how many steps, which tags. A workflow that was written before is held to them when it is changed.';
COMMENT ON COLUMN mcp.constraints.name IS 'What problems name it by.';
COMMENT ON COLUMN mcp.constraints.description IS 'Why it is there, for people.';
COMMENT ON COLUMN mcp.constraints.policy IS
'{allowed_mcp_types, prohibited_mcp_types, max_workflow_steps, required_tags_all_steps, prohibited_tags_any_step}, each optional.';
COMMENT ON COLUMN mcp.constraints.is_enabled IS 'Whether workflows are held to it now.';
COMMENT ON COLUMN mcp.constraints.created_at IS 'When it was made.';

SELECT pg_catalog.pg_extension_config_dump('mcp.constraints', '');

-- All that workflows of these steps break, the steps being MCPs by their ids in
-- list order; step_place counts from 0, and is null for the workflow as a whole.
CREATE FUNCTION mcp._constraint_violations(mcp_ids uuid[])
RETURNS TABLE (step_place integer, rule text, message text, hint text)
LANGUAGE plpgsql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Most have none, and a workflow may have thousands of steps.
    IF NOT EXISTS (SELECT FROM mcp.constraints AS c WHERE c.is_enabled) THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH enabled AS (
            SELECT c.name, c.description, c.policy
            FROM mcp.constraints AS c
            WHERE c.is_enabled
        ), steps AS (
            SELECT (s.place - 1)::integer AS place, d.slug, d.type, d.tags
            FROM unnest(mcp_ids) WITH ORDINALITY AS s (id, place)
            JOIN mcp.mcp_definitions AS d USING (id)
        ), broken AS (
            SELECT NULL::integer AS place, e.name, e.description,
                   'max_workflow_steps' AS rule,
                   format('number of steps is %s, more than the %s that constraint "%s" allows',
                          cardinality(mcp_ids), e.policy ->> 'max_workflow_steps', e.name) AS message
            FROM enabled AS e
            WHERE cardinality(mcp_ids) > (e.policy ->> 'max_workflow_steps')::integer
            UNION ALL
            SELECT s.place, e.name, e.description,
                   'allowed_mcp_types',
                   format('constraint "%s" does not allow MCPs of type "%s" such as "%s"',
                          e.name, s.type, s.slug)
            FROM enabled AS e
            CROSS JOIN steps AS s
            WHERE e.policy ? 'allowed_mcp_types'
              AND NOT (e.policy -> 'allowed_mcp_types') ? s.type
            UNION ALL
            SELECT s.place, e.name, e.description,
                   'prohibited_mcp_types',
                   format('constraint "%s" prohibits MCPs of type "%s" such as "%s"',
                          e.name, s.type, s.slug)
            FROM enabled AS e
            CROSS JOIN steps AS s
            WHERE (e.policy -> 'prohibited_mcp_types') ? s.type
            UNION ALL
            SELECT s.place, e.name, e.description,
                   'required_tags_all_steps',
                   format('constraint "%s" requires the tag "%s", which MCP "%s" lacks',
                          e.name, t.tag, s.slug)
            FROM enabled AS e
            CROSS JOIN LATERAL jsonb_array_elements_text(e.policy -> 'required_tags_all_steps') AS t (tag)
            CROSS JOIN steps AS s
            WHERE t.tag <> ALL (s.tags)
            UNION ALL
            SELECT s.place, e.name, e.description,
                   'prohibited_tags_any_step',
                   format('constraint "%s" prohibits the tag "%s", which MCP "%s" has',
                          e.name, t.tag, s.slug)
            FROM enabled AS e
            CROSS JOIN LATERAL jsonb_array_elements_text(e.policy -> 'prohibited_tags_any_step') AS t (tag)
            CROSS JOIN steps AS s
            WHERE t.tag = ANY (s.tags)
        )
        SELECT b.place, 'constraint_' || b.rule, b.message, nullif(b.description, '')
        FROM broken AS b
        ORDER BY b.place NULLS FIRST, b.name, b.rule, b.message;
END
$$;

COMMENT ON FUNCTION mcp._constraint_violations(uuid[]) IS
'What the enabled constraints have against a workflow of these MCPs, in list order; step_place counts from 0, null for the workflow as a whole.';

CREATE FUNCTION mcp.validate_constraint(policy jsonb)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'MC001', e.keyword, e.instance_path, e.message, NULL::text
    FROM mcp.json_schema_errors(
        '{
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {
                "words": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "minItems": 1,
                    "uniqueItems": true
                }
            },
            "properties": {
                "allowed_mcp_types": {"$ref": "#/$defs/words"},
                "prohibited_mcp_types": {"$ref": "#/$defs/words"},
                "max_workflow_steps": {"type": "integer", "minimum": 0, "maximum": 10000},
                "required_tags_all_steps": {"$ref": "#/$defs/words"},
                "prohibited_tags_any_step": {"$ref": "#/$defs/words"}
            },
            "minProperties": 1,
            "additionalProperties": false
        }',
        policy) AS e
    UNION ALL
    SELECT 'MC002', 'unknown_type', format('$.%s', k.key),
           format('kind of MCP %s does not exist', quote_ident(w.word)),
           'mcp.list_mcp_types() shows those there are.'
    FROM unnest(ARRAY['allowed_mcp_types', 'prohibited_mcp_types']) AS k (key)
    CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(policy -> k.key)
            WHEN 'array' THEN policy -> k.key
            ELSE '[]'
        END) AS w (word)
    WHERE NOT EXISTS (
        SELECT FROM mcp.mcp_types AS t
        WHERE t.type = w.word)
$$;

COMMENT ON FUNCTION mcp.validate_constraint(jsonb) IS
'All that is wrong with a policy for mcp.create_constraint, one problem to a row; no row, no problem.';

CREATE FUNCTION mcp._check_policy(policy jsonb)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problem     record;
BEGIN
    IF policy IS NULL THEN
        RAISE EXCEPTION 'policy must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    SELECT p.*, count(*) OVER () AS problems
    INTO problem
    FROM mcp.validate_constraint(policy) AS p
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', problem.message
            USING ERRCODE = problem.sqlstate,
                  CONSTRAINT = problem.rule,
                  COLUMN = problem.path,
                  DETAIL = format('The problem is at %s; it is the first of %s.',
                                  problem.path, problem.problems),
                  HINT = coalesce(problem.hint, 'mcp.validate_constraint() lists all problems.');
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_policy(jsonb) IS
'Raises the first problem of mcp.validate_constraint.';

CREATE FUNCTION mcp.create_constraint(
    name            text,
    policy          jsonb,
    description     text    DEFAULT '')
RETURNS mcp.constraints
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made        mcp.constraints;
BEGIN
    PERFORM mcp._check_policy(policy);
    INSERT INTO mcp.constraints AS c (name, policy, description)
    VALUES (create_constraint.name, create_constraint.policy,
            coalesce(create_constraint.description, ''))
    ON CONFLICT ON CONSTRAINT constraints_pkey DO NOTHING
    RETURNING c.* INTO made;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'constraint "%" already exists', create_constraint.name
            USING ERRCODE = 'unique_violation';
    END IF;
    PERFORM mcp._audit('create', 'constraint', made.name, made.name, NULL, to_jsonb(made));
    RETURN made;
EXCEPTION
    WHEN check_violation OR not_null_violation THEN
        RAISE EXCEPTION 'invalid name of a constraint: %',
                        coalesce(quote_literal(left(create_constraint.name, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Use small letters and digits in groups joined by single hyphens.';
END
$$;

COMMENT ON FUNCTION mcp.create_constraint(text, jsonb, text) IS
'Makes a policy that workflows are held to from now on: {allowed_mcp_types, prohibited_mcp_types, max_workflow_steps, required_tags_all_steps, prohibited_tags_any_step}. Raises MC001 or MC002 for a wrong policy, unique_violation where the name exists.';

CREATE FUNCTION mcp.update_constraint(
    name            text,
    policy          jsonb   DEFAULT NULL,
    description     text    DEFAULT NULL,
    is_enabled      boolean DEFAULT NULL)
RETURNS mcp.constraints
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before      mcp.constraints;
    after       mcp.constraints;
BEGIN
    SELECT c.*
    INTO before
    FROM mcp.constraints AS c
    WHERE c.name = update_constraint.name
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'constraint % does not exist',
                        coalesce(quote_literal(left(update_constraint.name, 100)), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    IF policy IS NOT NULL THEN
        PERFORM mcp._check_policy(policy);
    END IF;
    UPDATE mcp.constraints AS c
    SET policy = coalesce(update_constraint.policy, c.policy),
        description = coalesce(update_constraint.description, c.description),
        is_enabled = coalesce(update_constraint.is_enabled, c.is_enabled)
    WHERE c.name = update_constraint.name
    RETURNING c.* INTO after;
    PERFORM mcp._audit('update', 'constraint', after.name, after.name,
                       to_jsonb(before), to_jsonb(after));
    RETURN after;
END
$$;

COMMENT ON FUNCTION mcp.update_constraint(text, jsonb, text, boolean) IS
'Changes what is given of a constraint; what is null stays. Raises MC020 for an unknown one.';

CREATE FUNCTION mcp.drop_constraint(name text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    dropped     mcp.constraints;
BEGIN
    DELETE FROM mcp.constraints AS c
    WHERE c.name = drop_constraint.name
    RETURNING c.* INTO dropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'constraint % does not exist',
                        coalesce(quote_literal(left(drop_constraint.name, 100)), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    PERFORM mcp._audit('delete', 'constraint', dropped.name, dropped.name, to_jsonb(dropped), NULL);
END
$$;

COMMENT ON FUNCTION mcp.drop_constraint(text) IS
'Removes a constraint. Raises MC020 for an unknown one.';

CREATE FUNCTION mcp.list_constraints()
RETURNS SETOF mcp.constraints
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.*
    FROM mcp.constraints AS c
    ORDER BY c.name
$$;

COMMENT ON FUNCTION mcp.list_constraints() IS
'The policies that workflows are held to: {name, description, policy, is_enabled, created_at}.';

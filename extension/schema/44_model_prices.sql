-- What the tokens of language models cost, as a DBA knows it.

CREATE TABLE mcp.model_prices (
    model           text        COLLATE "C" PRIMARY KEY
                                CONSTRAINT model_prices_model_named
                                CHECK (model <> ''),
    input_price     numeric     NOT NULL
                                CONSTRAINT model_prices_input_price_positive
                                CHECK (input_price >= 0),
    output_price    numeric     NOT NULL
                                CONSTRAINT model_prices_output_price_positive
                                CHECK (output_price >= 0),
    currency        text        NOT NULL DEFAULT 'USD',
    updated_at      timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.model_prices IS
'Prices of language models per million tokens. Empty until a DBA fills it in: prices change, and nobody tells us.';
COMMENT ON COLUMN mcp.model_prices.model IS 'A model''s name or how the names of its versions begin; the longest one that fits counts.';
COMMENT ON COLUMN mcp.model_prices.input_price IS 'Of a million tokens that are sent.';
COMMENT ON COLUMN mcp.model_prices.output_price IS 'Of a million tokens that are answered.';
COMMENT ON COLUMN mcp.model_prices.currency IS 'In which the prices are.';
COMMENT ON COLUMN mcp.model_prices.updated_at IS 'When they were set.';

SELECT pg_catalog.pg_extension_config_dump('mcp.model_prices', '');

CREATE FUNCTION mcp.set_model_price(model text, input_price numeric, output_price numeric, currency text DEFAULT 'USD')
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before      jsonb;
    after       jsonb;
BEGIN
    IF model IS NULL OR model = '' OR currency IS NULL
       OR input_price IS NULL OR output_price IS NULL
       OR NOT (input_price >= 0 AND output_price >= 0 AND input_price < 'Infinity' AND output_price < 'Infinity') THEN
        RAISE EXCEPTION 'invalid price of model %', coalesce(quote_literal(left(model, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a model and two prices per million tokens that are not negative.';
    END IF;
    SELECT to_jsonb(p) - 'updated_at'
    INTO before
    FROM mcp.model_prices AS p
    WHERE p.model = set_model_price.model;
    INSERT INTO mcp.model_prices AS p (model, input_price, output_price, currency)
    VALUES (set_model_price.model, set_model_price.input_price,
            set_model_price.output_price, set_model_price.currency)
    ON CONFLICT ON CONSTRAINT model_prices_pkey DO UPDATE
    SET input_price = excluded.input_price,
        output_price = excluded.output_price,
        currency = excluded.currency,
        updated_at = now()
    RETURNING to_jsonb(p) - 'updated_at' INTO after;
    PERFORM mcp._audit('update', 'model_price', model, model, before, after);
END
$$;

COMMENT ON FUNCTION mcp.set_model_price(text, numeric, numeric, text) IS
'Sets what a million tokens of a model cost, sent and answered. model may be how names begin: claude-sonnet stands for all its versions. Attempts that are recorded from then on carry their cost. Example: SELECT mcp.set_model_price(''claude-sonnet'', 3, 15).';

CREATE FUNCTION mcp.drop_model_price(model text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before      jsonb;
BEGIN
    DELETE FROM mcp.model_prices AS p
    WHERE p.model = drop_model_price.model
    RETURNING to_jsonb(p) - 'updated_at' INTO before;
    IF before IS NULL THEN
        RAISE EXCEPTION 'model % has no price', coalesce(quote_literal(left(model, 100)), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    PERFORM mcp._audit('delete', 'model_price', model, model, before, NULL);
END
$$;

COMMENT ON FUNCTION mcp.drop_model_price(text) IS
'Forgets the price of a model. Raises MC020 where it has none.';

CREATE FUNCTION mcp.list_model_prices()
RETURNS SETOF mcp.model_prices
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.*
    FROM mcp.model_prices AS p
    ORDER BY p.model
$$;

COMMENT ON FUNCTION mcp.list_model_prices() IS
'The prices of language models, per million tokens.';

-- Each says its cost itself, or sums by currency.  What workers report need not be
-- numbers: what is none counts nothing.
CREATE FUNCTION mcp._add_usages(usages jsonb[])
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
               'input_tokens', coalesce(sum((u.usage ->> 'input_tokens')::numeric)
                   FILTER (WHERE jsonb_typeof(u.usage -> 'input_tokens') = 'number'), 0),
               'output_tokens', coalesce(sum((u.usage ->> 'output_tokens')::numeric)
                   FILTER (WHERE jsonb_typeof(u.usage -> 'output_tokens') = 'number'), 0),
               'costs', coalesce(
                   (SELECT jsonb_object_agg(s.currency, s.cost)
                    FROM (SELECT c.currency, trim_scale(sum((c.cost #>> '{}')::numeric)) AS cost
                          FROM (SELECT p.usage ->> 'currency' AS currency, p.usage -> 'cost' AS cost
                                FROM unnest(usages) AS p (usage)
                                UNION ALL
                                SELECT e.key, e.value
                                FROM unnest(usages) AS p (usage)
                                CROSS JOIN LATERAL jsonb_each(
                                    CASE jsonb_typeof(p.usage -> 'costs')
                                        WHEN 'object' THEN p.usage -> 'costs'
                                    END) AS e) AS c
                          WHERE c.currency IS NOT NULL
                            AND jsonb_typeof(c.cost) = 'number'
                          GROUP BY c.currency) AS s), '{}'))
    FROM unnest(usages) AS u (usage)
$$;

COMMENT ON FUNCTION mcp._add_usages(jsonb[]) IS
'The sum of usages: {input_tokens, output_tokens, costs: {currency: sum}}.';

CREATE FUNCTION mcp.price_usage(model text, usage jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT o.usage
        || CASE
               WHEN o.usage ? 'tools'
               THEN jsonb_build_object('total', mcp._add_usages(ARRAY[o.usage, o.usage -> 'tools']))
               ELSE '{}'
           END
    FROM (SELECT usage
                 || jsonb_build_object('model', price_usage.model)
                 || coalesce(
                     (SELECT jsonb_build_object(
                                 'cost', trim_scale(round(
                                     (coalesce((usage ->> 'input_tokens')::numeric, 0) * p.input_price
                                      + coalesce((usage ->> 'output_tokens')::numeric, 0) * p.output_price)
                                     / 1000000, 9)),
                                 'currency', p.currency)
                      FROM mcp.model_prices AS p
                      WHERE starts_with(price_usage.model, p.model)
                      ORDER BY length(p.model) DESC
                      LIMIT 1),
                     '{}')) AS o (usage)
$$;

COMMENT ON FUNCTION mcp.price_usage(text, jsonb) IS
'Adds to {input_tokens, output_tokens} the model and, where its price is known, cost and currency; and total, the sum with tools, where the usage has that of tools: {input_tokens, output_tokens, costs: {currency: sum}}.';

-- An answer that is to be JSON, as an assistant's can be.
UPDATE mcp.mcp_types AS t
SET config_schema = jsonb_set(
        t.config_schema, '{properties,response_format}', '{"type": ["object", "null"]}')
WHERE t.type = 'llm_prompt';

-- The table and the role of the queries among the examples.
--
-- A query runs as the role that its config names, never as mcpd's own, and mcpd's
-- has to be a member of it.  For a superuser, and any number of times: `make up`
-- does it for its own database; elsewhere it is psql -f examples/shop.sql.

CREATE SCHEMA IF NOT EXISTS shop;

CREATE TABLE IF NOT EXISTS shop.orders (
    order_id    bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    customer    text        NOT NULL,
    item        text        NOT NULL,
    quantity    integer     NOT NULL CHECK (quantity > 0),
    ordered_at  timestamptz NOT NULL DEFAULT now()
);

DO $$
BEGIN
    IF to_regrole('shop_clerk') IS NULL THEN
        CREATE ROLE shop_clerk NOLOGIN;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA shop TO shop_clerk;
GRANT SELECT, INSERT ON shop.orders TO shop_clerk;
GRANT shop_clerk TO mcpd;

-- What every list has in common.

CREATE FUNCTION mcp._check_page(skip integer, max_rows integer)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF skip IS NULL OR skip < 0 THEN
        RAISE EXCEPTION 'skip must be 0 or more, not %', coalesce(skip::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF max_rows IS NULL OR max_rows NOT BETWEEN 1 AND 10000 THEN
        RAISE EXCEPTION 'max_rows must be 1 to 10000, not %', coalesce(max_rows::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_page(integer, integer) IS
'Raises invalid_parameter_value unless skip and max_rows are a page.';

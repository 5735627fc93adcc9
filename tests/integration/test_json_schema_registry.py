"""mcp.json_schemas from several sessions: no backend keeps what has changed."""

import json

import psycopg2
import psycopg2.errorcodes
import pytest

URI = "https://example.com/limit"
SCHEMA = json.dumps({"$ref": URI})


@pytest.fixture
def sessions(database):
    pair = [database.connect(), database.connect()]
    register(pair[0], 10)
    yield pair
    for connection in pair:
        connection.close()


def value(connection, sql, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments or None)
        return cursor.fetchone()[0]


def register(connection, maximum):
    value(
        connection,
        "SELECT mcp.register_json_schema(%s, %s)",
        URI,
        json.dumps({"maximum": maximum}),
    )


def is_valid(connection, number):
    return value(
        connection,
        "SELECT mcp.json_schema_is_valid(%s, %s)",
        SCHEMA,
        json.dumps(number),
    )


def test_a_change_is_seen_by_a_session_that_has_compiled_it(sessions):
    reader, writer = sessions
    assert is_valid(reader, 15) is False
    register(writer, 20)
    assert is_valid(reader, 15) is True
    value(writer, "SELECT mcp.drop_json_schema(%s)", URI)
    with pytest.raises(psycopg2.Error) as refused:
        is_valid(reader, 15)
    assert refused.value.pgcode == "MC002"


def test_what_is_not_committed_stays_with_its_session(sessions):
    reader, writer = sessions
    with writer.cursor() as cursor:
        cursor.execute("BEGIN")
        register(writer, 20)
        assert is_valid(writer, 15) is True
        assert is_valid(reader, 15) is False
        cursor.execute("ROLLBACK")
    assert is_valid(writer, 15) is False
    assert is_valid(reader, 15) is False


def test_an_old_snapshot_leaves_nothing_stale_behind(sessions):
    reader, writer = sessions
    with reader.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM mcp.json_schemas")
        register(writer, 20)
        # Once to take the message in, once to compile after it.
        is_valid(reader, 15)
        is_valid(reader, 15)
        cursor.execute("COMMIT")
    assert is_valid(reader, 15) is True


PARALLEL_COUNT = (
    "SELECT count(*) FROM numbers"
    " WHERE mcp.json_schema_is_valid(%s, to_jsonb(i))"
)


@pytest.fixture
def parallel_reader(sessions):
    """A session whose PARALLEL_COUNT runs in parallel mode."""
    reader = sessions[0]
    with reader.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS numbers AS"
            " SELECT i FROM generate_series(1, 10000) AS i;"
            "ANALYZE numbers;"
            "SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;"
            "SET min_parallel_table_scan_size = 0"
        )
        cursor.execute("EXPLAIN " + PARALLEL_COUNT, (SCHEMA,))
        plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Parallel Seq Scan" in plan
    return reader


def test_parallel_workers_follow_references(parallel_reader, sessions):
    assert value(parallel_reader, PARALLEL_COUNT, SCHEMA) == 10
    register(sessions[1], 20)
    assert value(parallel_reader, PARALLEL_COUNT, SCHEMA) == 20
    assert is_valid(parallel_reader, 15) is True


def test_nor_does_a_parallel_query_with_an_old_snapshot(
    parallel_reader, sessions
):
    with parallel_reader.cursor() as cursor:
        # No worker to be had: the leader itself compiles, in parallel mode.
        cursor.execute("SET max_parallel_workers = 0")
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        assert value(parallel_reader, PARALLEL_COUNT, SCHEMA) == 10
        register(sessions[1], 20)
        value(parallel_reader, PARALLEL_COUNT, SCHEMA)
        value(parallel_reader, PARALLEL_COUNT, SCHEMA)
        cursor.execute("COMMIT")
    assert is_valid(parallel_reader, 15) is True


def test_a_viewer_may_refer_to_what_he_may_not_read(database, sessions):
    _, writer = sessions
    with writer.cursor() as cursor:
        cursor.execute("CREATE ROLE json_schema_viewer")
        try:
            cursor.execute(
                "SELECT mcp.grant_role('json_schema_viewer', 'viewer')"
            )
            cursor.execute("SET ROLE json_schema_viewer")
            assert is_valid(writer, 5) is True
            assert is_valid(writer, 15) is False
            for forbidden in (
                "SELECT count(*) FROM mcp.json_schemas",
                "SELECT mcp.register_json_schema('x:y', 'true')",
                "SELECT mcp.drop_json_schema('x:y')",
            ):
                with pytest.raises(psycopg2.Error) as refused:
                    cursor.execute(forbidden)
                assert (
                    refused.value.pgcode
                    == psycopg2.errorcodes.INSUFFICIENT_PRIVILEGE
                )
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP OWNED BY json_schema_viewer")
            cursor.execute("DROP ROLE json_schema_viewer")

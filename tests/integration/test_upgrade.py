"""From version 1.0 to this one: by ALTER EXTENSION, with runs under way."""

import psycopg2
import psycopg2.errorcodes
import pytest
from catalog import find_differences, read_catalog
from sample import drop_roles, grant, make_old_sample
from sql_worker import success

OLD = "1.0"


@pytest.fixture(scope="module")
def roles(server):
    """Those that both databases grant to: the last to go."""
    yield
    drop_roles(server)


@pytest.fixture(scope="module")
def fresh(server, roles):
    """A database whose extension was created as what it is now."""
    database = server.create_empty("fresh")
    database.query("CREATE EXTENSION mcp")
    grant(database)
    yield database
    server.drop("fresh")


@pytest.fixture(scope="module")
def sample(server, roles):
    """A database that had 1.0, with users' rows, and was upgraded under them."""
    made = make_old_sample(server, "upgraded", OLD)
    made.database.query("ALTER EXTENSION mcp UPDATE")
    yield made
    server.drop("upgraded")
    server.drop(made.source.name)


def test_an_upgraded_extension_is_a_fresh_one(fresh, sample):
    made = read_catalog(fresh)
    assert len([key for key in made if key[0] == "function"]) > 50
    differences = find_differences(made, read_catalog(sample.database), "fresh", "upgraded")
    assert not differences, "\n".join(differences)


def test_the_version_is_the_library_s(sample):
    health = sample.call("health")
    assert health["extension_version"] == health["library_version"] != OLD


def test_runs_that_ended_read_as_before(sample):
    for run in (sample.finished, sample.recorded, sample.ready):
        before = sample.source.value("SELECT mcp.get_run(%s)", run)
        assert sample.call("get_run", run) == before


def test_a_run_under_way_ends_with_its_worker_s_result(sample):
    answer = sample.worker.turn(success(sample.held, {"text": "three"}))
    assert answer["refused"] == []
    assert answer["finished"] == [{"run_id": sample.live, "status": "SUCCESS"}]
    run = sample.call("get_run", sample.live)
    assert [s["outputs_generated"] for s in run["step_results"]] == [{"text": "two"}, {"text": "three"}]


def test_a_run_that_waited_is_handed_out(sample):
    tasks = {task["run_id"]: task for task in sample.worker.take(room=10)}
    assert tasks[sample.ready]["inputs"] == {"text": "ready"}


def test_roles_may_call_what_their_level_may_now(fresh, sample):
    query = """
        SELECT r.rolname, p.oid::regprocedure::text
        FROM pg_roles AS r
        CROSS JOIN pg_proc AS p
        WHERE r.rolname LIKE 'mcp\\_sample\\_%'
          AND p.pronamespace = 'mcp'::regnamespace
          AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"""
    allowed = set(fresh.query(query))
    assert len({role for role, _ in allowed}) == 5
    assert set(sample.database.query(query)) == allowed


def refusal(database, statement, connection=None):
    """The error of a statement, which must raise one."""
    session = connection or database.connect()
    try:
        with session.cursor() as cursor, pytest.raises(psycopg2.Error) as caught:
            cursor.execute(statement)
        return caught.value
    finally:
        if connection is None:
            session.close()


NOT_BEFORE_THE_UPDATE = [
    "SELECT mcp.create_mcp('{\"name\": \"New\", \"type\": \"llm_prompt\", \"config\": {\"template\": \"x\"}}')",
    "SELECT mcp.get_mcp('echo')",
    "SELECT mcp.update_mcp('echo', '{\"description\": \"new\"}')",
    "SELECT mcp.add_mcp_version('echo', '{\"version_str\": \"9.0.0\", \"config\": {}}')",
    "SELECT mcp.create_workflow('{\"name\": \"New\", \"steps\": []}')",
    "SELECT mcp.update_workflow('chain', '{\"description\": \"new\"}')",
    "SELECT mcp.start_run('chain')",
    "SELECT mcp.cancel_run('00000000-0000-7000-8000-000000000000')",
    "SELECT mcp.register_worker('w')",
    "SELECT mcp.worker_turn('w', 1)",
]


@pytest.fixture(scope="module")
def old(server, roles):
    """A database whose library is this one, and whose script is still the old one."""
    made = make_old_sample(server, "not_upgraded", OLD)
    yield made.database
    server.drop("not_upgraded")
    server.drop(made.source.name)


@pytest.mark.parametrize("statement", NOT_BEFORE_THE_UPDATE)
def test_an_old_script_says_that_it_wants_the_update(old, statement):
    error = refusal(old, statement)
    assert error.pgcode == psycopg2.errorcodes.OBJECT_NOT_IN_PREREQUISITE_STATE
    assert f'at version "{OLD}"' in error.diag.message_primary
    assert "ALTER EXTENSION mcp UPDATE" in error.diag.message_hint


def test_an_old_script_still_tells_both_versions(old):
    health = old.value("SELECT mcp.health()")
    assert (health["extension_version"], health["library_version"]) == (OLD, new_version(old))
    assert old.value("SELECT count(*) FROM mcp.list_mcps()") > 0
    assert old.value("SELECT mcp.json_schema_is_valid('true', '1')")


def test_a_session_goes_on_when_another_has_updated(old):
    session = old.connect()
    refusal(old, "SELECT mcp.get_mcp('echo')", session)
    old.query("ALTER EXTENSION mcp UPDATE")
    with session.cursor() as cursor:
        cursor.execute("SELECT mcp.get_mcp('echo') ->> 'slug'")
        assert cursor.fetchone() == ("echo",)
    session.close()


def new_version(database):
    return database.value(
        "SELECT default_version FROM pg_available_extensions WHERE name = 'mcp'"
    )

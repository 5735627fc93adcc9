"""From version 1.0 to this one: by ALTER EXTENSION, with runs under way."""

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

"""mcpd behind PgBouncer in transaction mode: everything but what needs a session."""

import concurrent.futures
import json
import time

import pytest
from definitions import CONCAT, ECHO, Workbench, join_workflow, step, unique
from mcpctl import Mcpctl
from mcpd import Api
from pooler import PROGRAM, Pooler
from sql_worker import SqlWorker, success
from waiting import wait_for

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")

SLEEPER = "import time\ntime.sleep(600)\n"


@pytest.fixture(scope="module")
def pooler(database):
    pooler = Pooler(database).start()
    yield pooler
    pooler.clean()


@pytest.fixture(scope="module")
def mcpd(make_mcpd, pooler):
    """It ends before the pooler does, for its good-bye goes through it."""
    daemon = make_mcpd(DATABASE_URL=pooler.url).start()
    yield daemon
    daemon.stop()


def worker_mcp(database, queue=None):
    """The id of an MCP that only a worker of the test's own does."""
    config = {"queue": queue} if queue else {}
    return database.value(
        "SELECT mcp.create_mcp(%s) ->> 'id'",
        json.dumps({"name": unique("by-hand"), "type": "worker", "config": config}),
    )


def test_many_requests_and_runs_share_few_connections(api, bench, database):
    flow = bench.workflow(
        join_workflow("join", bench.script(ECHO), bench.script(CONCAT))["steps"]
    )

    def run(number):
        local = Workbench(Api(api.url, api.session.headers["X-API-Key"]))
        return local.run(flow, {"initial_message": f"m{number}"})

    with concurrent.futures.ThreadPoolExecutor(12) as threads:
        runs = list(threads.map(run, range(36)))
    assert {one["status"] for one in runs} == {"SUCCESS"}
    assert sorted(one["final_outputs"]["concatenated_string"] for one in runs) == sorted(
        f"m{number}-suffix-from-static" for number in range(36)
    )
    assert database.value("SELECT count(*) FROM mcp.live_runs") == 0


def test_nothing_is_left_in_the_sessions_of_others(mcpd, api, pooler, database):
    api.get("/context")
    ctl = Mcpctl(mcpd.url, mcpd.key, pooler.url, mcpd.folder)
    for _ in range(3):
        ctl("--direct", "list", "mcps")
    ctl("--direct", "get", "mcp", "no-such-one", code=None)
    sessions = (
        "SELECT (SELECT count(*) FROM pg_prepared_statements),"
        " current_setting('search_path'), current_setting('statement_timeout'),"
        " current_user::text, (SELECT count(*) FROM pg_listening_channels())"
    )
    for _ in range(12):
        assert pooler.ask(sessions) == [(0, '"$user", public', "0", "mcpd", 0)]
    assert database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
    assert not database.value("SELECT bool_or(has_session) FROM mcp.workers")
    assert mcpd.log().count("a pooler stands before the database") == 1


def test_a_start_that_nobody_can_tell_of_is_found(api, bench, database):
    mcp = bench.script(ECHO)
    run = database.value("SELECT mcp.start_mcp(%s, %s)", mcp, '{"input_string": "x"}')
    wait_for(
        lambda: bench.get_run(run)["status"] == "SUCCESS", "it to be found", seconds=10
    )


def test_who_waits_hears_of_an_end_that_another_worker_brought(api, database):
    mcp = worker_mcp(database, queue="by_hand")
    worker = SqlWorker(database, "by-hand")
    worker.renew()
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        answer = threads.submit(api.post, f"/context/{mcp}/execute", {"n": 1})

        def claim():
            return database.value(
                "SELECT mcp.worker_turn(%s, %s, '[]', '{\"by_hand\": 1}')",
                worker.name,
                worker.epoch,
            )["tasks"]

        task = wait_for(claim, "the task")[0]
        worker.turn(success(task, {"done": True}))
        found = answer.result(timeout=20)
    assert found.status_code == 200
    assert found.json()["result"] == {"done": True}
    database.query("SELECT mcp.retire_worker(%s, %s)", worker.name, worker.epoch)


def test_a_run_that_is_cancelled_elsewhere_stops_its_script(mcpd, api, bench, database):
    flow = bench.workflow([step("s", bench.script(SLEEPER))])
    run = bench.start(flow)
    wait_for(
        lambda: [one["status"] for one in bench.get_run(run)["step_results"]] == ["RUNNING"],
        "it to run",
    )
    database.query("SELECT mcp.cancel_run(%s)", run)
    wait_for(
        lambda: any(
            run in line and "refused" in line and "gone" in line
            for line in mcpd.log().splitlines()
        ),
        "the daemon to be told",
        seconds=10,
    )


def test_a_caller_has_his_role_for_his_request_alone(api, mcpd):
    made = api.post("/auth/keys", {"name": unique("reader"), "level": "viewer"})
    assert made.status_code == 201, made.text
    reader = Api(mcpd.url, made.json()["key"])
    for _ in range(8):
        assert reader.get("/context").status_code == 200
        assert reader.post("/context", {"name": "no"}).status_code == 403
        assert api.get("/context").status_code == 200


def test_a_query_that_takes_too_long_is_stopped_and_nobody_elses(api, bench, database):
    database.query("CREATE ROLE pooled_clerk; GRANT pooled_clerk TO mcpd")
    try:
        made = api.post(
            "/context",
            {
                "name": unique("slow"),
                "type": "sql",
                "config": {"query": "SELECT pg_sleep(600)", "role": "pooled_clerk", "timeout": 1},
            },
        )
        assert made.status_code == 201, made.text
        begun = time.monotonic()
        answer = bench.call(made.json()["id"])
        assert not answer["success"]
        assert "too long" in answer["error"]
        assert time.monotonic() - begun < 20
    finally:
        database.query("DROP OWNED BY pooled_clerk; DROP ROLE pooled_clerk")


def test_it_outlives_its_pooler(api, bench, database, pooler):
    mcp = bench.script(ECHO)
    pooler.stop()
    wait_for(lambda: api.get("/context").status_code == 503, "the database to be away")
    run = database.value("SELECT mcp.start_mcp(%s, %s)", mcp, '{"input_string": "x"}')
    pooler.start()
    wait_for(lambda: api.get("/context").status_code == 200, "it to be back")
    wait_for(lambda: bench.get_run(run)["status"] == "SUCCESS", "the run to end")

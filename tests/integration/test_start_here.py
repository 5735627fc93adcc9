"""A run that is waited for is started and claimed by one transaction of the worker here."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from definitions import ECHO, static, step, unique
from gates import is_running, open_gate, write_script
from mcpd import Api
from test_mcps import assert_problem
from waiting import wait_for


@pytest.fixture(scope="module")
def echo(bench):
    return bench.script(ECHO)


@pytest.fixture(scope="module")
def flow(bench, echo):
    return bench.workflow([step("s1", echo, input_string=static("x"))])


@pytest.fixture(scope="module")
def seen(database):
    """Which transactions wrote the row of which live run."""
    database.query("CREATE TABLE public.seen (run_id uuid, verb text, xid xid8)")
    database.query(
        """CREATE FUNCTION public.see() RETURNS trigger
           LANGUAGE plpgsql SECURITY DEFINER AS $$
           BEGIN
               INSERT INTO public.seen VALUES (new.run_id, TG_OP, pg_current_xact_id());
               RETURN NULL;
           END $$"""
    )
    database.query(
        "CREATE TRIGGER see AFTER INSERT OR UPDATE ON mcp.live_runs"
        " FOR EACH ROW EXECUTE FUNCTION public.see()"
    )
    yield
    database.query("DROP TRIGGER see ON mcp.live_runs")


def is_one(database, run):
    """Whether the transaction that made the run also gave out its step."""
    return database.value(
        "SELECT count(DISTINCT s.xid) = 1 AND count(*) > 1 FROM public.seen AS s"
        " WHERE s.run_id = %s",
        run,
    )


def test_who_waits_has_his_run_started_and_claimed_at_once(bench, database, flow, seen):
    # The worker may be busy with a turn at one moment, but not each time.
    runs = [bench.run(flow) for _ in range(5)]
    assert {run["status"] for run in runs} == {"SUCCESS"}
    assert any(is_one(database, run["run_id"]) for run in runs)


def test_one_mcp_too(bench, database, echo, seen):
    database.query("TRUNCATE public.seen")
    for _ in range(5):
        assert bench.call(echo, {"input_string": "y"})["success"]
    assert database.value(
        "SELECT bool_or(one) FROM (SELECT count(DISTINCT xid) = 1 AND count(*) > 1 AS one"
        " FROM public.seen GROUP BY run_id) AS s"
    )


def test_who_does_not_wait_starts_it_alone(bench, database, flow, seen):
    runs = [bench.start(flow) for _ in range(3)]
    for run in runs:
        wait_for(lambda run=run: bench.get_run(run)["status"] == "SUCCESS", "the run's end")
    assert not any(is_one(database, run) for run in runs)


def test_rights_are_those_of_the_caller(mcpd, database, flow, echo):
    made = database.value("SELECT mcp.create_api_key(%s, level => 'viewer')", unique("key"))
    viewer = Api(mcpd.url, made["key"])
    for path in (f"/workflows/{flow}/execute", f"/context/{echo}/execute"):
        waited = viewer.post(path, {})
        alone = viewer.post(path, {}, headers={"Idempotency-Key": uuid.uuid4().hex})
        assert_problem(waited, 403)
        assert waited.json()["detail"] == alone.json()["detail"]


def test_a_start_that_fails_leaves_what_runs_alone(bench, api, mcpd):
    gate = os.path.join(mcpd.scripts, uuid.uuid4().hex)
    gated = bench.script(None, script_path=write_script(mcpd))
    flow = bench.workflow([step("s1", gated, gate=static(gate))])
    with ThreadPoolExecutor() as pool:
        run = pool.submit(bench.run, flow)
        wait_for(lambda: is_running(gate), "the step")
        for _ in range(5):
            assert_problem(api.post(f"/workflows/{uuid.uuid4()}/execute", {}), 404)
        open_gate(gate)
        assert run.result()["status"] == "SUCCESS"
        [result] = run.result()["step_results"]
        assert result.get("attempt", 1) == 1


def test_a_start_that_waits_for_a_lock_goes_on_without_the_worker(bench, database, flow):
    waiters = set()

    def two_waited():
        waiters.update(
            database.query("SELECT pid FROM pg_locks WHERE NOT granted AND database IS NOT NULL")
        )
        return len(waiters) > 1

    connection = database.connect()
    try:
        with ThreadPoolExecutor() as pool, connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE mcp.live_runs IN SHARE MODE")
            waiting = pool.submit(bench.run, flow)
            try:
                wait_for(two_waited, "the start on another connection")
            finally:
                cursor.execute("ROLLBACK")
            assert waiting.result()["status"] == "SUCCESS"
    finally:
        connection.close()

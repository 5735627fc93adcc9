"""What survives: mcpd killed in the middle of runs, PostgreSQL restarted."""

import os
import uuid

import pytest
from definitions import ECHO, Workbench, output_of, static, step
from gates import is_running, open_gate, write_script
from mcpd import Api
from test_runs import wait_for_end
from waiting import wait_for


@pytest.fixture(autouse=True)
def running(mcpd):
    """What one test left dead is no reason for the next to fail."""
    if mcpd.process is None:
        mcpd.start()


@pytest.fixture
def gate(mcpd):
    path = os.path.join(mcpd.scripts, uuid.uuid4().hex)
    yield path
    open_gate(path)


@pytest.fixture(scope="module")
def flow(bench, mcpd):
    """A step, one that waits at a gate, and one after it."""
    echo = bench.script(ECHO)
    gated = bench.script(None, script_path=write_script(mcpd))

    def make(gate):
        return bench.workflow(
            [
                step("before", echo, input_string=static("kept")),
                step("at", gated, gate=static(gate)),
                step("after", echo, input_string=output_of("before", "output_string")),
            ]
        )

    return make


def statuses(run):
    return {one["step_id"]: one["status"] for one in run["step_results"]}


def test_a_killed_daemon_loses_nothing_that_was_finished(mcpd, bench, flow, gate, database):
    run_id = bench.start(flow(gate))
    wait_for(lambda: is_running(gate), "the second step to begin")
    mcpd.kill()

    run = database.value("SELECT mcp.get_run(%s)", run_id)
    assert run["status"] == "RUNNING"
    assert statuses(run)["before"] == "SUCCESS"
    assert statuses(run).get("at") != "SUCCESS"

    open_gate(gate)
    mcpd.start()
    run = wait_for_end(bench, run_id)
    assert run["status"] == "SUCCESS", run
    assert run["final_outputs"] == {"output_string": "kept"}
    done = [one for one in run["step_results"] if one["status"] == "SUCCESS"]
    assert [one["step_id"] for one in done] == ["before", "at", "after"]
    assert next(one for one in done if one["step_id"] == "before")["attempt"] == 1


def test_another_daemon_takes_over(mcpd, make_mcpd, bench, flow, gate):
    run_id = bench.start(flow(gate))
    wait_for(lambda: is_running(gate), "the second step to begin")
    other = make_mcpd(MCP_SCRIPTS_DIR=mcpd.scripts).start()
    mcpd.kill()
    try:
        open_gate(gate)
        there = Workbench(Api(other.url, other.key))
        assert wait_for_end(there, run_id)["status"] == "SUCCESS"
    finally:
        other.stop()
        mcpd.start()


def test_a_stopped_daemon_gives_its_work_back(mcpd, bench, flow, gate):
    run_id = bench.start(flow(gate))
    wait_for(lambda: is_running(gate), "the second step to begin")
    mcpd.stop()
    open_gate(gate)
    mcpd.start()
    assert wait_for_end(bench, run_id)["status"] == "SUCCESS"


def test_a_database_restart_in_the_middle_of_a_run(server, mcpd, bench, flow, gate):
    run_id = bench.start(flow(gate))
    wait_for(lambda: is_running(gate), "the second step to begin")
    server.stop()
    open_gate(gate)
    server.start()
    wait_for(
        lambda: bench.api.get(f"/workflows/runs/{run_id}").status_code == 200,
        "the database to be back",
    )
    run = wait_for_end(bench, run_id)
    assert run["status"] == "SUCCESS", run
    done = [one["step_id"] for one in run["step_results"] if one["status"] == "SUCCESS"]
    assert done == ["before", "at", "after"]


def test_an_acknowledged_write_survives_a_crash_of_the_database(server, bench, api):
    kept = bench.script(ECHO)
    server.crash()
    server.start()
    wait_for(lambda: api.get(f"/context/{kept}").status_code == 200, "the MCP to be there")

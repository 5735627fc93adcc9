"""Runs over HTTP: how they end, are listed, waited for and cancelled."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from definitions import ECHO, output_of, static, step, workflow_input
from gates import is_running, open_gate, write_script
from test_mcps import assert_problem
from waiting import wait_for

FAIL = 'import sys\nprint("oh no", file=sys.stderr)\nsys.exit(1)\n'


@pytest.fixture(scope="module")
def echo(bench):
    return bench.script(ECHO)


@pytest.fixture(scope="module")
def failing(bench):
    return bench.script(FAIL)


@pytest.fixture(scope="module")
def gated(bench, mcpd):
    """A step that waits until its gate is made."""
    return bench.script(None, script_path=write_script(mcpd))


@pytest.fixture
def gate(make_gate):
    return make_gate()


@pytest.fixture
def make_gate(mcpd):
    """Makes paths that a gated step can see; all are opened at the end."""
    made = []

    def make():
        made.append(os.path.join(mcpd.scripts, uuid.uuid4().hex))
        return made[-1]

    yield make
    for path in made:
        open_gate(path)


def test_stop_on_error_stops_and_says_where(bench, echo, failing):
    flow = bench.workflow(
        [
            step("s1", echo, input_string=static("x")),
            step("s2", failing),
            step("s3", echo, input_string=static("never")),
        ]
    )
    run = bench.run(flow)
    assert run["status"] == "FAILED"
    assert run["error_message"].startswith("Workflow failed at step 'Step s2': ")
    assert "oh no" in run["error_message"]
    assert run["final_outputs"] is None
    by_id = {one["step_id"]: one for one in run["step_results"]}
    assert by_id["s1"]["status"] == "SUCCESS"
    assert by_id["s2"]["status"] == "FAILED"
    assert by_id["s2"]["stderr"] == "oh no\n"
    assert by_id.get("s3", {"status": "SKIPPED"})["status"] in ("SKIPPED", "CANCELLED")
    assert bench.get_run(run["run_id"]) == run


def test_a_workflow_without_steps_succeeds_with_null(bench):
    run = bench.run(bench.workflow([]))
    assert run["status"] == "SUCCESS"
    assert run["final_outputs"] is None
    assert run["step_results"] == []


@pytest.mark.parametrize("body", [{"initial_message": "m"}, {"initial_inputs": {"initial_message": "m"}}])
def test_inputs_come_bare_or_wrapped(bench, echo, body):
    flow = bench.workflow([step("s1", echo, input_string=workflow_input("initial_message"))])
    run = bench.run(flow, body)
    assert run["inputs"] == {"initial_message": "m"}
    assert run["final_outputs"] == {"output_string": "m"}


def test_no_body_means_no_inputs(bench, echo):
    flow = bench.workflow([step("s1", echo, input_string=static("x"))])
    assert bench.run(flow)["inputs"] == {}
    answer = bench.api.request(
        "POST",
        f"/workflows/{flow}/execute",
        data="null",
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 200
    assert answer.json()["inputs"] == {}


def test_a_missing_input_fails_the_step_and_names_what_there_is(bench, echo):
    flow = bench.workflow([step("s1", echo, input_string=workflow_input("wanted"))])
    run = bench.run(flow, {"given": 1})
    assert run["status"] == "FAILED"
    assert "wanted" in run["error_message"] and "given" in run["error_message"]


def test_a_missing_output_fails_the_step_and_names_what_there_is(bench, echo):
    flow = bench.workflow(
        [
            step("s1", echo, input_string=static("x")),
            step("s2", echo, input_string=output_of("s1", "wanted")),
        ]
    )
    run = bench.run(flow)
    assert run["status"] == "FAILED"
    assert "wanted" in run["error_message"] and "output_string" in run["error_message"]


def test_an_output_is_reached_by_a_path(bench, echo):
    deep = bench.script('def main():\n    return {"a": {"b": [10, "found"]}, "x.y": "dotted"}\n')
    flow = bench.workflow(
        [
            step("s1", deep),
            step("s2", echo, input_string=output_of("s1", "a.b[1]")),
            step("s3", echo, input_string=output_of("s1", "x.y")),
        ]
    )
    run = bench.run(flow)
    assert run["status"] == "SUCCESS", run
    used = {one["step_id"]: one["inputs_used"] for one in run["step_results"]}
    assert used["s2"] == {"input_string": "found"}
    assert used["s3"] == {"input_string": "dotted"}


@pytest.mark.parametrize("value", ["text", 7, 1.5, True, None, [], {"a": None}])
def test_final_outputs_are_of_any_type(bench, value):
    mcp = bench.script(f"def main():\n    return {value!r}\n")
    run = bench.run(bench.workflow([step("s1", mcp)]))
    assert run["status"] == "SUCCESS"
    assert run["final_outputs"] == value


def test_parallel_steps_run_side_by_side(bench, gated, make_gate):
    """Each of two steps ends only once the other has begun."""
    gates = [make_gate(), make_gate()]
    steps = [step(name, gated, gate=static(gate)) for name, gate in zip("ab", gates)]
    run_id = bench.start(bench.workflow(steps, "parallel"))
    for gate in gates:
        wait_for(lambda gate=gate: is_running(gate), "the step to begin")
    for gate in gates:
        open_gate(gate)
    assert wait_for_end(bench, run_id)["status"] == "SUCCESS"


def test_parallel_steps_wait_for_what_they_need(bench, echo):
    """list order does not matter: c stands first and runs last."""
    flow = bench.workflow(
        [
            step("c", echo, ["b"], input_string=output_of("a", "output_string")),
            step("b", echo, input_string=output_of("a", "output_string")),
            step("a", echo, input_string=static("x")),
        ],
        "parallel",
    )
    run = bench.run(flow)
    assert run["status"] == "SUCCESS", run
    times = {one["step_id"]: one for one in run["step_results"]}
    assert times["a"]["finished_at"] <= times["b"]["started_at"]
    assert times["b"]["finished_at"] <= times["c"]["started_at"]


def test_times_are_iso_with_a_zone_and_in_order(bench, echo):
    run = bench.run(bench.workflow([step("s1", echo, input_string=static("x"))]))
    (only,) = run["step_results"]
    times = [
        datetime.fromisoformat(text.replace("Z", "+00:00"))
        for text in (
            run["started_at"],
            only["started_at"],
            only["finished_at"],
            run["finished_at"],
        )
    ]
    assert all(time.tzinfo for time in times)
    assert times == sorted(times)


def test_a_run_pins_the_latest_version_at_its_start(bench, gated, gate, api):
    mcp = bench.script("def main():\n    return 1\n")
    flow = bench.workflow([step("s1", gated, gate=static(gate)), step("s2", mcp)])
    run_id = bench.start(flow)
    wait_for(lambda: is_running(gate), "the first step to begin")
    body = {"version_str": "2.0.0", "config": {"script_content": "def main():\n    return 2\n"}}
    assert api.post(f"/context/{mcp}/versions", body).status_code == 201
    open_gate(gate)
    run = wait_for_end(bench, run_id)
    assert run["final_outputs"] == 1
    assert bench.call(mcp)["result"] == 2


def wait_for_end(bench, run_id):
    def ended():
        run = bench.get_run(run_id)
        return run if run["status"] in ("SUCCESS", "FAILED", "CANCELLED") else None

    return wait_for(ended, "the run to end")


def test_respond_async_answers_before_the_end(bench, gated, gate):
    run_id = bench.start(bench.workflow([step("s1", gated, gate=static(gate))]))
    wait_for(lambda: is_running(gate), "the step to begin")
    run = bench.get_run(run_id)
    assert run["status"] == "RUNNING"
    assert run["finished_at"] is None
    open_gate(gate)
    assert wait_for_end(bench, run_id)["final_outputs"] == "through"


@pytest.mark.parametrize("prefer", ["wait=1", "respond-async, wait=1", "return=minimal, WAIT = 1; x"])
def test_who_waits_so_long_hears_where_it_goes_on(bench, api, gated, gate, prefer):
    flow = bench.workflow([step("s1", gated, gate=static(gate))])
    answer = api.post(f"/workflows/{flow}/execute", headers={"Prefer": prefer})
    assert answer.status_code == 202, answer.text
    assert answer.elapsed.total_seconds() >= 1
    assert answer.json()["status"] == "RUNNING"
    assert "wait=1" in answer.headers["Preference-Applied"]
    path = answer.headers["Location"]
    early = api.get(path, headers={"Prefer": "wait=1"})
    assert (early.status_code, early.json()["status"]) == (200, "RUNNING")
    open_gate(gate)
    late = api.get(path, headers={"Prefer": "wait=30"})
    assert late.json()["final_outputs"] == "through"
    assert "Preference-Applied" not in late.headers


def test_who_waits_long_enough_hears_the_end(bench, api, echo):
    flow = bench.workflow([step("s1", echo, input_string=static("x"))])
    answer = api.post(f"/workflows/{flow}/execute", headers={"Prefer": "respond-async, wait=30"})
    assert (answer.status_code, answer.json()["status"]) == (200, "SUCCESS")


def test_cancel_stops_the_step_and_the_run(bench, api, gated, gate, echo):
    flow = bench.workflow(
        [step("s1", gated, gate=static(gate)), step("s2", echo, input_string=static("never"))]
    )
    run_id = bench.start(flow)
    wait_for(lambda: is_running(gate), "the step to begin")
    answer = api.post(f"/workflows/runs/{run_id}/cancel")
    assert answer.status_code in (200, 202), answer.text
    run = wait_for_end(bench, run_id)
    assert run["status"] == "CANCELLED"
    assert run["finished_at"] is not None
    assert "SUCCESS" not in {one["status"] for one in run["step_results"]}
    assert_problem(api.post(f"/workflows/runs/{run_id}/cancel"), 409, "MC010")


def test_a_cancelled_child_is_killed(bench, api, gated, gate):
    run_id = bench.start(bench.workflow([step("s1", gated, gate=static(gate))]))
    wait_for(lambda: is_running(gate), "the child to begin")
    assert api.post(f"/workflows/runs/{run_id}/cancel").status_code in (200, 202)
    wait_for(lambda: not is_running(gate), "the child to be gone")


def test_list_is_newest_first_and_filters(bench, api, echo, failing):
    good = bench.workflow([step("s1", echo, input_string=static("x"))])
    bad = bench.workflow([step("s1", failing)])
    first, second, third = (bench.run(flow)["run_id"] for flow in (good, bad, good))
    ids = [run["run_id"] for run in api.get("/workflows/runs/?limit=3").json()]
    assert ids == [third, second, first]
    ids = [run["run_id"] for run in api.get(f"/workflows/runs?workflow_id={good}").json()]
    assert ids == [third, first]
    ids = [run["run_id"] for run in api.get(f"/workflows/runs/?workflow_id={bad}&status=FAILED").json()]
    assert ids == [second]
    assert api.get(f"/workflows/runs/?workflow_id={bad}&status=SUCCESS").json() == []
    ids = [run["run_id"] for run in api.get("/workflows/runs/?skip=1&limit=1").json()]
    assert ids == [second]


def test_gantt_has_a_bar_for_each_step(bench, api, echo):
    run = bench.run(
        bench.workflow([step(name, echo, input_string=static("x")) for name in ("s1", "s2")])
    )
    answer = api.get(f"/workflows/runs/{run['run_id']}/gantt")
    assert answer.status_code == 200, answer.text
    bars = answer.json()
    assert [bar["step_id"] for bar in bars] == ["s1", "s2"]
    for bar in bars:
        assert {"id", "step_id", "mcp_id", "started_at", "finished_at", "status"} <= set(bar)
        assert bar["status"] == "SUCCESS"


def test_unknown_runs_are_not_found_and_malformed_ids_bad_requests(api):
    for tail in ("", "/gantt"):
        assert_problem(api.get(f"/workflows/runs/{uuid.uuid4()}{tail}"), 404, "MC020")
        assert_problem(api.get(f"/workflows/runs/not-an-id{tail}"), 400)
    assert_problem(api.post(f"/workflows/runs/{uuid.uuid4()}/cancel"), 404, "MC020")
    assert_problem(api.post("/workflows/runs/not-an-id/cancel"), 400)


def test_executing_what_is_not_there(api):
    assert_problem(api.post(f"/workflows/{uuid.uuid4()}/execute"), 404, "MC020")
    assert_problem(api.post("/context/no-such-mcp/execute", {}), 404, "MC020")


def test_one_mcp_alone_is_recorded_as_a_run(bench, api, echo):
    assert bench.call(echo, {"input_string": "alone"})["result"] == {"output_string": "alone"}
    newest = api.get("/workflows/runs/?limit=1").json()[0]
    assert newest["workflow_id"] is None
    assert newest["status"] == "SUCCESS"
    assert newest["inputs"] == {"input_string": "alone"}


def test_a_run_started_in_sql_is_executed(bench, database, echo):
    flow = bench.workflow([step("s1", echo, input_string=workflow_input("m"))])
    run_id = database.value("SELECT mcp.start_run(%s, '{\"m\": \"from psql\"}')", flow)
    run = wait_for_end(bench, run_id)
    assert run["final_outputs"] == {"output_string": "from psql"}


def test_a_run_rolled_back_never_was(bench, database, echo, api):
    flow = bench.workflow([step("s1", echo, input_string=static("x"))])
    connection = database.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT mcp.start_run(%s)", (flow,))
            (run_id,) = cursor.fetchone()
            cursor.execute("ROLLBACK")
    finally:
        connection.close()
    assert_problem(api.get(f"/workflows/runs/{run_id}"), 404, "MC020")


def test_many_runs_at_once_keep_their_own_inputs(bench, echo):
    flow = bench.workflow([step("s1", echo, input_string=workflow_input("m"))])
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda n: bench.run(flow, {"m": f"run {n}"}), range(24)))
    assert [run["final_outputs"]["output_string"] for run in runs] == [
        f"run {n}" for n in range(24)
    ]

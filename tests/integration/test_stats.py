"""/stats/...: the numbers of the views, for those who have no table."""

from definitions import ECHO, step, workflow_input


def test_runs_and_steps_are_counted_by_workflow(api, bench):
    flow = bench.workflow([step("s", bench.script(ECHO), input_string=workflow_input("a"))])
    for inputs in ({"a": "x"}, {"a": "y"}, {}):
        bench.run(flow, inputs)
    runs = {one["workflow_id"]: one for one in api.get("/stats/runs").json()}
    assert (runs[flow]["succeeded"], runs[flow]["failed"], runs[flow]["running"]) == (2, 1, 0)
    (found,) = api.get("/stats/steps", params={"workflow_id": flow}).json()
    assert (found["step_id"], found["attempts"], found["succeeded"]) == ("s", 3, 2)
    assert found["median_seconds"] >= 0
    assert found["last_error"]
    assert api.get("/stats/steps", params={"workflow_id": "no-such"}).status_code == 404


def test_a_queue_without_a_worker_and_what_is_stuck_in_it(api, bench, database):
    mcp = bench.script(ECHO)
    run = database.value(
        "SELECT mcp.start_mcp(%s, '{\"input_string\": \"x\"}', '{\"queue\": \"nobody\"}')", mcp
    )
    queues = {one["queue"]: one for one in api.get("/stats/queues").json()}
    assert (queues["nobody"]["ready"], queues["nobody"]["has_worker"]) == (1, False)
    assert api.get("/stats/stuck-runs").json() == []
    database.query(
        "UPDATE mcp.ready_steps SET ready_at = ready_at - interval '6 minutes' WHERE run_id = %s",
        run,
    )
    (stuck,) = api.get("/stats/stuck-runs").json()
    assert (stuck["run_id"], stuck["reason"]) == (run, "no worker is alive for its queue")
    database.query("SELECT mcp.cancel_run(%s)", run)
    assert api.get("/stats/stuck-runs").json() == []

"""Steering runs over HTTP, and tasks for workers that speak nothing else."""

import concurrent.futures
import threading
import time
import uuid

import pytest
from definitions import ECHO, step, unique, workflow_input
from mcpd import Api
from test_mcps import assert_problem
from waiting import wait_for

NOBODY = str(uuid.UUID(int=0x7000 << 64 | 0x8000 << 48))


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    """A daemon that executes nothing: what is handed out, these tests ask for."""
    return make_mcpd(MCP_WORKER_SLOTS="0").start()


@pytest.fixture(scope="module")
def echo(bench):
    return bench.script(ECHO)


@pytest.fixture
def flow(bench, echo):
    return bench.workflow(
        [
            step("s1", echo, input_string=workflow_input("text")),
            step("s2", echo, input_string=workflow_input("text")),
        ]
    )


class Worker:
    """A worker that is nothing but HTTP."""

    def __init__(self, api, queue):
        self.api = api
        self.name = unique("http-worker")
        self.queue = queue
        self.epoch = None

    def claim(self, count=1, wait=0):
        body = {"worker": self.name, "queues": {self.queue: count}}
        if self.epoch is not None:
            body["epoch"] = self.epoch
        answer = self.api.post(f"/tasks/claim?wait={wait}", body)
        assert answer.status_code == 200, answer.text
        self.epoch = answer.json()["epoch"]
        return answer.json()["tasks"]

    def complete(self, task, **what):
        known = {key: task[key] for key in ("run_id", "step_ordinal", "attempt")}
        answer = self.api.post(
            "/tasks/complete",
            {"worker": self.name, "epoch": self.epoch, "results": [{**known, **what}]},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def start(api, flow, inputs=None, headers=None, **options):
    answer = api.post(
        f"/workflows/{flow}/execute",
        {"initial_inputs": inputs or {"text": "x"}, "options": options},
        headers={"Prefer": "respond-async", **(headers or {})},
    )
    assert answer.status_code == 202, answer.text
    return answer.json()["run_id"]


def test_a_run_is_paused_and_resumed(api, flow):
    queue = unique("queue")
    run = start(api, flow, queue=queue)
    worker = Worker(api, queue)
    answer = api.post(f"/workflows/runs/{run}/pause", {"reason": "lunch"})
    assert answer.status_code == 200 and answer.json()["status"] == "PAUSED"
    assert worker.claim() == []
    why = api.get(f"/workflows/runs/{run}/why").json()
    assert [row["kind"] for row in why] == ["paused"] and "lunch" in why[0]["what"]
    assert_problem(api.post(f"/workflows/runs/{run}/pause"), 409, "MC010")
    answer = api.post(f"/workflows/runs/{run}/resume")
    assert answer.status_code == 200 and answer.json()["status"] == "RUNNING"
    assert_problem(api.post(f"/workflows/runs/{run}/resume"), 409, "MC010")
    assert [task["step_id"] for task in worker.claim()] == ["s1"]
    assert api.post(f"/workflows/runs/{run}/cancel").status_code == 200
    assert_problem(api.post(f"/workflows/runs/{run}/pause"), 409, "MC010")
    kinds = [row["kind"] for row in api.get(f"/workflows/runs/{run}/events").json()]
    assert kinds[0] == "run_created" and {"paused", "resumed", "cancelled"} <= set(kinds)


@pytest.mark.parametrize("deed", ["pause", "resume", "retry", "signals/go", "approvals/s"])
def test_an_unknown_run_is_not_found(api, deed):
    assert_problem(
        api.post(f"/workflows/runs/{NOBODY}/{deed}", {"approve": True}), 404, "MC020"
    )
    assert api.post(f"/workflows/runs/x/{deed}", {"approve": True}).status_code == 400


def test_a_failed_run_is_retried_from_its_failure(api, flow):
    queue = unique("queue")
    worker = Worker(api, queue)
    run = start(api, flow, queue=queue)
    worker.complete(worker.claim()[0], success=True, result={"n": 1})
    assert_problem(api.post(f"/workflows/runs/{run}/retry"), 409, "MC010")
    ended = worker.complete(worker.claim()[0], success=False, error="oh no", error_class="test")
    assert ended["finished"] == [{"run_id": run, "status": "FAILED"}]
    answer = api.post(f"/workflows/runs/{run}/retry", {"inputs": {"text": "y"}})
    assert answer.status_code == 202 and answer.json()["origin_run_id"] == run
    again = answer.json()["run_id"]
    task = worker.claim()[0]
    assert (task["run_id"], task["step_id"], task["inputs"]) == (
        again, "s2", {"input_string": "y"},
    )
    worker.complete(task, success=True, result={"n": 2})
    body = api.get(f"/workflows/runs/{again}").json()
    assert body["status"] == "SUCCESS" and body["origin_run_id"] == run
    assert body["step_results"][0]["reused_from"] == run
    assert api.get(f"/workflows/runs/{run}").json()["retry_run_ids"] == [again]


def test_a_retry_begins_when_it_is_told_to(api, flow):
    queue = unique("queue")
    worker = Worker(api, queue)
    run = start(api, flow, queue=queue)
    worker.complete(worker.claim()[0], success=False, error="oh no", error_class="test")
    answer = api.post(f"/workflows/runs/{run}/retry", {"options": {"delay_seconds": 3600}})
    assert answer.status_code == 202, answer.text
    assert worker.claim() == []
    later = api.get(f"/workflows/runs/{answer.json()['run_id']}").json()
    assert later["status"] == "PENDING" and later["start_at"]


def test_a_start_with_a_key_is_made_once(api, flow):
    key = {"Idempotency-Key": unique("key")}
    first = start(api, flow, headers=key, queue="nobody")
    assert start(api, flow, headers=key, queue="nobody") == first
    answer = api.post(
        f"/workflows/{flow}/execute",
        {"initial_inputs": {"text": "another"}, "options": {"queue": "nobody"}},
        headers={"Prefer": "respond-async", **key},
    )
    assert_problem(answer, 422, "MC012")


def test_starts_with_one_key_at_once_are_one_run(api, flow, database):
    """Those that come while the first is not committed wait for it, then for its run."""
    key = {"Idempotency-Key": unique("key"), "Prefer": "respond-async"}
    body = {"initial_inputs": {"text": "x"}, "options": {"queue": "nobody"}}
    blocker = database.connect()
    blocker.autocommit = False
    with blocker.cursor() as cursor:
        cursor.execute("LOCK TABLE mcp.idempotency_keys IN SHARE MODE")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(api.post, f"/workflows/{flow}/execute", body, headers=key) for _ in range(4)]
        wait_for(
            lambda: database.value("SELECT count(*) FROM pg_locks WHERE NOT granted") >= 2,
            "starts to be under way",
        )
        blocker.rollback()
        blocker.close()
        answers = [one.result() for one in asked]
    assert [one.status_code for one in answers] == [202] * 4
    assert len({one.json()["run_id"] for one in answers}) == 1
    run = answers[0].json()["run_id"]
    assert database.value("SELECT count(*) FROM mcp.live_runs WHERE run_id = %s", run) == 1


def test_a_trace_is_kept(api, flow):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    run = start(api, flow, headers={"traceparent": trace}, tags={"a": "b"}, queue="nobody")
    body = api.get(f"/workflows/runs/{run}").json()
    assert body["traceparent"] == trace and body["tags"] == {"a": "b"}
    run = start(api, flow, headers={"traceparent": "nonsense"}, queue="nobody")
    assert api.get(f"/workflows/runs/{run}").json()["traceparent"] is None


def test_many_runs_are_started_cancelled_and_retried(api, flow):
    queue = unique("queue")
    one = {"workflow": flow, "inputs": {"text": "x"}, "options": {"queue": queue}}
    answer = api.post("/workflows/runs/start", [one] * 5)
    assert answer.status_code == 202 and len(set(answer.json()["run_ids"])) == 5
    answer = api.post("/workflows/runs/cancel", {"filter": {"queue": queue}, "limit": 3})
    assert answer.status_code == 200 and answer.json()["count"] == 3
    after = answer.json()["continue_after"]
    answer = api.post("/workflows/runs/cancel", {"filter": {"queue": queue}, "after": after})
    assert answer.json()["count"] == 2 and answer.json()["continue_after"] is None
    answer = api.post("/workflows/runs/retry", {"filter": {"queue": queue}})
    assert answer.status_code == 202 and answer.json()["count"] == 5
    assert api.post("/workflows/runs/cancel", {"filter": {}}).status_code in (400, 422)
    one["options"] = {"queue": 1}
    answer = api.post("/workflows/runs/start", [one])
    assert_problem(answer, 422, "MC001")


def test_signals_and_approvals_move_a_run_on(api):
    queue = unique("queue")
    body = {
        "name": unique("waits"),
        "steps": [
            {"step_id": "go", "name": "Go", "wait": {"signal": "go"}},
            {"step_id": "ok", "name": "Ok", "wait": {"approval": {"message": "Ship?"}}},
        ],
    }
    flow = api.post("/workflows/", body).json()["workflow_id"]
    run = start(api, flow, queue=queue)
    worker = Worker(api, queue)
    answer = api.post(f"/workflows/runs/{run}/signals/go", {"n": 1})
    assert answer.status_code == 202 and "signal_id" in answer.json()
    worker.claim()
    assert run in [row["run_id"] for row in api.get("/approvals").json()]
    assert_problem(
        api.post(f"/workflows/runs/{run}/approvals/go", {"approve": True}), 409, "MC010"
    )
    answer = api.post(f"/workflows/runs/{run}/approvals/ok", {"approve": True, "comment": "yes"})
    assert answer.status_code == 200 and answer.json()["approved"] is True
    worker.claim()
    body = api.get(f"/workflows/runs/{run}").json()
    assert body["status"] == "SUCCESS" and body["final_outputs"]["comment"] == "yes"


def test_a_claim_waits_for_work(api, flow):
    queue = unique("queue")
    worker = Worker(api, queue)
    worker.claim()
    tasks = []
    claiming = threading.Thread(target=lambda: tasks.extend(worker.claim(wait=30)))
    claiming.start()
    began = time.monotonic()
    run = start(api, flow, queue=queue)
    claiming.join(20)
    assert [task["run_id"] for task in tasks] == [run]
    assert time.monotonic() - began < 15
    assert worker.claim(wait=1) == []


def test_a_worker_without_a_lease_is_refused(api, database, flow):
    worker = Worker(api, unique("queue"))
    worker.claim()
    body = {"worker": worker.name, "epoch": worker.epoch}
    assert "lease_until" in api.post("/tasks/heartbeat", body).json()
    database.query("DELETE FROM mcp.workers WHERE worker = %s", worker.name)
    assert_problem(api.post("/tasks/heartbeat", body), 409, "MC011")
    assert_problem(api.post("/tasks/claim", body), 409, "MC011")
    assert_problem(api.post("/tasks/complete", {**body, "results": []}), 409, "MC011")


def test_a_daemon_that_stops_lets_claims_go(make_mcpd, database):
    daemon = make_mcpd(MCP_WORKER_SLOTS="0").start()
    api = Api(daemon.url, daemon.key)
    answers = []
    body = {"worker": unique("waiting"), "queues": {unique("queue"): 1}}
    claiming = threading.Thread(
        target=lambda: answers.append(api.post("/tasks/claim?wait=50", body).status_code)
    )
    claiming.start()
    wait_for(
        lambda: database.value(
            "SELECT count(*) FROM mcp.workers WHERE worker = %s", body["worker"]
        )
        == 1,
        "the claim to be asked",
    )
    daemon.stop()
    claiming.join(20)
    assert answers == [503]

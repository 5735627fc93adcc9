"""Queues over HTTP: limits, a pause, and what waits."""

import pytest
from definitions import ECHO, unique
from test_mcps import assert_problem


@pytest.fixture
def queue(api):
    name = unique("queue")
    yield name
    api.put(f"/queues/{name}", {})


def test_limits_come_and_go(api, queue):
    limits = {"concurrency_limit": 2, "rate_limit": 10, "rate_period_seconds": 60}
    answer = api.put(f"/queues/{queue}", limits)
    assert answer.status_code == 200, answer.text
    assert {key: answer.json()[key] for key in limits} == limits
    assert queue in [one["queue"] for one in api.get("/queues").json()]
    assert api.put(f"/queues/{queue}", {}).json()["concurrency_limit"] is None
    assert queue not in [one["queue"] for one in api.get("/queues").json()]


def test_pause_and_resume(api, queue):
    assert api.post(f"/queues/{queue}/pause").json()["is_paused"] is True
    assert api.get(f"/queues/{queue}").json()["is_paused"] is True
    assert api.post(f"/queues/{queue}/resume").json()["is_paused"] is False


def test_what_is_no_limit(api, queue):
    assert_problem(api.put(f"/queues/{queue}", {"concurrency_limit": 0}), 422)
    assert_problem(api.put(f"/queues/{queue}", {"rate_limit": "many"}), 422)


def test_work_goes_on_under_a_limit(api, bench):
    api.put("/queues/default", {"concurrency_limit": 1})
    mcp = bench.script(ECHO)
    for _ in range(3):
        answer = api.post(f"/context/{mcp}/execute", {"input_string": "x"})
        assert answer.json()["success"], answer.text
    assert api.get("/queues/default").json()["running"] == 0
    api.put("/queues/default", {})

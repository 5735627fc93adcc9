"""Schedules over HTTP: made, changed, fired by the daemon, and how each says no."""

import pytest
from definitions import ECHO, static, step, unique, workflow
from test_mcps import assert_problem
from waiting import wait_for


@pytest.fixture(scope="module")
def flow(api, bench):
    body = workflow(unique("flow"), [step("s1", bench.script(ECHO), input_string=static("x"))])
    answer = api.post("/workflows/", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["slug"]


@pytest.fixture
def make(api, flow):
    made = []

    def make_one(**keys):
        answer = api.post("/schedules", {"name": unique("schedule"), "workflow": flow, **keys})
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["schedule_id"])
        return answer.json()

    yield make_one
    for one in made:
        api.delete(f"/schedules/{one}")


def test_a_schedule_is_fired_by_the_daemon(api, make):
    made = make(interval=1, overlap="allow")

    def last_run():
        return api.get(f"/schedules/{made['slug']}").json()["last_run_id"]

    run = wait_for(last_run, "the schedule to fire")
    wait_for(
        lambda: api.get(f"/workflows/runs/{run}").json()["status"] == "SUCCESS", "its run to end"
    )
    fires = api.get(f"/schedules/{made['slug']}/fires").json()
    assert run in [fire["run_id"] for fire in fires]
    times = [fire["scheduled_at"] for fire in fires]
    assert len(set(times)) == len(times)


def test_every_problem_is_listed(api, flow):
    answer = api.post("/schedules", {"name": "x", "workflow": flow, "cron": "61 * * * *"})
    assert_problem(answer, 422)
    assert {one["path"] for one in answer.json()["errors"]} == {"$.name", "$.cron"}


def test_change_pause_resume_trigger_delete(api, make):
    made = make(cron="@yearly")
    path = f"/schedules/{made['slug']}"
    changed = api.put(path, {"cron": "0 5 * * *", "time_zone": "Europe/Berlin"})
    assert changed.status_code == 200, changed.text
    assert changed.json()["cron"] == "0 5 * * *"
    assert_problem(api.put(path, {"cron": "never"}), 422)
    assert api.post(f"{path}/pause").json()["next_fire_at"] is None
    assert api.post(f"{path}/resume").json()["next_fire_at"] is not None
    started = api.post(f"{path}/trigger")
    assert started.status_code == 202, started.text
    assert api.get(path).json()["last_run_id"] == started.json()["run_id"]
    assert api.delete(path).status_code == 204
    assert_problem(api.get(path), 404)


def test_a_workflow_that_is_scheduled_stays(api, flow, make):
    make(cron="@yearly")
    assert_problem(api.delete(f"/workflows/{flow}"), 409)


def test_times_of_an_expression(api):
    answer = api.get(
        "/schedules/next-fire-times?expr=30+2+*+*+*&n=2&time_zone=Europe/Berlin&after=2026-03-28T12:00:00Z"
    )
    assert answer.status_code == 200, answer.text
    assert [time[:16] for time in answer.json()] == ["2026-03-29T01:00", "2026-03-30T00:30"]
    assert_problem(api.get("/schedules/next-fire-times?expr=often"), 422)

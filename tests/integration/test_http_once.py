"""Idempotency-Key: what is asked for twice is done once, and answered the same."""

import contextlib
import json
import threading

import pytest
from definitions import script_mcp, unique, workflow
from mcpd import Api
from test_mcps import assert_problem
from waiting import wait_for

NOTHING = "def main(**inputs):\n    return None\n"


@pytest.fixture(scope="module")
def things(api, bench, database):
    """Something to make more of, on each route that makes something."""
    flow = bench.workflow([])
    failed = bench.workflow(
        [{"step_id": "s", "name": "s", "mcp_id": bench.script("def main():\n    raise Exception\n")}]
    )
    wait = bench.workflow([{"step_id": "w", "name": "w", "wait": {"signal": "go"}}])
    schedule = {"name": unique("once"), "workflow": flow, "cron": "0 0 1 1 *"}
    assert api.post("/schedules", schedule).status_code == 201
    waiting = api.post(f"/workflows/{wait}/execute", headers={"Prefer": "respond-async"})
    return {
        "mcp": bench.script(NOTHING),
        "workflow": flow,
        "failed": bench.run(failed)["run_id"],
        "waiting": waiting.json()["run_id"],
        "schedule": api.get("/schedules").json()[0]["slug"],
    }


def bodies(things):
    return {
        "/context": script_mcp(unique("once"), NOTHING),
        f"/context/{things['mcp']}/versions": {"version_str": "2.0.0", "config": {"script_content": NOTHING}},
        "/workflows/": workflow(unique("once"), []),
        "/schedules": {"name": unique("once"), "workflow": things["workflow"], "cron": "0 0 1 1 *"},
        f"/schedules/{things['schedule']}/trigger": None,
        f"/workflows/runs/{things['failed']}/retry": {},
        f"/workflows/runs/{things['waiting']}/signals/nothing": {"a": 1},
        "/workflows/runs/start": [{"workflow": things["workflow"]}],
    }


@pytest.mark.parametrize("place", range(8))
def test_what_is_asked_for_twice_is_done_once(api, things, place):
    path, body = list(bodies(things).items())[place]
    key = {"Idempotency-Key": unique("key")}
    first = api.post(path, body, headers=key)
    assert first.status_code in (201, 202), first.text
    assert "Idempotency-Replayed" not in first.headers
    again = api.post(path, body, headers=key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert_problem(api.post(path, {"another": "body"}, headers=key), 422, "MC012")


def test_a_key_of_the_api_is_told_once_all_the_same(api):
    body, key = {"name": unique("told"), "level": "viewer"}, {"Idempotency-Key": unique("key")}
    first, again = (api.post("/auth/keys", body, headers=key) for _ in range(2))
    told = first.json()
    assert told.pop("key")
    assert (again.status_code, again.json()) == (201, told)


def test_what_failed_was_not_done_and_may_be_asked_again(api):
    key = {"Idempotency-Key": unique("key")}
    assert_problem(api.post("/context", {"name": "x"}, headers=key), 422, "MC001")
    body = script_mcp(unique("once"), NOTHING)
    assert api.post("/context", body, headers=key).status_code == 201


def test_keys_of_others_are_others(mcpd, api, database):
    body = {"name": unique("mine"), "type": "llm_prompt", "initial_config": {"template": "x"}}
    key = {"Idempotency-Key": unique("key")}
    made = database.value("SELECT mcp.create_api_key(%s, level => 'developer')", unique("other"))
    other = Api(mcpd.url, made["key"])
    mine, theirs, again = (who.post("/context", body, headers=key) for who in (api, other, other))
    assert mine.status_code == theirs.status_code == again.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"] == again.json()["id"]


def test_one_that_is_under_way_is_not_begun_again(api, database):
    """The other session has not committed yet: its lock is held, its row unseen."""
    body = {"name": unique("busy"), "type": "llm_prompt", "initial_config": {"template": "x"}}
    key = unique("key")
    answers = []
    ask = lambda: answers.append(api.post("/context", body, headers={"Idempotency-Key": key}))
    first = threading.Thread(target=ask)
    with held_back(database, "mcp.mcp_definitions"):
        first.start()
        wait_for(lambda: is_held_back(database, "create_mcp"), "the first to wait")
        assert_problem(api.post("/context", body, headers={"Idempotency-Key": key}), 409, "MC013")
    first.join()
    assert answers[0].status_code == 201
    assert api.post("/context", body, headers={"Idempotency-Key": key}).json() == answers[0].json()


@contextlib.contextmanager
def held_back(database, table):
    """Whoever comes to the table waits, whatever becomes of the test."""
    blocker = database.connect()
    blocker.autocommit = False
    try:
        with blocker.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        blocker.close()


def is_held_back(database, function):
    """By its own call: the daemon's upkeep comes to the same table when it likes."""
    return database.value(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s",
        f"%mcp.{function}(%",
    )


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_what_is_no_key_is_refused(api, key):
    answer = api.post("/context", script_mcp(unique("once"), NOTHING), headers={"Idempotency-Key": key})
    assert_problem(answer, 422)


def test_an_old_key_is_free_and_goes(api, database):
    key = unique("key")
    body = script_mcp(unique("once"), NOTHING)
    expire = "UPDATE mcp.kept_answers SET expires_at = now() - interval '1 s' WHERE key = %s"
    first = api.post("/context", body, headers={"Idempotency-Key": key})
    database.query(expire, key)
    second = api.post("/context", body, headers={"Idempotency-Key": key})
    assert second.status_code == 201 and second.json()["id"] != first.json()["id"]
    database.query(expire, key)
    database.maintain()
    assert database.value("SELECT count(*) FROM mcp.kept_answers WHERE key = %s", key) == 0


def test_scopes_of_a_key_are_no_hindrance(mcpd, database):
    made = database.value(
        "SELECT mcp.create_api_key(%s, level => 'developer', scopes => '{create_mcp}')", unique("scoped")
    )
    user, key = Api(mcpd.url, made["key"]), {"Idempotency-Key": unique("key")}
    body = script_mcp(unique("once"), NOTHING)
    first, again = (user.post("/context", body, headers=key) for _ in range(2))
    assert first.status_code == 201, first.text
    assert json.loads(again.text) == first.json()

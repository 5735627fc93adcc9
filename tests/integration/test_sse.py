"""Runs told live: server-sent events of one run and of many."""

import json
import select
import socket
import time

import pytest
from event_stream import EventStream, kinds
from mcpd import Api, is_sanitized
from sql_worker import SqlWorker, failure, success
from test_auth_jwt import AUDIENCE, SECRET, Hmac, claims, token
from test_mcps import assert_problem
from waiting import wait_for

LISTENERS = 1000


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    """Works nothing itself: what happens is what the test does."""
    return make_mcpd(MCP_WORKER_SLOTS="0", MCP_API_HEARTBEAT="1").start()


@pytest.fixture(scope="module", autouse=True)
def definitions(database):
    database.query(
        "SELECT mcp.create_mcp(%s)",
        json.dumps({"name": "Told", "type": "llm_prompt", "config": {"template": "x"}}),
    )
    for name, mode in (("Two", "sequential"), ("Other", "sequential")):
        steps = [{"step_id": one, "name": one, "mcp_id": "told"} for one in "ab"]
        database.query(
            "SELECT mcp.create_workflow(%s)",
            json.dumps({"name": name, "execution_mode": mode, "steps": steps}),
        )


@pytest.fixture
def worker(database):
    worker = SqlWorker(database, "teller")
    worker.renew()
    yield worker
    database.query("SELECT mcp.cancel_run(run_id) FROM mcp.live_runs")
    worker.turn()
    database.query("SELECT mcp.retire_worker('teller', %s)", worker.epoch)


def start(database, workflow="two"):
    return database.value("SELECT mcp.start_run(%s)", workflow)


def finish(worker, result="done"):
    """Takes a run of the workflows above from where it is to its end."""
    tasks = worker.take(room=10)
    while tasks:
        tasks = worker.turn(*(success(task, result) for task in tasks), room=10)["tasks"]


def path_of(run):
    return f"/workflows/runs/{run}/events"


def test_a_run_is_told_as_it_happens_until_its_end(api, database, worker):
    run = start(database)
    with EventStream(api, path_of(run)) as stream:
        assert stream.next().kind == "run_created"
        tasks = worker.take()
        assert kinds(stream.until("step_started")) == ["run_started", "step_started"]
        tasks = worker.turn(success(tasks[0], 1), room=1)["tasks"]
        first, second = stream.until("step_started")
        assert (first.kind, first.data["step_id"]) == ("step_succeeded", "a")
        assert second.data["step_id"] == "b"
        worker.turn(failure(tasks[0], "no luck"))
        heard = stream.until("end")
    assert kinds(heard) == ["step_failed", "run_failed", "end"]
    assert heard[0].data["detail"] == {"worker": "teller", "error": "no luck", "error_class": "test"}
    assert heard[-1].data == {"run_id": run, "status": "FAILED"}


def test_the_stream_tells_what_the_list_has(api, database, worker):
    run = start(database)
    with EventStream(api, path_of(run)) as stream:
        finish(worker)
        heard = [event.data for event in stream.until("end")[:-1]]
    listed = api.get(path_of(run)).json()
    assert [{**event, "run_id": run} for event in listed] == heard
    assert [event["id"] for event in listed] == sorted(event["id"] for event in listed)


def test_a_listener_goes_on_behind_the_last_event_that_he_heard(api, database, worker):
    run = start(database)
    finish(worker)
    with EventStream(api, path_of(run)) as stream:
        whole = stream.until("end")
    for place in range(len(whole) - 2):
        with EventStream(api, path_of(run), after=whole[place].id) as stream:
            assert [e.data for e in stream.until("end")] == [e.data for e in whole[place + 1 :]]
    listed = api.get(path_of(run), params={"after": whole[2].id}).json()
    assert [event["id"] for event in listed] == [event.id for event in whole[3:-1]]


def test_whoever_heard_the_end_need_not_come_again(api, database, worker):
    run = start(database)
    finish(worker)
    with EventStream(api, path_of(run)) as stream:
        last = stream.until("end")[-2]
    assert EventStream(api, path_of(run), after=last.id).code == 204


def test_retries_and_waits_are_told(api, database, worker):
    steps = [
        {"step_id": "try", "name": "try", "mcp_id": "told", "retry": {"max_attempts": 2, "delay": 0.01, "jitter": 0}},
        {"step_id": "ask", "name": "ask", "wait": {"approval": {}}},
    ]
    database.query("SELECT mcp.create_workflow(%s)", json.dumps({"name": "Retry", "steps": steps}))
    run = start(database, "retry")
    with EventStream(api, path_of(run)) as stream:
        worker.turn(failure(worker.take()[0], "once"))
        assert kinds(stream.until("step_retry")) == [
            "run_created", "run_started", "step_started", "step_failed", "step_retry",
        ]
        tasks = wait_for(worker.take, "the second attempt")
        worker.turn(success(tasks[0], 1))
        waiting = stream.until("step_started") + stream.until("step_started")
        assert waiting[-1].data["detail"] == {"waits_for": "approval"}
        database.query("SELECT mcp.decide_approval(%s, 'ask', true, 'fine')", run)
        assert stream.until("approved")[-1].data["step_id"] == "ask"
        worker.turn()
        assert kinds(stream.until("end"))[-3:] == ["step_succeeded", "run_succeeded", "end"]


def test_silence_is_broken_by_a_comment(api, database, worker):
    run = start(database)
    with EventStream(api, path_of(run)) as stream:
        assert stream.next().kind == "run_created"
        assert next(iter(stream)).is_comment


def test_any_daemon_tells_any_run(make_mcpd, mcpd, api, database, bench):
    """The other one works; it is this one that is listened to."""
    other = make_mcpd(MCP_WORKER_SLOTS="2", MCP_API_KEY=mcpd.key).start()
    workflow = bench.workflow(
        [{"step_id": "s", "name": "s", "mcp_id": bench.script("def main():\n    return 1\n")}]
    )
    other_api = Api(other.url, mcpd.key)
    started = other_api.post(f"/workflows/{workflow}/execute", headers={"Prefer": "respond-async"})
    with EventStream(api, path_of(started.json()["run_id"])) as stream:
        assert kinds(stream.until("end"))[-3:] == ["step_succeeded", "run_succeeded", "end"]
    other.stop()


def test_one_stream_tells_of_all_runs_of_a_workflow(api, database, worker):
    before = start(database)
    with EventStream(api, "/workflows/runs/events?workflow_id=two") as stream:
        finish(worker)
        assert stream.until("run_succeeded")[-1].data["run_id"] == before
        after, other = start(database), start(database, "other")
        finish(worker)
        heard = stream.until("run_succeeded")
    assert {event.data["run_id"] for event in heard} == {after}
    assert kinds(heard)[0] == "run_created"
    assert other != after


def test_one_stream_of_many_goes_on_where_it_was(api, database, worker):
    with EventStream(api, "/workflows/runs/events") as stream:
        first = start(database)
        last = stream.until("run_created")[-1]
    finish(worker)
    second = start(database)
    finish(worker)
    heard = set()
    with EventStream(api, "/workflows/runs/events", after=last.id) as stream:
        while {(first, "run_succeeded"), (second, "run_succeeded")} - heard:
            event = stream.next()
            heard.add((event.data["run_id"], event.kind))
    assert (second, "run_created") in heard


def test_one_stream_of_named_runs_ends_with_the_last_of_them(api, database, worker):
    runs = [start(database) for _ in range(3)]
    path = "/workflows/runs/events?run_ids=" + ",".join(runs) + "&kinds=run_succeeded"
    with EventStream(api, path) as stream:
        finish(worker)
        heard = stream.until("end")
    assert kinds(heard) == ["run_succeeded"] * 3 + ["end"]
    assert {event.data["run_id"] for event in heard[:-1]} == set(runs)


@pytest.mark.parametrize(
    "path, after, code",
    [
        ("/workflows/runs/01890000-0000-7000-8000-000000000000/events", None, 404),
        ("/workflows/runs/nonsense/events", None, 400),
        ("/workflows/runs/{run}/events", "nonsense", 422),
        ("/workflows/runs/events?run_ids=nonsense", None, 422),
        ("/workflows/runs/events?run_ids=01890000-0000-7000-8000-000000000000", None, 404),
        ("/workflows/runs/events?workflow_id=nothing-of-that-name", None, 404),
    ],
)
def test_what_cannot_be_listened_to_is_said_at_once(api, database, worker, path, after, code):
    answer = EventStream(api, path.format(run=start(database)), after=after).answer
    assert_problem(answer, code)


def test_who_may_not_read_runs_hears_nothing(mcpd, database, worker):
    key = database.value("SELECT mcp.create_api_key('deaf', level => 'viewer', scopes => '{list_mcps}')")
    answer = EventStream(Api(mcpd.url, key["key"]), path_of(start(database))).answer
    assert_problem(answer, 403)


def test_a_key_that_is_revoked_ends_its_stream(mcpd, database, worker):
    key = database.value("SELECT mcp.create_api_key('short', level => 'viewer')")
    with EventStream(Api(mcpd.url, key["key"]), path_of(start(database))) as stream:
        assert stream.next().kind == "run_created"
        database.query("SELECT mcp.revoke_api_key('short')")
        heard = list(stream.events())
    assert kinds(heard) == ["error"]


def test_a_token_that_ends_ends_its_stream(make_mcpd, database, worker):
    """Its end is 30 s past, which is forgiven, but for the last second or two."""
    daemon = make_mcpd(
        MCP_WORKER_SLOTS="0", MCP_JWT_ALGORITHM="HS256", MCP_JWT_SECRET=SECRET, MCP_JWT_AUDIENCE=AUDIENCE
    ).start()
    ending = claims(exp=int(time.time()) - 28)
    api = Api(daemon.url)
    api.session.headers["Authorization"] = "Bearer " + token(Hmac(SECRET), ending)
    with EventStream(api, path_of(start(database))) as stream:
        heard = list(stream.events())
    assert kinds(heard) == ["run_created", "error"]
    assert heard[-1].data["detail"] == "the token has expired"
    daemon.stop()


def test_a_stream_ends_when_the_daemon_does(make_mcpd, database, worker):
    daemon = make_mcpd(MCP_WORKER_SLOTS="0").start()
    with EventStream(Api(daemon.url, daemon.key), path_of(start(database))) as stream:
        assert stream.next().kind == "run_created"
        daemon.stop()
        assert list(stream.events()) == []


def connect(mcpd, path, **options):
    """A listener that is a socket, and asks for nothing but the stream."""
    listener = socket.socket()
    for name, value in options.items():
        listener.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    listener.connect(("127.0.0.1", mcpd.port))
    listener.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {mcpd.key}\r\n"
        "Accept: text/event-stream\r\n\r\n".encode()
    )
    return listener


def read_all(listeners, until):
    """What each has heard when all have heard it."""
    heard = {listener: b"" for listener in listeners}
    waiting = set(listeners)
    poll = select.poll()
    by_number = {listener.fileno(): listener for listener in listeners}
    for listener in listeners:
        poll.register(listener, select.POLLIN)
    deadline = time.monotonic() + 60
    while waiting:
        assert time.monotonic() < deadline, f"{len(waiting)} have not heard {until}"
        for number, _ in poll.poll(1000):
            listener = by_number[number]
            piece = listener.recv(65536)
            heard[listener] += piece
            if until in heard[listener] or not piece:
                waiting.discard(listener)
                poll.unregister(listener)
    return heard


def test_a_thousand_listen_to_one_daemon(mcpd, database, worker):
    runs = [start(database) for _ in range(10)]
    listeners = [connect(mcpd, path_of(runs[i % 10])) for i in range(LISTENERS)]
    try:
        read_all(listeners, b"run_created")
        memory = mcpd.resident()
        for _ in range(20):
            for run in runs:
                database.query("SELECT mcp.pause_run(%s, 'again'), mcp.resume_run(%s)", run, run)
            read_all(listeners, b"event: resumed")
        finish(worker)
        heard = read_all(listeners, b"event: end")
        assert is_sanitized() or mcpd.resident() < memory + 8 * 1024
    finally:
        for listener in listeners:
            listener.close()
    for i, listener in enumerate(listeners):
        assert runs[i % 10].encode() in heard[listener]
        assert heard[listener].count(b"event: run_succeeded") == 1


def test_who_reads_too_slowly_is_dropped(mcpd, api, database, worker):
    run = start(database)
    memory = mcpd.resident()
    slow = connect(mcpd, path_of(run), SO_RCVBUF=4096)
    with EventStream(api, path_of(run)) as quick:
        for _ in range(20):
            for _ in range(20):
                database.query("SELECT mcp.pause_run(%s, %s), mcp.resume_run(%s)", run, "x" * 20000, run)
            for _ in range(20):
                quick.until("resumed")
        assert is_sanitized() or mcpd.resident() < memory + 16 * 1024
        slow.settimeout(30)
        size = 0
        while piece := slow.recv(65536):
            size += len(piece)
            assert size < 400 * 20000, "he was served all of it"
        finish(worker)
        assert quick.until("end")
    slow.close()


def test_head_says_what_a_stream_would_be(api, database, worker):
    answer = api.request("HEAD", path_of(start(database)), headers={"Accept": "text/event-stream"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert api.get("/health").status_code == 200

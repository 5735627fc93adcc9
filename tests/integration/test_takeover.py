"""A worker that is killed: how soon another one has its tasks, and what becomes of its own word."""

import json
import subprocess
import sys
import time

import psycopg2
import pytest
from sql_worker import SqlWorker, success

# A worker in a process of its own: takes one task, says so, and does nothing.
VICTIM = """
import sys, time, psycopg2
connection = psycopg2.connect(sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
pid = connection.info.backend_pid if sys.argv[2] == "session" else None
cursor.execute("SELECT mcp.register_worker('victim', session_pid => %s)", (pid,))
epoch = cursor.fetchone()[0]
cursor.execute("SELECT mcp.worker_turn('victim', %s)", (epoch,))
print(epoch, len(cursor.fetchone()[0]["tasks"]), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module", autouse=True)
def definitions(database):
    database.query(
        "SELECT mcp.create_mcp(%s)",
        json.dumps({"name": "Taken", "type": "llm_prompt", "config": {"template": "x"}}),
    )
    database.query(
        "SELECT mcp.create_workflow(%s)",
        json.dumps({"name": "Taken", "steps": [{"step_id": "a", "name": "A", "mcp_id": "taken"}]}),
    )


@pytest.fixture
def start_victim(database):
    started = []

    def start(kind):
        process = subprocess.Popen(
            [sys.executable, "-c", VICTIM, database.url, kind], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        epoch, tasks = map(int, process.stdout.readline().split())
        assert tasks == 1
        return process, epoch

    yield start
    for process in started:
        process.kill()
        process.wait()
    database.query("SELECT mcp.retire_worker(worker, epoch) FROM mcp.workers")
    database.query("SELECT mcp.cancel_run(run_id) FROM mcp.live_runs")


def take_over(worker, seconds):
    """Turns as a worker does that has nothing to do; the tasks and how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        answer = worker.turn(room=1)
        if answer["tasks"]:
            return answer["tasks"], time.monotonic() - began
        time.sleep(answer["sleep_ms"] / 1000)
    return [], seconds


def test_a_killed_worker_with_a_session_is_replaced_within_two_seconds(database, start_victim):
    run = database.value("SELECT mcp.start_run('taken')")
    victim, _ = start_victim("session")
    heir = SqlWorker(database, "heir")
    assert heir.take() == []

    victim.kill()
    victim.wait()
    tasks, seconds = take_over(heir, 10)
    assert [(one["run_id"], one["attempt"]) for one in tasks] == [(str(run), 2)]
    assert seconds < 2

    heir.turn(success(tasks[0], 1))
    attempts = database.value("SELECT mcp.get_run(%s)", run)["step_results"]
    assert [(one["status"], one["error_class"]) for one in attempts] == [
        ("FAILED", "worker_lost"),
        ("SUCCESS", None),
    ]


def test_a_killed_worker_without_a_session_keeps_its_lease(database, start_victim):
    database.value("SELECT mcp.start_run('taken')")
    victim, _ = start_victim("none")
    heir = SqlWorker(database, "heir")
    victim.kill()
    victim.wait()
    assert take_over(heir, 3) == ([], 3)


def test_a_session_that_is_not_the_worker_s_own_does_not_count(database):
    """As behind a pooler, where the process that the client sees is not the one that works."""
    database.query("SELECT mcp.register_worker('pooled', session_pid => 1)")
    assert database.value("SELECT has_session FROM mcp.workers WHERE worker = 'pooled'") is False
    database.query("SELECT mcp.retire_worker(worker, epoch) FROM mcp.workers")


def test_a_worker_that_comes_back_in_another_session_goes_on(database, start_victim):
    """Its session was cut, it was not killed: its next turn takes the lock anew."""
    database.value("SELECT mcp.start_run('taken')")
    first = database.connect()
    with first.cursor() as cursor:
        cursor.execute(
            "SELECT mcp.register_worker('cut', session_pid => %s)", (first.info.backend_pid,)
        )
        epoch = cursor.fetchone()[0]
        cursor.execute("SELECT mcp.worker_turn('cut', %s)", (epoch,))
    first.commit()
    heir = SqlWorker(database, "heir")
    first.close()
    second = database.connect()
    with second.cursor() as cursor:
        cursor.execute("SELECT mcp.worker_turn('cut', %s, demand => '{}')", (epoch,))
    second.commit()
    assert take_over(heir, 3) == ([], 3)
    second.close()


def test_the_turn_of_a_worker_that_was_replaced_is_refused(database, start_victim):
    database.value("SELECT mcp.start_run('taken')")
    victim, epoch = start_victim("session")
    heir = SqlWorker(database, "heir")
    victim.kill()
    victim.wait()
    tasks, _ = take_over(heir, 10)
    assert len(tasks) == 1
    with pytest.raises(psycopg2.Error) as refusal:
        database.query("SELECT mcp.worker_turn('victim', %s)", epoch)
    assert refusal.value.pgcode == "MC011"


def refusals(database, run):
    return database.query(
        "SELECT step_ordinal, detail ->> 'worker', detail ->> 'attempt', detail ->> 'reason'"
        " FROM mcp.run_events WHERE run_id = %s AND kind = 'result_refused' ORDER BY event_id",
        run,
    )


def test_a_result_of_an_old_epoch_is_refused_and_noted(database):
    """The turn changes nothing, so its session notes it when it registers again."""
    run = database.value("SELECT mcp.start_run('taken')")
    session = database.connect()
    with session.cursor() as cursor:
        cursor.execute("SELECT mcp.register_worker('twice')")
        old_epoch = cursor.fetchone()[0]
        cursor.execute("SELECT mcp.worker_turn('twice', %s)", (old_epoch,))
        task = cursor.fetchone()[0]["tasks"][0]
        successor = SqlWorker(database, "twice")
        with pytest.raises(psycopg2.Error) as refusal:
            cursor.execute(
                "SELECT mcp.worker_turn('twice', %s, %s)",
                (old_epoch, json.dumps([success(task, 1)])),
            )
        assert refusal.value.pgcode == "MC011"
        assert refusals(database, run) == []
        cursor.execute("SELECT mcp.register_worker('twice again')")
    session.close()
    assert refusals(database, run) == [(0, "twice", "1", "stale_epoch")]

    answer = successor.turn(success(task, 1))
    assert [one["reason"] for one in answer["refused"]] == ["not_held"]
    assert refusals(database, run)[1:] == [(0, "twice", "1", "not_held")]
    database.query("SELECT mcp.retire_worker(worker, epoch) FROM mcp.workers")
    database.query("SELECT mcp.cancel_run(run_id) FROM mcp.live_runs")

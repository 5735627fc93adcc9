"""NOTIFY: who is told of work and of ends, and that nobody is told for nothing."""

import json
import select

import pytest


class Listener:
    """A connection that hears both channels."""

    def __init__(self, database):
        self.connection = database.connect()
        with self.connection.cursor() as cursor:
            cursor.execute("LISTEN mcp_work; LISTEN mcp_run")

    def hear(self):
        """All that was said until now: a word of our own tells where that ends."""
        with self.connection.cursor() as cursor:
            cursor.execute("LISTEN the_end; NOTIFY the_end")
        heard = self.take()
        while not heard or heard[-1] != ("the_end", ""):
            assert select.select([self.connection], [], [], 10)[0], "nothing is heard"
            heard += self.take()
        return heard[:-1]

    def take(self):
        self.connection.poll()
        taken = [(one.channel, one.payload) for one in self.connection.notifies]
        self.connection.notifies.clear()
        return taken


@pytest.fixture(scope="module", autouse=True)
def definitions(database):
    database.query(
        "SELECT mcp.create_mcp(%s)",
        json.dumps({"name": "Notify", "type": "llm_prompt", "config": {"template": "x"}}),
    )
    database.query(
        "SELECT mcp.create_workflow(%s)",
        json.dumps({"name": "Notify", "steps": [{"step_id": "a", "name": "A", "mcp_id": "notify"}]}),
    )


@pytest.fixture
def listener(database):
    listener = Listener(database)
    yield listener
    listener.connection.close()
    database.query("SELECT mcp.retire_worker(worker, epoch) FROM mcp.workers")
    database.query("SELECT mcp.cancel_run(run_id) FROM mcp.live_runs")


def register(database, name):
    return database.value("SELECT mcp.register_worker(%s)", name)


def turn(database, name, epoch, room=1, results=()):
    return database.value(
        "SELECT mcp.worker_turn(%s, %s, %s, %s)",
        name,
        epoch,
        json.dumps(list(results)),
        json.dumps({"default": room, "other": room}),
    )


def start(database, **options):
    return database.value("SELECT mcp.start_run('notify', '{}', %s)", json.dumps(options))


def success(task):
    return {
        "run_id": task["run_id"],
        "step_ordinal": task["step_ordinal"],
        "attempt": task["attempt"],
        "success": True,
    }


def test_work_wakes_a_worker_that_sleeps(database, listener):
    epoch = register(database, "one")
    turn(database, "one", epoch)
    start(database)
    start(database, queue="other")
    assert listener.hear() == [("mcp_work", "default"), ("mcp_work", "other")]


def test_nobody_is_told_where_nobody_sleeps(database, listener):
    start(database)
    epoch = register(database, "one")
    turn(database, "one", epoch, room=0)
    start(database)
    assert listener.hear() == []


def test_a_commit_tells_once_of_each_queue(database, listener):
    epoch = register(database, "one")
    turn(database, "one", epoch)
    database.query("SELECT mcp.start_run('notify') FROM generate_series(1, 100)")
    assert listener.hear() == [("mcp_work", "default")]


def test_who_fell_asleep_before_the_commit_is_told(database, listener):
    epoch = register(database, "one")
    user = database.connect()
    user.autocommit = False
    with user.cursor() as cursor:
        cursor.execute("SELECT mcp.start_run('notify')")
        turn(database, "one", epoch)
        assert listener.hear() == []
        user.commit()
    user.close()
    assert listener.hear() == [("mcp_work", "default")]


TURN = "SELECT mcp.worker_turn('one', %s, '[]', %s)"


@pytest.mark.parametrize(
    "starts, room, told",
    [
        (["default"], {"default": 2}, []),
        (["default", "default"], {"default": 2}, ["default"]),
        (["default", "other"], {"default": 2}, ["other"]),
        (["default"], {"default": 0, "other": 1}, ["default"]),
        ([f"q{i}" for i in range(9)], {f"q{i}": 2 for i in range(8)}, [""]),
    ],
    ids=["all taken", "perhaps not all", "another queue", "no room", "one queue too many"],
)
def test_work_that_its_own_transaction_took_wakes_nobody(database, listener, starts, room, told):
    epoch = register(database, "one")
    turn(database, "one", epoch)
    user = database.connect()
    user.autocommit = False
    with user.cursor() as cursor:
        for queue in starts:
            cursor.execute("SELECT mcp.start_run('notify', '{}', %s)", (json.dumps({"queue": queue}),))
        cursor.execute(TURN, (epoch, json.dumps(room)))
        user.commit()
    user.close()
    assert listener.hear() == [("mcp_work", queue) for queue in told]


def test_work_whose_taking_was_undone_wakes_those_who_sleep(database, listener):
    epoch = register(database, "one")
    turn(database, "one", epoch)
    user = database.connect()
    user.autocommit = False
    with user.cursor() as cursor:
        cursor.execute("SELECT mcp.start_run('notify'); SAVEPOINT before")
        cursor.execute(TURN, (epoch, '{"default": 2}'))
        cursor.execute("ROLLBACK TO before")
        user.commit()
    user.close()
    assert listener.hear() == [("mcp_work", "default")]


def test_a_start_that_is_rolled_back_tells_nobody(database, listener):
    epoch = register(database, "one")
    turn(database, "one", epoch)
    user = database.connect()
    user.autocommit = False
    with user.cursor() as cursor:
        cursor.execute("SELECT mcp.start_run('notify')")
    user.rollback()
    with user.cursor() as cursor:
        cursor.execute("SELECT 1")
    user.commit()
    user.close()
    assert listener.hear() == []


def test_a_step_that_is_given_back_wakes_another(database, listener):
    gone = register(database, "gone")
    start(database)
    assert turn(database, "gone", gone)["tasks"]
    sleeping = register(database, "one")
    turn(database, "one", sleeping)
    listener.hear()
    database.query("SELECT mcp.retire_worker('gone', %s)", gone)
    assert listener.hear() == [("mcp_work", "default")]


def test_a_cancelled_run_is_told(database, listener):
    run_id = start(database)
    database.query("SELECT mcp.cancel_run(%s)", run_id)
    assert listener.hear() == [("mcp_run", run_id)]


def test_an_end_is_told_where_others_are_alive(database, listener):
    one = register(database, "one")
    run_id = start(database)
    task = turn(database, "one", one)["tasks"][0]
    turn(database, "one", one, room=0, results=[success(task)])
    assert ("mcp_run", run_id) not in listener.hear()

    register(database, "two")
    run_id = start(database)
    task = turn(database, "one", one)["tasks"][0]
    turn(database, "one", one, room=0, results=[success(task)])
    assert ("mcp_run", run_id) in listener.hear()

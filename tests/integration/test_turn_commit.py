"""A turn that only hands out work does not wait for the disk; whatever was said to anybody is there.

The server is killed right after, while nothing has written its log for it.
"""

import json

import pytest

WORKER = "commit"


@pytest.fixture(scope="module")
def workflow(database):
    database.query(
        "SELECT mcp.create_mcp(%s)",
        json.dumps({"name": "theirs", "type": "worker", "config": {"queue": "commit"}}),
    )
    database.query(
        "SELECT mcp.create_workflow(%s)",
        json.dumps(
            {"name": "one", "steps": [{"step_id": "a", "name": "a", "mcp_id": "theirs"}]}
        ),
    )
    database.query("CREATE TABLE public.kept (n integer)")
    return "one"


def register(database):
    return database.value("SELECT mcp.register_worker(%s)", WORKER)


def turn(cursor, epoch, results=()):
    cursor.execute(
        "SELECT mcp.worker_turn(%s, %s, %s, '{\"commit\": 1}')",
        (WORKER, epoch, json.dumps(list(results))),
    )
    return cursor.fetchone()[0]


def crash(server):
    server.crash()
    server.start()


def test_a_claim_that_was_lost_is_made_again(database, server, workflow):
    run = database.value("SELECT mcp.start_run(%s)::text", workflow)
    epoch = register(database)
    with database.connect().cursor() as cursor:
        [task] = turn(cursor, epoch)["tasks"]
    crash(server)
    # Whether the claim came to disk or not: the worker that held the step is asked anew.
    epoch = register(database)
    with database.connect().cursor() as cursor:
        answer = turn(cursor, epoch, [{**task, "success": True, "result": "early"}])
        [again] = answer["tasks"]
        assert again["idempotency_token"] == task["idempotency_token"]
        assert [refusal["run_id"] for refusal in answer["refused"]] == [run]
        answer = turn(cursor, epoch, [{**again, "success": True, "result": "taken"}])
        assert answer["finished"] == [{"run_id": run, "status": "SUCCESS"}]
    crash(server)
    assert database.value("SELECT mcp.get_run(%s) ->> 'status'", run) == "SUCCESS"


def test_what_else_is_in_the_transaction_waits_for_the_disk(database, server, workflow):
    epoch = register(database)
    for number, first in enumerate(("row", "turn")):
        database.query("SELECT mcp.start_run(%s)", workflow)
        connection = database.connect()
        connection.autocommit = False
        with connection.cursor() as cursor:
            if first == "row":
                cursor.execute("INSERT INTO public.kept VALUES (%s)", (number,))
            assert turn(cursor, epoch)["tasks"]
            if first == "turn":
                cursor.execute("INSERT INTO public.kept VALUES (%s)", (number,))
        connection.commit()
        crash(server)
        assert database.value("SELECT count(*) FROM public.kept WHERE n = %s", number) == 1
        # The lease is from before the crash, and still good.
        assert database.value("SELECT epoch FROM mcp.workers WHERE worker = %s", WORKER) == epoch

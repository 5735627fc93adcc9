"""Round after round something is killed or stopped while 200 ten-step runs go.

Whatever dies: every run ends, no acknowledged step is lost, none is recorded
twice, and a query has had its effect exactly once.  MCP_CRASH_ROUNDS gives
another number of rounds.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time

import psycopg2
import pytest
from waiting import wait_for

ROUNDS = int(os.environ.get("MCP_CRASH_ROUNDS", 100))
ROUNDS_LONG = 1000
RUNS = 200
STEPS = 10
QUERY = 4
WORKERS = 3
WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "crash_worker.py")

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def query(database):
    """The id of an MCP of kind sql that leaves a row for each time it is run."""
    database.query("CREATE ROLE crash_clerk")
    database.query("CREATE TABLE public.effects (run text)")
    database.query("GRANT INSERT ON public.effects TO crash_clerk")
    config = {
        "role": "crash_clerk",
        "query": "INSERT INTO public.effects VALUES (inputs.run)",
        "parameters": ["run"],
        "read_only": False,
    }
    yield database.value(
        "SELECT mcp.create_mcp(%s) ->> 'id'",
        json.dumps({"name": "leave", "type": "sql", "config": config}),
    )
    database.query("DROP OWNED BY crash_clerk")
    database.query("DROP ROLE crash_clerk")


@pytest.fixture(scope="module")
def chain(database, query):
    """Ten steps that count on from the one before; the fifth is a query."""
    database.query(
        "SELECT mcp.create_mcp(%s)",
        json.dumps({"name": "count", "type": "worker", "config": {}}),
    )
    steps = [{"step_id": "s0", "name": "s0", "mcp_id": "count", "inputs": {}}]
    for place in range(1, STEPS):
        before = {"source_type": "step_output", "source_output_name": "n"}
        before["source_step_id"] = f"s{place - (2 if place == QUERY + 1 else 1)}"
        if place == QUERY:
            steps.append(
                {
                    "step_id": f"s{place}",
                    "name": f"s{place}",
                    "mcp_id": query,
                    "inputs": {
                        "run": {
                            "source_type": "workflow_input",
                            "workflow_input_key": "run",
                        }
                    },
                }
            )
            continue
        steps.append(
            {
                "step_id": f"s{place}",
                "name": f"s{place}",
                "mcp_id": "count",
                "inputs": {"n": before},
            }
        )
    database.query(
        "SELECT mcp.create_workflow(%s)",
        json.dumps({"name": "chain", "execution_mode": "sequential", "steps": steps}),
    )
    return "chain"


class Crew:
    """Worker processes, and what each was told that it had done."""

    def __init__(self, database, folder, query):
        self.database = database
        self.query = query
        self.folder = folder
        self.processes = {}
        self.dice = random.Random(1)

    def __enter__(self):
        for number in range(WORKERS):
            self.start(f"crash-{number}")
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.kill(name)

    def start(self, name):
        self.processes[name] = subprocess.Popen(
            [
                sys.executable,
                WORKER,
                name,
                self.database.name,
                self.log(name),
                self.query,
            ]
        )

    def log(self, name):
        return os.path.join(self.folder, name)

    def choose(self):
        return self.dice.choice(sorted(self.processes))

    def kill(self, name):
        process = self.processes.pop(name)
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()

    def acknowledged(self):
        lines = []
        for name in os.listdir(self.folder):
            with open(self.log(name), encoding="ascii") as log:
                lines += [tuple(json.loads(line)) for line in log if line.endswith("\n")]
        return lines


def kill_worker(crew, server):
    name = crew.choose()
    crew.kill(name)
    crew.start(name)


def kill_backend(crew, server):
    """The postmaster ends all the others then, and recovers."""
    backends = wait_for(
        lambda: patiently(
            crew.database.query,
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE '%worker_turn%' AND pid <> pg_backend_pid()",
        ),
        "a worker to be connected",
    )
    os.kill(crew.dice.choice(backends)[0], signal.SIGKILL)


def kill_postmaster(crew, server):
    server.crash()
    server.start()


def stop_past_the_lease(crew, server):
    """Another takes its steps; what it says afterwards is refused."""
    name = crew.choose()
    process = crew.processes[name]
    process.send_signal(signal.SIGSTOP)
    crew.database.query(
        "UPDATE mcp.workers SET lease_until = now() - interval '1 s' WHERE worker = %s",
        name,
    )
    wait_for(
        lambda: crew.database.query("SELECT 1 FROM mcp.workers WHERE worker = %s", name)
        == [],
        "another worker to notice",
    )
    process.send_signal(signal.SIGCONT)


BLOWS = [kill_worker, kill_backend, kill_postmaster, stop_past_the_lease]


def patiently(call, *arguments):
    """What the call returns, once the database is back."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return call(*arguments)
        except psycopg2.OperationalError:
            assert time.monotonic() < deadline, "the database is not back"
            time.sleep(0.02)


def keep_going(database, chain, target):
    """As many runs as there should be at once, some of them new."""
    patiently(
        database.query,
        "SELECT mcp.start_run(%s, jsonb_build_object('run', gen_random_uuid()))"
        " FROM generate_series(1, %s - ("
        " SELECT count(*)::integer FROM mcp.live_runs))",
        chain,
        target,
    )


def strike(database, chain, crew, server, blow, rounds):
    for _ in range(rounds):
        keep_going(database, chain, RUNS)
        time.sleep(crew.dice.random() * 0.1)
        blow(crew, server)
    wait_for(
        lambda: patiently(database.value, "SELECT count(*) FROM mcp.live_runs") == 0,
        "every run to end",
        seconds=120,
    )


def check(database, crew):
    for table in ("ready_steps", "timers", "parked_steps"):
        assert database.value(f"SELECT count(*) FROM mcp.{table}") == 0, table
    # Not lost: a step that ended well is there once, and a run has all of them.
    assert (
        database.query(
            "SELECT s.run_id, s.step_ordinal FROM mcp.step_runs AS s"
            " WHERE s.status = 'SUCCESS' GROUP BY 1, 2 HAVING count(*) > 1"
        )
        == []
    )
    assert (
        database.query(
            "SELECT r.run_id, r.status, r.outputs, r.error_message"
            " FROM mcp.finished_runs AS r"
            " WHERE NOT (r.status = 'SUCCESS' AND r.outputs = %s"
            "  OR r.status = 'FAILED' AND r.error_message LIKE '%%worker%%')",
            json.dumps({"n": STEPS - 1}),
        )
        == []
    )
    # Each query that is recorded left one row, and none left two or none.
    assert (
        database.query(
            "SELECT r.run_id, e.times FROM mcp.step_runs AS s"
            " JOIN mcp.finished_runs AS r USING (run_id)"
            " LEFT JOIN (SELECT run, count(*) AS times FROM public.effects GROUP BY run) AS e"
            "  ON e.run = r.inputs ->> 'run'"
            " WHERE s.step_ordinal = %s AND s.status = 'SUCCESS' AND e.times IS DISTINCT FROM 1",
            QUERY,
        )
        == []
    )
    assert database.value("SELECT count(*) FROM public.effects") == database.value(
        "SELECT count(*) FROM mcp.step_runs WHERE step_ordinal = %s AND status = 'SUCCESS'",
        QUERY,
    )
    recorded = set(
        database.query(
            "SELECT run_id::text, step_ordinal, attempt FROM mcp.step_runs"
            " WHERE status = 'SUCCESS'"
        )
    )
    acknowledged = crew.acknowledged()
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) <= recorded
    assert acknowledged


def live_through(database, chain, query, server, folder, blow, rounds):
    database.query("TRUNCATE mcp.step_runs, mcp.finished_runs, public.effects")
    with Crew(database, str(folder), query) as crew:
        strike(database, chain, crew, server, blow, rounds)
        check(database, crew)


@pytest.mark.parametrize("blow", BLOWS, ids=lambda blow: blow.__name__)
def test_rounds(database, chain, query, server, tmp_path, blow):
    live_through(database, chain, query, server, tmp_path, blow, ROUNDS)


@pytest.mark.long
@pytest.mark.parametrize("blow", BLOWS, ids=lambda blow: blow.__name__)
def test_many_rounds(database, chain, query, server, tmp_path, blow):
    live_through(database, chain, query, server, tmp_path, blow, ROUNDS_LONG)

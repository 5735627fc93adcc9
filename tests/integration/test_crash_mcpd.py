"""Round after round a daemon is killed while 200 ten-step runs go through two.

Whoever dies: what was answered as started is there once and ends, no step is
recorded twice, and a query has had its effect exactly once.  MCP_CRASH_ROUNDS
gives another number of rounds.
"""

import concurrent.futures
import os
import random
import uuid

import pytest
import requests
from definitions import Workbench, output_of, static, step, workflow_input
from mcpd import Api
from peer import Peer, response
from waiting import wait_for

ROUNDS = int(os.environ.get("MCP_CRASH_ROUNDS", 100))
ROUNDS_LONG = 1000
RUNS = 200
STEPS = 10
QUERY = 4
SCRIPT = 7

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def clerk(database):
    database.query("CREATE ROLE crash_mcpd_clerk")
    database.query("GRANT crash_mcpd_clerk TO mcpd")
    database.query("CREATE TABLE public.effects (run text)")
    database.query("GRANT INSERT ON public.effects TO crash_mcpd_clerk")
    yield "crash_mcpd_clerk"
    database.query("DROP OWNED BY crash_mcpd_clerk")
    database.query("DROP ROLE crash_mcpd_clerk")


class Pair:
    """Two daemons of one key: one that comes back by its name, and one that does not."""

    def __init__(self, make_mcpd):
        key = uuid.uuid4().hex
        self.daemons = [
            make_mcpd(MCP_API_KEY=key, MCP_WORKER_SLOTS="16", **settings)
            for settings in ({"MCP_WORKER_NAME": "phoenix"}, {})
        ]
        for daemon in self.daemons:
            daemon.key = key
            daemon.start()
        self.apis = [Api(daemon.url, key) for daemon in self.daemons]
        self.dice = random.Random(1)
        self.registered = [0, 0]

    def strike(self):
        """One dies with all that it has, and the next round may hit its successor."""
        chosen = self.dice.randrange(2)
        daemon = self.daemons[chosen]
        wait_for(lambda: self.has_registered(chosen), "the worker to be registered")
        self.registered[chosen] = self.count_registered(chosen)
        daemon.kill()
        daemon.spawn()

    def has_registered(self, chosen):
        assert self.daemons[chosen].process.poll() is None, self.daemons[chosen].log()
        return self.count_registered(chosen) > self.registered[chosen]

    def count_registered(self, chosen):
        return self.daemons[chosen].log().count("worker is registered")

    def start(self, flow):
        """The id of a run: asked for with one key, of whoever answers."""
        key = uuid.uuid4().hex

        def ask():
            for api in self.apis:
                try:
                    answer = requests.post(
                        f"{api.url}/workflows/{flow}/execute",
                        json={"run": key},
                        headers={
                            **api.session.headers,
                            "Prefer": "respond-async",
                            "Idempotency-Key": key,
                        },
                        timeout=20,
                    )
                except requests.RequestException:
                    continue
                if answer.status_code == 202:
                    return answer.json()["run_id"]
                assert answer.status_code in (409, 503), answer.text
            return None

        return wait_for(ask, "a start to be answered")


@pytest.fixture(scope="module")
def pair(make_mcpd):
    return Pair(make_mcpd)


@pytest.fixture(scope="module")
def counter(database):
    """Whom the steps ask what comes after n: quicker than a process for each."""
    peer = Peer()
    peer.script = [lambda request: response(200, {"n": request.json["n"] + 1})]
    database.query("SELECT mcp.allow_http_target('127.0.0.1', %s, 'counts on')", peer.port)
    yield peer
    peer.close()


@pytest.fixture(scope="module")
def chain(pair, clerk, counter):
    """Steps that count on from the one before, the last but two as a script; one query."""
    bench = Workbench(pair.apis[0])
    call = create(
        pair,
        type="http_request",
        config={"url": counter.url, "method": "POST", "body": {"n": "{n}"}},
    )
    script = bench.script("def main(n):\n    return {'body': {'n': n + 1}}\n")
    query = create(
        pair,
        type="sql",
        config={
            "role": clerk,
            "query": "INSERT INTO public.effects VALUES (inputs.run)",
            "parameters": ["run"],
            "read_only": False,
        },
    )
    steps = [step("s0", call, n=static(0))]
    for place in range(1, STEPS):
        if place == QUERY:
            steps.append(step(f"s{place}", query, run=workflow_input("run")))
            continue
        before = place - (2 if place == QUERY + 1 else 1)
        steps.append(
            step(
                f"s{place}",
                script if place == SCRIPT else call,
                n=output_of(f"s{before}", "body.n"),
            )
        )
    return bench.workflow(steps)


def create(pair, **definition):
    answer = pair.apis[0].post("/context", {"name": f"Crash {definition['type']}", **definition})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def keep_going(database, pair, chain, threads):
    """As many runs as there should be at once, some of them new; which were answered."""
    missing = RUNS - database.value("SELECT count(*)::integer FROM mcp.live_runs")
    return list(threads.map(lambda _: pair.start(chain), range(missing)))


def check(database, started):
    for table in ("ready_steps", "timers", "parked_steps"):
        assert database.value(f"SELECT count(*) FROM mcp.{table}") == 0, table
    # Each start that was answered made one run, and no other start made any.
    ended = [one for (one,) in database.query("SELECT run_id::text FROM mcp.finished_runs")]
    assert sorted(ended) == sorted(started)
    assert len(set(started)) == len(started)
    # A worker is lost so often only where the dice say so; then the run says so too.
    assert (
        database.query(
            "SELECT r.run_id, r.status, r.error_message FROM mcp.finished_runs AS r"
            " WHERE NOT (r.status = 'SUCCESS' AND (SELECT count(*) FROM mcp.step_runs AS s"
            "   WHERE s.run_id = r.run_id AND s.status = 'SUCCESS') = %s"
            "  OR r.status = 'FAILED' AND r.error_message LIKE '%%worker%%')",
            STEPS,
        )
        == []
    )
    assert (
        database.query(
            "SELECT s.run_id, s.step_ordinal FROM mcp.step_runs AS s"
            " WHERE s.status = 'SUCCESS' GROUP BY 1, 2 HAVING count(*) > 1"
        )
        == []
    )
    # Each result came of the one before it: the query alone does not count on.
    assert database.value(
        "SELECT array_agg(DISTINCT r.outputs #> '{body,n}') FROM mcp.finished_runs AS r"
        " WHERE r.status = 'SUCCESS'"
    ) == [STEPS - 1]
    assert database.query("SELECT run FROM public.effects ORDER BY 1") == database.query(
        "SELECT r.inputs ->> 'run' FROM mcp.step_runs AS s"
        " JOIN mcp.finished_runs AS r USING (run_id)"
        " WHERE s.status = 'SUCCESS' AND s.step_ordinal = %s ORDER BY 1",
        QUERY,
    )


def live_through(database, pair, chain, rounds):
    database.query("TRUNCATE mcp.step_runs, mcp.finished_runs, public.effects")
    started = []
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        for _ in range(rounds):
            started += keep_going(database, pair, chain, threads)
            pair.strike()
    wait_for(
        lambda: database.value("SELECT count(*) FROM mcp.live_runs") == 0,
        "every run to end",
        seconds=300,
    )
    check(database, started)


def test_rounds(database, pair, chain):
    live_through(database, pair, chain, ROUNDS)


@pytest.mark.long
def test_many_rounds(database, pair, chain):
    live_through(database, pair, chain, ROUNDS_LONG)

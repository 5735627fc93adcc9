"""Many workers, users who cancel, workers that are lost: what the engine promises.

No daemon here: threads play the workers, each on a connection of its own, and do
what real ones only do on bad days.  The seed of a failure is in its message; give
it again as MCP_STORM_SEED (threads still race as they like).
"""

import collections
import json
import os
import random
import threading
import time

import psycopg2
import pytest

SEED = int(os.environ.get("MCP_STORM_SEED", time.time()))
WORKERS = 4
RUNS = 150
SECONDS_MAX = 120


@pytest.fixture(scope="module")
def workflows(database):
    """A chain, a diamond of diamonds and a wide one, under each strategy."""
    database.query(
        "SELECT mcp.create_mcp(%s)",
        json.dumps({"name": "Storm", "type": "llm_prompt", "config": {"template": "x"}}),
    )

    def step(name, *befores):
        return {
            "step_id": name,
            "name": name,
            "mcp_id": "storm",
            "depends_on": list(befores),
            "inputs": {
                before: {
                    "source_type": "step_output",
                    "source_step_id": before,
                    "source_output_name": "out",
                }
                for before in befores
            },
        }

    shapes = {
        "chain": [step("s0")] + [step(f"s{i}", f"s{i - 1}") for i in range(1, 6)],
        "diamonds": [
            step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"),
            step("e", "d"), step("f", "d"), step("g", "e", "f", "a"),
        ],
        "wide": [step(f"w{i}") for i in range(12)] + [step("join", *(f"w{i}" for i in range(12)))],
    }
    made = {}
    for shape, steps in shapes.items():
        for strategy in ("Stop on Error", "Retry with Backoff"):
            slug = f"{shape}-{strategy.split()[0].lower()}"
            made[slug] = len(steps)
            database.query(
                "SELECT mcp.create_workflow(%s)",
                json.dumps(
                    {
                        "name": slug,
                        "slug": slug,
                        "execution_mode": "parallel",
                        "error_handling": {"strategy": strategy},
                        "steps": steps,
                    }
                ),
            )
    return made


class Worker(threading.Thread):
    """Takes tasks, gives results; now and then forgets all and starts anew."""

    def __init__(self, name, database, storm):
        super().__init__(name=name)
        self.random = random.Random(f"{SEED} {name}")
        self.connection = database.connect()
        self.storm = storm
        self.accepted = collections.Counter()
        self.problem = None

    def run(self):
        try:
            self.work()
        except Exception as problem:  # told by the test
            self.problem = problem
        finally:
            self.connection.close()

    def work(self):
        cursor = self.connection.cursor()
        epoch = self.register(cursor)
        tasks = []
        while not self.storm.is_over():
            if self.random.random() < 0.01:
                epoch, tasks = self.register(cursor), []
            results = [self.result(task) for task in tasks if self.random.random() < 0.7]
            done = {key(result) for result in results}
            tasks = [task for task in tasks if key(task) not in done]
            held = None
            if self.random.random() < 0.02:
                # As after an answer that was lost: what is forgotten comes again.
                tasks = tasks[1:]
                held = json.dumps([{k: t[k] for k in ("run_id", "step_ordinal", "attempt")} for t in tasks])
            room = max(0, self.random.randrange(1, 12) - len(tasks))
            cursor.execute(
                "SELECT mcp.worker_turn(%s, %s, %s, %s, %s)",
                (self.name, epoch, json.dumps(results), json.dumps({"default": room}), held),
            )
            answer = cursor.fetchone()[0]
            refused = {key(one) for one in answer["refused"]}
            self.accepted.update(done - refused)
            over = {one["run_id"] for one in answer["refused"] if one["reason"] == "run_over"}
            tasks = [task for task in tasks if task["run_id"] not in over] + answer["tasks"]

    def register(self, cursor):
        cursor.execute("SELECT mcp.register_worker(%s)", (self.name,))
        return cursor.fetchone()[0]

    def result(self, task):
        is_success = self.random.random() < 0.96
        return {
            "run_id": task["run_id"],
            "step_ordinal": task["step_ordinal"],
            "attempt": task["attempt"],
            "success": is_success,
            "result": {"out": task["step_id"]},
            "error": None if is_success else "bad luck",
        }


class Storm:
    """Whether it is over: all was started, and nothing lives any more."""

    def __init__(self, database):
        self.database = database
        self.deadline = time.monotonic() + SECONDS_MAX
        self.has_started_all = False
        self.checked_at = 0.0
        self.ended = False
        self.lock = threading.Lock()

    def is_over(self):
        with self.lock:
            now = time.monotonic()
            if not self.ended and self.has_started_all and now - self.checked_at > 0.2:
                self.checked_at = now
                self.ended = self.database.value("SELECT count(*) FROM mcp.live_runs") == 0
            return self.ended or now > self.deadline


def key(attempt):
    return attempt["run_id"], attempt["step_ordinal"], attempt["attempt"]


def start_and_cancel(database, workflows, storm):
    """Starts all runs, and cancels some of them at a time of their own."""
    dice = random.Random(SEED)
    connection = database.connect()
    cursor = connection.cursor()
    runs = []
    for _ in range(RUNS):
        slug = dice.choice(sorted(workflows))
        cursor.execute("SELECT mcp.start_run(%s, '{}', %s)", (slug, json.dumps({"priority": dice.randrange(3)})))
        runs.append((cursor.fetchone()[0], slug))
        if dice.random() < 0.1:
            try:
                cursor.execute("SELECT mcp.cancel_run(%s)", (dice.choice(runs)[0],))
            except psycopg2.Error as error:
                assert error.pgcode == "MC010"
    storm.has_started_all = True
    connection.close()
    return runs


def test_every_run_ends_and_each_accepted_result_is_recorded_once(database, workflows):
    storm = Storm(database)
    workers = [Worker(f"storm-{i}", database, storm) for i in range(WORKERS)]
    for worker in workers:
        worker.start()
    runs = start_and_cancel(database, workflows, storm)
    for worker in workers:
        worker.join()

    told = f"MCP_STORM_SEED={SEED}"
    assert [worker.problem for worker in workers if worker.problem] == [], told
    hot = database.query(
        "SELECT (SELECT count(*) FROM mcp.live_runs), (SELECT count(*) FROM mcp.ready_steps),"
        " (SELECT count(*) FROM mcp.timers)"
    )
    assert hot == [(0, 0, 0)], told
    check_history(database, workflows, runs, told)
    check_results(database, workers, told)


def check_history(database, workflows, runs, told):
    """Attempts count from 1; a success did each step once and nothing after."""
    statuses = set()
    for run_id, slug in runs:
        run = database.value("SELECT mcp.get_run(%s)", run_id)
        statuses.add(run["status"])
        attempts = collections.defaultdict(list)
        for one in run["step_results"]:
            attempts[one["step_id"]].append((one["attempt"], one["status"]))
        for step_id, list_ in attempts.items():
            numbers = [number for number, _ in list_]
            assert numbers == list(range(1, len(numbers) + 1)), (told, run_id, step_id)
            assert all(status == "FAILED" for _, status in list_[:-1]), (told, run_id, step_id)
        ends = [list_[-1][1] for list_ in attempts.values()]
        if run["status"] == "SUCCESS":
            assert ends == ["SUCCESS"] * workflows[slug], (told, run_id)
        elif run["status"] == "FAILED":
            assert ends.count("FAILED") >= 1, (told, run_id)
        else:
            assert run["status"] == "CANCELLED", (told, run_id)
    assert statuses == {"SUCCESS", "FAILED", "CANCELLED"}, told


def check_results(database, workers, told):
    """What a worker was not refused is there, under its name, and nothing else."""
    for worker in workers:
        recorded = collections.Counter(
            database.query(
                "SELECT run_id::text, step_ordinal, attempt FROM mcp.step_runs"
                " WHERE worker = %s AND status IN ('SUCCESS', 'FAILED')"
                " AND error_class IS DISTINCT FROM 'worker_lost'",
                worker.name,
            )
        )
        assert recorded == worker.accepted, (told, worker.name)

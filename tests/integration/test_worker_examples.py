"""The workers of examples/workers: each takes the task of the examples from its queue and completes it."""

import json
import os
import shutil
import subprocess

import pytest
from definitions import unique
from postgres import TOP
from waiting import wait_for

WORKERS = os.path.join(TOP, "examples", "workers")


def command_of(runtime):
    if runtime == "python":
        return ["/usr/bin/python3", os.path.join(WORKERS, "worker.py")]
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if subprocess.run([node, "-e", "require('pg')"], cwd=WORKERS, capture_output=True).returncode != 0:
        pytest.skip("node has no package pg")
    return [node, os.path.join(WORKERS, "worker.mjs")]


@pytest.mark.parametrize("runtime", ["python", "node"])
def test_an_example_completes_a_task(database, runtime):
    command = command_of(runtime)
    with open(os.path.join(TOP, "examples/mcps/task.json")) as file:
        task = {**json.load(file), "name": unique("task")}
    mcp = database.value("SELECT mcp.create_mcp(%s) ->> 'id'", json.dumps(task))
    run = database.value("SELECT mcp.start_mcp(%s, '{\"n\": 1}')", mcp)
    worker = subprocess.Popen([*command, database.url, task["initial_config"]["queue"]])
    try:
        wait_for(lambda: state_of(database, run) == "SUCCESS", "the run to end")
    finally:
        worker.terminate()
        worker.wait()
    assert database.value("SELECT mcp.get_run(%s) -> 'final_outputs'", run) == {
        "echo": {"n": 1},
        "by": runtime,
    }


def state_of(database, run):
    return database.value("SELECT mcp.get_run(%s) ->> 'status'", run)

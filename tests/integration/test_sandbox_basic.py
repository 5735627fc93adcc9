"""MCP_SANDBOX=basic: what runs in it, and what cannot."""

import pytest
from definitions import unique


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    return make_mcpd(MCP_SANDBOX="basic").start()


def test_a_script_runs_and_has_no_socket(bench):
    answer = bench.call(bench.script("import socket\n\n\ndef main():\n    socket.socket(socket.AF_UNIX)\n"), {})
    assert not answer["success"]
    assert "Address family not supported" in answer["stderr"]
    assert bench.call(bench.script("def main():\n    return {'is': 1}\n"), {})["result"] == {"is": 1}


def test_a_notebook_is_refused_and_told_why(bench, api):
    body = {
        "name": unique("notebook"),
        "type": "jupyter_notebook",
        "initial_config": {"notebook_content": {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}},
    }
    mcp = api.post("/context", body).json()["id"]
    run = bench.get_run(bench.call(mcp, {})["run_id"])
    (attempt,) = run["step_results"]
    assert attempt["error_class"] == "unsupported"
    assert 'the sandbox level "basic" allows no sockets' in attempt["error"]
    assert 'MCP_SANDBOX be "standard"' in attempt["error"]


def test_a_network_is_refused_and_told_why(bench):
    mcp = bench.script("def main():\n    pass\n", network={"hosts": ["example.org:443"]})
    (attempt,) = bench.get_run(bench.call(mcp, {})["run_id"])["step_results"]
    assert attempt["error_class"] == "unsupported"
    assert "its network would be that of this machine" in attempt["error"]

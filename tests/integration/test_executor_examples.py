"""The examples that take more than a script: models, against a server that says what it was told; a notebook; queries."""

import os
import subprocess

import pytest
from definitions import unique
from mcpd import sandbox_level
from model_server import answer
from peer import Peer

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")


@pytest.fixture(scope="module", params=["claude-test-1", "gpt-test-1"])
def mcpd(make_mcpd, request):
    server = Peer()
    server.play(answer)
    daemon = make_mcpd(
        MCP_DEFAULT_MODEL=request.param,
        ANTHROPIC_API_KEY="none-needed",
        ANTHROPIC_BASE_URL=server.url,
        OPENAI_BASE_URL=server.url + "/v1",
    )
    subprocess.run(
        [os.path.join(EXAMPLES, "load.sh")],
        env={**os.environ, "MCP_BASE_URL": daemon.start().url, "MCP_API_KEY": daemon.key},
        check=True,
        capture_output=True,
    )
    yield daemon
    daemon.stop()
    server.close()


def test_a_prompt(bench):
    result = bench.call("summary", {"text": "a long story"})["result"]
    assert result["text"] == "You said: Summarise in one sentence:\n\na long story"


def test_an_assistant_with_a_tool(bench):
    result = bench.call("helper", {"message": "hello"})["result"]
    (call,) = result["tool_calls"]
    assert (call["name"], call["arguments"]) == ("echo", {"input_string": "hello"})
    assert result["text"] == 'You said: {"output_string": "hello"}'


def test_both_in_a_workflow(bench, api):
    ask = api.get("/workflows/ask").json()["workflow_id"]
    run = bench.run(ask, {"text": "a story", "session": "example"})
    assert run["status"] == "SUCCESS", run
    summary, helped = run["step_results"]
    assert helped["outputs_generated"]["session"] == "example"
    assert summary["outputs_generated"]["text"] in helped["outputs_generated"]["text"].replace("\\n", "\n")
    assert run["usage"]["input_tokens"] == 33


@pytest.mark.skipif(
    "sandbox_level() != 'standard'", reason="a kernel has no sockets in the basic sandbox"
)
def test_a_notebook_in_a_workflow(bench, api):
    report = api.get("/workflows/report").json()["workflow_id"]
    run = bench.run(report, {"count": 3})
    assert run["status"] == "SUCCESS", run
    assert run["step_results"][0]["outputs_generated"]["result"] == {"squares": [1, 4, 9], "sum": 14}
    assert run["final_outputs"]["output_string"] == "1 4 9\n"
    kept = api.get(f"/workflows/runs/{run['run_id']}/artifacts/squares")
    assert kept.headers["Content-Type"] == "application/x-ipynb+json"


@pytest.fixture(scope="module")
def shop(database):
    """What examples/shop.sql makes, twice over, as an operator may."""
    with open(os.path.join(EXAMPLES, "shop.sql")) as file:
        script = file.read()
    database.query(script)
    database.query(script)
    yield
    database.query("DROP SCHEMA shop CASCADE")
    database.query("DROP ROLE shop_clerk")


def test_queries_in_a_workflow(bench, api, database, shop):
    order = api.get("/workflows/order").json()["workflow_id"]
    customer = unique("customer")
    for quantity in ({}, {"quantity": 2}):
        run = bench.run(order, {"customer": customer, "item": "tea", **quantity})
        assert run["status"] == "SUCCESS", run
    rows = run["final_outputs"]["rows"]
    assert [(row["item"], row["quantity"]) for row in rows] == [("tea", 2), ("tea", 1)]
    assert database.value("SELECT count(*) FROM shop.orders WHERE customer = %s", customer) == 2


def test_a_query_that_the_table_refuses_leaves_nothing(bench, api, database, shop):
    refused = bench.call("place-order", {"customer": "x", "item": "tea", "quantity": 0})
    assert not refused["success"]
    assert "orders_quantity_check" in refused["error"]
    assert database.value("SELECT count(*) FROM shop.orders WHERE customer = 'x'") == 0

"""Answers of models as events of their runs, while they come in."""

import time

import pytest
from definitions import Workbench, static, step, unique
from mcpd import Api, free_port
from models import WIRES, says, sse, stream_head
from peer import Peer
from waiting import wait_for

KEY = "sk-test-THISISTHEKEY-0123456789"


@pytest.fixture(scope="module")
def model():
    server = Peer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def mcpd(make_mcpd, model):
    settings = {"MCP_RETRY_DELAY": "0.05", "MCP_MAX_RETRIES": "2", "MCP_TOKEN_INTERVAL": "0.1"}
    for wire in WIRES:
        settings[wire.key_variable] = KEY
        settings[wire.url_variable] = model.url + wire.base + "/"
    return make_mcpd(**settings).start()


@pytest.fixture(params=WIRES, ids=lambda wire: wire.__name__)
def wire(request):
    return request.param


def start(bench, api, wire, **config):
    """The id of a run with one llm_prompt."""
    body = {
        "name": unique("prompt"),
        "type": "llm_prompt",
        "initial_version_str": "1.0.0",
        "initial_config": {"template": "x", "model_name": wire.model, **config},
    }
    mcp = api.post("/context", body).json()["id"]
    return bench.start(bench.workflow([step("s1", mcp, word=static("x"))]))


def tokens(database, run):
    return database.query(
        "SELECT step_id, detail FROM mcp.run_events(%s) WHERE kind = 'tokens' ORDER BY at", run
    )


def text_of(events, answer=1):
    pieces = [detail for _, detail in events if detail["answer"] == answer]
    assert {piece["round"] for piece in pieces} <= {1}
    assert [piece["place"] for piece in pieces] == list(range(len(pieces)))
    return "".join(piece["text"] for piece in pieces)


def slowly(wire, text, pause, newline="\n"):
    """The head, then event after event with a pause between them."""
    yield stream_head()
    for event in wire.events(text):
        yield sse([event], newline)[len(stream_head()):]
        yield pause


def ended(bench, run):
    wait_for(lambda: bench.get_run(run)["status"] not in ("PENDING", "RUNNING"), "the run's end")
    return bench.get_run(run)


def test_tokens_appear_while_the_step_runs(bench, api, model, wire, database):
    text = "Grüße an alle, die zusehen, während ich noch schreibe. 🎉"
    model.play(list(slowly(wire, text, 0.15)))
    run = start(bench, api, wire)
    wait_for(lambda: len(tokens(database, run)) >= 3, "three events")
    assert bench.get_run(run)["status"] == "RUNNING"
    so_far = tokens(database, run)
    assert {step_id for step_id, _ in so_far} == {"s1"}
    assert text.startswith(text_of(so_far))
    assert ended(bench, run)["final_outputs"]["text"] == text
    assert text.startswith(text_of(tokens(database, run)))


def test_events_are_few(bench, api, model, wire, database):
    text = "x" * 2000
    model.play(list(slowly(wire, text, 0.001)))
    began = time.monotonic()
    run = start(bench, api, wire)
    assert ended(bench, run)["final_outputs"]["text"] == text
    events = tokens(database, run)
    assert 1 <= len(events) <= (time.monotonic() - began) / 0.1 + 2


def test_an_answer_that_is_asked_for_again_is_another(bench, api, model, wire, database):
    first = list(slowly(wire, "half an answer that breaks off", 0.1))[:11]
    model.play(first, list(slowly(wire, "the whole of it, at last", 0.1)))
    run = start(bench, api, wire)
    assert ended(bench, run)["final_outputs"]["text"] == "the whole of it, at last"
    events = tokens(database, run)
    assert "half an answer".startswith(text_of(events, 1)[:5])
    assert text_of(events, 1) != ""
    assert "the whole of it, at last".startswith(text_of(events, 2))
    assert text_of(events, 2) != ""


def test_a_key_that_comes_in_pieces_is_not_told(bench, api, model, wire, database):
    text = f"your key is {KEY}, keep it well"
    model.play(list(slowly(wire, text, 0.12)))
    run = start(bench, api, wire)
    ended(bench, run)
    told = text_of(tokens(database, run))
    assert "your key is [redacted]" in told
    assert "sk-t" not in told
    assert KEY not in str(bench.get_run(run))


def test_tokens_of_an_attempt_that_is_over_are_passed_over(bench, api, model, wire, database):
    model.play(says(wire, "done"))
    run = start(bench, api, wire)
    ended(bench, run)
    before = len(tokens(database, run))
    piece = (
        '[{"run_id": "%s", "step_ordinal": 0, "attempt": 1, "round": 1, "answer": 1, "place": 9, "text": "late"}]'
    )
    epoch = database.query("SELECT max(epoch) FROM mcp.workers")[0][0]
    taken = database.query("SELECT mcp.add_tokens(%s, %s)", epoch, piece % run)[0][0]
    assert taken == 0
    assert len(tokens(database, run)) == before


def test_tokens_of_another_worker_are_passed_over(bench, api, model, wire, database):
    model.play([stream_head(), 1.0, says(wire, "done")[len(stream_head()):]])
    run = start(bench, api, wire)
    wait_for(lambda: bench.get_run(run)["status"] == "RUNNING", "the run's beginning")
    piece = (
        '[{"run_id": "%s", "step_ordinal": 0, "attempt": %d, "round": 1, "answer": 1, "place": 9, "text": "x"}]'
    )
    epoch = database.query("SELECT max(epoch) FROM mcp.workers")[0][0]
    assert database.query("SELECT mcp.add_tokens(%s, %s)", epoch + 1, piece % (run, 1))[0][0] == 0
    assert database.query("SELECT mcp.add_tokens(%s, %s)", epoch, piece % (run, 2))[0][0] == 0
    assert database.query("SELECT mcp.add_tokens(%s, %s)", epoch, piece % (run, 1))[0][0] == 1
    assert ended(bench, run)["status"] == "SUCCESS"


def test_old_tokens_go(bench, api, model, wire, database):
    model.play(list(slowly(wire, "a few words", 0.1)))
    run = start(bench, api, wire)
    ended(bench, run)
    assert tokens(database, run) != []
    database.query("UPDATE mcp.run_events SET recorded_at = now() - interval '2 days' WHERE run_id = %s", run)
    database.maintain()
    assert tokens(database, run) == []


def test_nobody_is_told_where_the_interval_is_none(make_mcpd, api, model, wire, database, mcpd):
    mcpd.stop()
    settings = {**mcpd.settings, "MCP_API_PORT": str(free_port()), "MCP_TOKEN_INTERVAL": "0"}
    daemon = make_mcpd(**settings)
    daemon.url = f"http://127.0.0.1:{settings['MCP_API_PORT']}"
    daemon.start()
    try:
        quiet = Api(daemon.url, mcpd.key)
        model.play(list(slowly(wire, "a few words", 0.1)))
        run = start(Workbench(quiet), quiet, wire)
        ended(Workbench(quiet), run)
    finally:
        daemon.stop()
        mcpd.start()
    assert tokens(database, run) == []

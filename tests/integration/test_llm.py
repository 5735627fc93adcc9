"""llm_prompt against servers that speak both wire formats."""

import time

import pytest
from definitions import Workbench, static, step, unique
from mcpd import Api, free_port
from models import WIRES, Anthropic, OpenAI, says, sse, stream_head
from peer import HALF_CLOSE, Peer

KEY = "sk-test-THISISTHEKEY-0123456789"


@pytest.fixture(scope="module")
def model():
    server = Peer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def mcpd(make_mcpd, model):
    settings = {"MCP_RETRY_DELAY": "0.05", "MCP_MAX_RETRIES": "2"}
    for wire in WIRES:
        settings[wire.key_variable] = KEY
        settings[wire.url_variable] = model.url + wire.base + "/"
    return make_mcpd(**settings).start()


@pytest.fixture(params=WIRES, ids=lambda wire: wire.__name__)
def wire(request):
    return request.param


def prompt(api, model_name, template="Say {word}", **config):
    body = {
        "name": unique("prompt"),
        "type": "llm_prompt",
        "initial_version_str": "1.0.0",
        "initial_config": {"template": template, "model_name": model_name, **config},
    }
    answer = api.post("/context", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def last_attempt(database):
    return database.query(
        "SELECT s.error_class, d.usage, s.error FROM mcp.step_runs AS s"
        " LEFT JOIN mcp.step_details AS d USING (run_id, step_ordinal, attempt)"
        " ORDER BY s.run_id DESC LIMIT 1"
    )[0]


def test_an_answer_is_read_from_its_stream(bench, api, model, wire):
    model.play(says(wire, "Grüße, 🎉!"))
    answer = bench.call(prompt(api, wire.model, system_prompt="Be {mood}."), {"word": "hi", "mood": "kind"})
    assert answer["success"] is True, answer
    result = answer["result"]
    assert result["text"] == "Grüße, 🎉!"
    assert result["json"] is None
    assert result["model"].startswith(wire.model)
    assert result["usage"] == {"input_tokens": 11, "output_tokens": 7}
    assert result["stop_reason"] in ("end_turn", "stop")


def test_the_request_is_what_the_provider_documents(bench, api, model, wire):
    model.play(says(wire, "ok"))
    mcp = prompt(api, wire.model, system_prompt="Be brief.", temperature=0.25, max_tokens=99)
    assert bench.call(mcp, {"word": "{x} \"hi\""})["success"]
    request = model.requests[0]
    assert (request.method, request.target) == ("POST", wire.path)
    assert request.headers["content-type"] == "application/json"
    assert wire.key_of(request) == KEY
    assert wire.system_of(request) == "Be brief."
    assert wire.messages_of(request) == [("user", 'Say {x} "hi"')]
    body = request.json
    assert (body["model"], body["temperature"], body["max_tokens"]) == (wire.model, 0.25, 99)
    assert body["stream"] is True
    if wire is Anthropic:
        assert request.headers["anthropic-version"] == "2023-06-01"
    else:
        assert body["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_stream_may_be_cut_at_every_byte(bench, api, model, wire, newline):
    text = '{"ä": "🎉\\n"}'
    whole = sse(wire.events(text), newline)
    head = len(stream_head())
    model.play([whole[:head]] + [whole[i : i + 1] for i in range(head, len(whole))])
    result = bench.call(prompt(api, wire.model), {"word": "x"})["result"]
    assert result["text"] == text
    assert result["json"] == {"ä": "🎉\n"}


def test_missing_variables_are_named_before_anything_is_sent(bench, api, model, database):
    model.play(says(Anthropic, "no"))
    mcp = prompt(api, Anthropic.model, "{a} {b} {{c}} {a}", system_prompt="{d}")
    answer = bench.call(mcp, {"b": 1})
    assert answer["error"] == "Missing input variables: a, d"
    assert model.requests == []
    assert last_attempt(database)[0] == "inputs"


@pytest.mark.parametrize("status", [429, 500, 503, 529])
def test_a_busy_provider_is_asked_again(bench, api, model, wire, status):
    model.play(wire.refusal(status, "busy"), says(wire, "now"))
    assert bench.call(prompt(api, wire.model), {"word": "x"})["result"]["text"] == "now"
    assert len(model.requests) == 2
    assert model.requests[0].body == model.requests[1].body


def test_retry_after_is_heeded(bench, api, model, wire):
    model.play(wire.refusal(429, "busy", [("Retry-After", "1")]), says(wire, "now"))
    before = time.monotonic()
    assert bench.call(prompt(api, wire.model), {"word": "x"})["success"]
    assert time.monotonic() - before >= 1


def test_retries_come_to_an_end(bench, api, model, wire, database):
    model.play(wire.refusal(503, "still busy"))
    answer = bench.call(prompt(api, wire.model), {"word": "x"})
    assert answer["success"] is False
    assert "503: still busy" in answer["error"]
    assert len(model.requests) == 3
    assert last_attempt(database)[0] == "http_status"


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_final(bench, api, model, wire, database, status):
    model.play(wire.refusal(status, "no such thing"))
    answer = bench.call(prompt(api, wire.model), {"word": "x"})
    assert answer["success"] is False
    assert f"{status}: no such thing" in answer["error"]
    assert len(model.requests) == 1
    assert last_attempt(database)[0] == "http_status"


def test_an_answer_that_breaks_off_is_asked_for_again(bench, api, model, wire):
    whole = says(wire, "a longer answer")
    model.play(whole[: len(whole) // 2], says(wire, "whole"))
    assert bench.call(prompt(api, wire.model), {"word": "x"})["result"]["text"] == "whole"


def test_a_connection_that_is_closed_by_half_has_broken_off(bench, api, model, wire):
    whole = says(wire, "a longer answer")
    model.play([whole[: len(whole) // 2], HALF_CLOSE, 20], says(wire, "whole"))
    before = time.monotonic()
    assert bench.call(prompt(api, wire.model), {"word": "x"})["result"]["text"] == "whole"
    assert time.monotonic() - before < 10


def test_an_error_within_a_stream_is_asked_again(bench, api, model, wire):
    first = list(wire.events("half an answer"))[:3]
    broken = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    model.play(sse(first + [("error", broken)]), says(wire, "whole"))
    assert bench.call(prompt(api, wire.model), {"word": "x"})["result"]["text"] == "whole"


def test_events_that_are_no_json_are_a_failure(bench, api, model, wire, database):
    model.play(stream_head() + b'data: {"half": \n\n')
    answer = bench.call(prompt(api, wire.model), {"word": "x"})
    assert answer["success"] is False
    assert last_attempt(database)[0] == "bad_output"
    assert len(model.requests) == 1


def test_an_endless_answer_is_a_failure(bench, api, model, wire, database):
    model.play([stream_head()] + [b"data: " + b"x" * 100_000] * 100)
    assert bench.call(prompt(api, wire.model), {"word": "x"})["success"] is False
    assert last_attempt(database)[0] == "bad_output"


def test_a_silent_provider_is_a_timeout(make_mcpd, api, model, wire, database, mcpd):
    mcp = prompt(api, wire.model)
    model.play([stream_head(), 20])
    mcpd.stop()
    daemon = make_mcpd(**{**mcpd.settings, "MCP_API_PORT": str(free_port()), "MCP_DEFAULT_TIMEOUT": "1"})
    daemon.url = f"http://127.0.0.1:{daemon.settings['MCP_API_PORT']}"
    daemon.start()
    before = time.monotonic()
    try:
        answer = Workbench(Api(daemon.url, mcpd.key)).call(mcp, {"word": "x"})
    finally:
        daemon.stop()
        mcpd.start()
    assert answer["success"] is False
    assert time.monotonic() - before < 8
    assert last_attempt(database)[0] == "timeout"


def test_a_cancelled_run_lets_go_of_the_provider(bench, api, model, wire):
    model.play([stream_head(), 30])
    run = bench.start(bench.workflow([step("s1", prompt(api, wire.model), word=static("x"))]))
    while not model.requests:
        time.sleep(0.01)
    assert api.post(f"/workflows/runs/{run}/cancel").status_code in (200, 202)
    assert bench.get_run(run)["status"] == "CANCELLED"


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}


def test_an_answer_of_the_wrong_form_is_asked_for_once_more(bench, api, model, wire, database):
    model.play(says(wire, '{"n": "one"}'), says(wire, '```json\n{"n": 1}\n```'))
    answer = bench.call(prompt(api, wire.model, response_format=FORMAT), {"word": "x"})
    assert answer["success"] is True, answer
    assert answer["result"]["json"] == {"n": 1}
    roles = [role for role, _ in wire.messages_of(model.requests[1])]
    assert roles == ["user", "assistant", "user"]
    assert "$.n" in str(wire.messages_of(model.requests[1])[2][1])
    assert answer["result"]["usage"] == {"input_tokens": 22, "output_tokens": 14}
    if wire is OpenAI:
        assert model.requests[0].json["response_format"]["json_schema"]["schema"] == SCHEMA
    else:
        assert '"required"' in wire.system_of(model.requests[0])


def test_who_answers_in_the_wrong_form_twice_has_failed(bench, api, model, wire, database):
    model.play(says(wire, "no JSON at all"))
    answer = bench.call(prompt(api, wire.model, response_format=FORMAT), {"word": "x"})
    assert answer["success"] is False
    assert "response_format" in answer["error"]
    assert len(model.requests) == 2
    error_class, usage, _ = last_attempt(database)
    assert error_class == "bad_output"
    assert usage["input_tokens"] == 22


def test_usage_and_cost_are_recorded(bench, api, model, wire, database):
    database.query("SELECT mcp.set_model_price(%s, 1, 1)", wire.model[:3])
    database.query("SELECT mcp.set_model_price(%s, 3, 15, 'EUR')", wire.model)
    model.play(says(wire, "ok"))
    run = bench.run(bench.workflow([step("s1", prompt(api, wire.model), word=static("x"))]))
    usage = run["step_results"][0]["usage"]
    assert usage["input_tokens"] == 11
    assert usage["output_tokens"] == 7
    assert usage["model"].startswith(wire.model)
    assert usage["cost"] == pytest.approx((11 * 3 + 7 * 15) / 1_000_000)
    assert usage["currency"] == "EUR"


def test_a_missing_key_is_named(make_mcpd, api, model, wire, database, mcpd):
    mcp = prompt(api, wire.model)
    mcpd.stop()
    daemon = make_mcpd().start()
    try:
        answer = Workbench(Api(daemon.url, daemon.key)).call(mcp, {"word": "x"})
    finally:
        daemon.stop()
        mcpd.start()
    assert answer["success"] is False
    assert wire.key_variable in answer["error"]
    assert last_attempt(database)[0] == "refused"


def test_no_model_is_named(bench, api, database):
    body = {"name": unique("prompt"), "type": "llm_prompt", "initial_config": {"template": "x"}}
    mcp = api.post("/context", body).json()["id"]
    answer = bench.call(mcp)
    assert "MCP_DEFAULT_MODEL" in answer["error"]


def test_keys_stand_nowhere(bench, api, model, wire, database, mcpd):
    model.play(wire.refusal(401, f"invalid key: {KEY}"))
    answer = bench.call(prompt(api, wire.model), {"word": "x"})
    assert answer["success"] is False
    assert KEY not in str(answer)
    model.play(wire.refusal(401, "x" * 480 + KEY))
    answer = bench.call(prompt(api, wire.model), {"word": "x"})
    assert "x" * 480 in answer["error"]
    assert KEY[:12] not in answer["error"]
    dump = database.query("SELECT s::text FROM mcp.step_runs AS s")
    assert KEY not in str(dump)
    assert KEY not in mcpd.log()

"""ai_assistant: tools that are called for real, a memory, and what a crash leaves."""

import json
import os
import threading

import gates
import pytest
from definitions import script_mcp, static, step, unique, workflow_input
from models import WIRES, Anthropic, says, stream_head
from peer import Peer
from waiting import wait_for

KEY = "sk-test-THISISTHEKEY-0123456789"

ADD = """\
def main(a, b):
    if a < 0:
        raise ValueError("too low")
    return {"sum": a + b}
"""

NUMBERS = {
    "type": "object",
    "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
    "required": ["a", "b"],
}


@pytest.fixture(scope="module")
def model():
    server = Peer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def mcpd(make_mcpd, model):
    """One slot: what waits for its tools and kept it would wait for ever."""
    settings = {
        "MCP_RETRY_DELAY": "0.05",
        "MCP_MAX_RETRIES": "2",
        "MCP_WORKER_SLOTS": "1",
        "MCP_TOKEN_INTERVAL": "0.05",
    }
    for wire in WIRES:
        settings[wire.key_variable] = KEY
        settings[wire.url_variable] = model.url + wire.base + "/"
    return make_mcpd(**settings).start()


@pytest.fixture(params=WIRES, ids=lambda wire: wire.__name__)
def wire(request):
    return request.param


@pytest.fixture(scope="module")
def add(bench, api):
    """The slug of a tool."""
    body = script_mcp(unique("add"), ADD)
    body["input_schema"] = NUMBERS
    answer = api.post("/context", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["slug"]


@pytest.fixture
def gate(mcpd):
    path = os.path.join(mcpd.scripts, unique("gate"))
    yield path
    gates.open_gate(path)


def assistant(api, wire, tools=(), **config):
    body = {
        "name": unique("assistant"),
        "type": "ai_assistant",
        "initial_version_str": "1.0.0",
        "initial_config": {
            "system_prompt": "Help.",
            "model_name": wire.model,
            "tools": list(tools),
            **config,
        },
    }
    answer = api.post("/context", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def children(database, parent=None):
    """(status, inputs, attempts) of the runs that tools were."""
    return database.query(
        "SELECT r.status, r.inputs,"
        " (SELECT count(*)::int FROM mcp.step_runs AS s WHERE s.run_id = r.run_id)"
        " FROM mcp.workflow_runs AS r WHERE r.parent_run_id = %s ORDER BY r.run_id",
        parent,
    )


def run_of(database, mcp):
    """The id of the one run of an MCP."""
    return database.query(
        "SELECT r.run_id::text FROM mcp.workflow_runs AS r"
        " JOIN mcp.mcp_versions AS v ON v.id = r.mcp_version_id WHERE v.mcp_id = %s",
        mcp,
    )[-1][0]


def ended(bench, run):
    wait_for(lambda: bench.get_run(run)["status"] not in ("PENDING", "RUNNING"), "the run's end")
    return bench.get_run(run)


def test_an_assistant_without_tools_answers(bench, api, model, wire):
    model.play(says(wire, "hello to you"))
    answer = bench.call(assistant(api, wire), {"message": "hello"})
    assert answer["success"] is True, answer
    result = answer["result"]
    assert result["text"] == "hello to you"
    assert result["tool_calls"] == []
    assert result["usage"] == {"input_tokens": 11, "output_tokens": 7}
    assert wire.system_of(model.requests[0]) == "Help."
    assert wire.messages_of(model.requests[0]) == [("user", "hello")]
    assert "tools" not in model.requests[0].json


def test_a_tool_is_called_for_real(bench, api, model, wire, database, add):
    call = ("adder", {"a": 2, "b": 3})
    model.play(says(wire, "Let me see.", [call]), says(wire, "It is 5."))
    mcp = assistant(api, wire, [{"name": "adder", "mcp": add, "description": "Adds."}])
    answer = bench.call(mcp, {"message": "2 + 3?"})
    assert answer["success"] is True, answer
    assert answer["result"]["text"] == "It is 5."
    (done,) = answer["result"]["tool_calls"]
    assert (done["round"], done["name"], done["arguments"]) == (1, "adder", {"a": 2, "b": 3})
    assert done["is_error"] is False
    assert json.loads(done["result"]) == {"sum": 5}
    run = run_of(database, mcp)
    assert children(database, run) == [("SUCCESS", {"a": 2, "b": 3}, 1)]
    assert bench.get_run(done["run_id"])["final_outputs"] == {"sum": 5}
    offered = model.requests[0].json["tools"]
    tool = offered[0] if wire is Anthropic else offered[0]["function"]
    assert (tool["name"], tool["description"]) == ("adder", "Adds.")
    assert tool["input_schema" if wire is Anthropic else "parameters"] == NUMBERS
    ((call_id, content),) = wire.results_of(model.requests[1])
    assert call_id == "toolu_0"
    assert json.loads(content) == {"sum": 5}


def test_a_step_with_tools_is_one_attempt(bench, api, model, wire, database, add):
    model.play(says(wire, "", [("add", {"a": 1, "b": 1})]), says(wire, "2"))
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}])
    flow = bench.workflow([step("s1", mcp, message=workflow_input("question"))])
    run = bench.run(flow, {"question": "1 + 1?"})
    assert run["status"] == "SUCCESS", run
    (result,) = run["step_results"]
    assert (result["attempt"], result["status"]) == (1, "SUCCESS")
    assert run["final_outputs"]["text"] == "2"
    child = bench.get_run(run["final_outputs"]["tool_calls"][0]["run_id"])
    assert result["started_at"] <= child["started_at"] <= child["finished_at"] <= result["finished_at"]


def test_a_workflow_is_a_tool(bench, api, model, wire, database, add):
    flow = api.get(f"/workflows/{bench.workflow([step('s1', add, a=workflow_input('n'), b=static(1))])}")
    slug = flow.json()["slug"]
    model.play(says(wire, "", [("next", {"n": 4})]), says(wire, "5"))
    mcp = assistant(api, wire, [{"name": "next", "workflow": slug}])
    result = bench.call(mcp, {"message": "after 4?"})["result"]
    assert json.loads(result["tool_calls"][0]["result"]) == {"sum": 5}


def test_calls_of_one_answer_are_answered_together(bench, api, model, wire, database, add):
    calls = [("add", {"a": 1, "b": 1}), ("add", {"a": 2, "b": 2}), ("add", {"a": 3, "b": 3})]
    model.play(says(wire, "", calls), says(wire, "done"))
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}])
    assert bench.call(mcp, {"message": "x"})["success"]
    results = wire.results_of(model.requests[1])
    assert [call_id for call_id, _ in results] == ["toolu_0", "toolu_1", "toolu_2"]
    assert [json.loads(content)["sum"] for _, content in results] == [2, 4, 6]


def test_what_goes_wrong_is_told_to_the_model(bench, api, model, wire, database, add):
    calls = [
        ("add", {"a": -1, "b": 1}),
        ("add", {"a": "one"}),
        ("unheard_of", {}),
        ("nobody", {}),
    ]
    model.play(says(wire, "", calls), says(wire, "I am sorry."))
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}, {"name": "nobody"}])
    answer = bench.call(mcp, {"message": "x"})
    assert answer["result"]["text"] == "I am sorry."
    assert all(call["is_error"] for call in answer["result"]["tool_calls"])
    failed, refused, unknown, homeless = (text for _, text in wire.results_of(model.requests[1]))
    assert "too low" in failed
    assert "$.a" in refused and '"b"' in refused
    assert "there is no tool" in unknown and "add" in unknown
    assert "names no MCP" in homeless
    if wire is Anthropic:
        blocks = model.requests[1].json["messages"][-1]["content"]
        assert all(block["is_error"] is True for block in blocks)
    assert len(children(database, run_of(database, mcp))) == 1


def test_arguments_that_are_no_json_are_told_to_the_model(bench, api, model, wire, add):
    whole = says(wire, "", [("add", {"a": 1, "b": 2})])
    broken = whole.replace(b'"{\\"a\\":"', b'"{\\"a\\"}"')
    assert broken != whole
    model.play(broken, says(wire, "never mind"))
    result = bench.call(assistant(api, wire, [{"name": "add", "mcp": add}]), {"message": "x"})["result"]
    assert result["text"] == "never mind"
    assert "must be a JSON object" in result["tool_calls"][0]["result"]


def test_a_model_that_goes_on_calling_has_to_answer(bench, api, model, wire, database, add):
    def reply(request):
        choice = request.json["tool_choice"]
        may_call = (choice["type"] if wire is Anthropic else choice) == "auto"
        return says(wire, "", [("add", {"a": 1, "b": 1})]) if may_call else says(wire, "enough")

    model.play(reply)
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}], max_turns=3)
    answer = bench.call(mcp, {"message": "x"})
    assert answer["result"]["text"] == "enough"
    assert [call["round"] for call in answer["result"]["tool_calls"]] == [1, 2, 3]
    assert len(model.requests) == 4


def test_a_model_that_will_not_answer_has_failed(bench, api, model, wire, database, add):
    model.play(says(wire, "", [("add", {"a": 1, "b": 1})]))
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}], max_turns=1)
    answer = bench.call(mcp, {"message": "x"})
    assert answer["success"] is False
    assert "where it was to answer" in answer["error"]
    assert len(children(database, run_of(database, mcp))) == 1


def test_tools_are_shown_and_not_called_where_the_choice_is_none(bench, api, model, wire, add):
    model.play(says(wire, "by heart: 2"))
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}], tool_choice="none")
    assert bench.call(mcp, {"message": "1 + 1?"})["success"]
    choice = model.requests[0].json["tool_choice"]
    assert choice == ({"type": "none"} if wire is Anthropic else "none")


def test_usage_and_cost_are_those_of_all_rounds(bench, api, model, wire, database, add):
    database.query("SELECT mcp.set_model_price(%s, 3, 15)", wire.model)
    model.play(says(wire, "", [("add", {"a": 1, "b": 1})]), says(wire, "2"))
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}])
    run = bench.run(bench.workflow([step("s1", mcp, message=static("x"))]))
    usage = run["step_results"][0]["usage"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (22, 14)
    assert usage["cost"] == pytest.approx((22 * 3 + 14 * 15) / 1_000_000)
    assert run["final_outputs"]["usage"] == {"input_tokens": 22, "output_tokens": 14}
    assert run["usage"] == {"input_tokens": 22, "output_tokens": 14, "costs": {"USD": usage["cost"]}}


def test_usage_of_tools_is_told_apart_and_in_the_total(bench, api, model, wire, database):
    database.query("SELECT mcp.set_model_price(%s, 3, 15)", wire.model)
    hand_on = says(wire, "", [("next", {"message": "x"})])
    leaf = assistant(api, wire)
    middle = assistant(api, wire, [{"name": "next", "mcp": leaf}])
    top = assistant(api, wire, [{"name": "next", "mcp": middle}])
    model.play(hand_on, hand_on, says(wire, "leaf"), says(wire, "middle"), says(wire, "top"))
    run = bench.run(bench.workflow([step("s1", top, message=static("x"))]))
    usage = run["step_results"][0]["usage"]

    def of(answers):
        cost = pytest.approx(answers * (11 * 3 + 7 * 15) / 1_000_000)
        return {"input_tokens": 11 * answers, "output_tokens": 7 * answers, "costs": {"USD": cost}}

    assert (usage["input_tokens"], usage["output_tokens"]) == (22, 14)
    assert usage["cost"] == of(2)["costs"]["USD"]
    assert usage["tools"] == of(3)
    assert usage["total"] == of(5)
    assert run["usage"] == of(2)


def test_an_answer_has_the_form_that_was_asked_for(bench, api, model, wire, add):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    model.play(
        says(wire, "", [("add", {"a": 1, "b": 1})]), says(wire, "two"), says(wire, '{"n": 2}')
    )
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}], response_format=form)
    assert bench.call(mcp, {"message": "1 + 1?"})["result"]["json"] == {"n": 2}


def test_a_message_is_needed(bench, api, model, wire):
    model.play(says(wire, "no"))
    answer = bench.call(assistant(api, wire), {"session": "s"})
    assert answer["error"] == "Missing input variables: message"
    assert model.requests == []


def test_a_session_is_remembered(bench, api, model, wire, database):
    mcp = assistant(api, wire, memory_size=2)
    for number in range(1, 5):
        model.play(says(wire, f"answer {number}"))
        said = bench.call(mcp, {"message": f"question {number}", "session": "mine"})
        assert said["result"]["session"] == "mine"
        messages = wire.messages_of(model.requests[0])
        before = [n for n in (number - 2, number - 1) if n > 0]
        expected = [(role, f"{word} {n}") for n in before for role, word in
                    (("user", "question"), ("assistant", "answer"))]
        assert messages == expected + [("user", f"question {number}")]
    model.play(says(wire, "who are you?"))
    bench.call(mcp, {"message": "and I?", "session": "another"})
    assert len(model.requests[0].json["messages"]) == (1 if wire is Anthropic else 2)
    model.play(says(wire, "nobody"))
    bench.call(mcp, {"message": "and I?"})
    assert database.query("SELECT count(*) FROM mcp.assistant_memory WHERE mcp_id = %s", mcp) == [(3,)]


def test_sessions_are_listed_read_and_forgotten(bench, api, model, wire):
    mcp = assistant(api, wire)
    for session in ("first", "a b/ü?"):
        for message in ("m1", "m2"):
            model.play(says(wire, "to " + message))
            run = bench.call(mcp, {"message": message, "session": session})["run_id"]
    path = f"/context/{mcp}/sessions"
    found = api.get(path).json()
    assert [(row["session"], row["exchanges"]) for row in found] == [("a b/ü?", 2), ("first", 2)]
    assert api.get(path + "?skip=1").json() == found[1:]
    odd = path + "/a%20b%2F%C3%BC%3F"
    kept = api.get(odd).json()
    assert [(row["message"], row["answer"]) for row in kept] == [("m1", "to m1"), ("m2", "to m2")]
    assert kept[1]["run_id"] == run
    assert api.get(odd + "?limit=1").json() == kept[:1]
    assert api.delete(odd).status_code == 204
    assert api.get(odd).json() == []
    assert [row["session"] for row in api.get(path).json()] == ["first"]
    assert api.get("/context/nobody/sessions").status_code == 404


def test_what_failed_is_not_remembered(bench, api, model, wire, database):
    mcp = assistant(api, wire)
    model.play(wire.refusal(400, "no"))
    assert bench.call(mcp, {"message": "x", "session": "s"})["success"] is False
    assert database.query("SELECT count(*) FROM mcp.assistant_memory WHERE mcp_id = %s", mcp) == [(0,)]


def test_runs_of_one_session_at_the_same_time_do_not_mix_it_up(bench, api, model, wire, database):
    def echo(request):
        return says(wire, "echo " + wire.messages_of(request)[-1][1])

    model.play(echo)
    mcp = assistant(api, wire, memory_size=100)
    calls = [
        threading.Thread(target=bench.call, args=(mcp, {"message": f"m{n}", "session": "s"}))
        for n in range(8)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    kept = database.query("SELECT message, answer FROM mcp.assistant_memory WHERE mcp_id = %s", mcp)
    assert sorted(kept) == [(f"m{n}", f"echo m{n}") for n in range(8)]


def test_a_crash_in_the_midst_of_a_tool_starts_it_no_second_time(
    bench, api, model, wire, database, mcpd, gate
):
    tool = bench.script("", script_path=gates.write_script(mcpd))
    model.play(says(wire, "", [("wait", {"gate": gate})]), says(wire, "through"))
    mcp = assistant(api, wire, [{"name": "wait", "mcp": tool}])
    run = bench.start(bench.workflow([step("s1", mcp, message=static("x"))]))
    wait_for(lambda: gates.is_running(gate), "the tool")
    mcpd.kill()
    gates.open_gate(gate)
    mcpd.start()
    over = ended(bench, run)
    assert over["final_outputs"]["text"] == "through"
    assert [r["attempt"] for r in over["step_results"]] == [1]
    ((status, _, attempts),) = children(database, run)
    assert (status, attempts) == ("SUCCESS", 2)
    assert len(model.requests) == 2


def test_a_crash_after_a_tool_goes_on_with_what_it_brought(
    bench, api, model, wire, database, mcpd, add
):
    model.play(
        says(wire, "", [("add", {"a": 20, "b": 3})]),
        [stream_head(), 60],
        says(wire, "23"),
    )
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}])
    run = bench.start(bench.workflow([step("s1", mcp, message=static("x"))]))
    wait_for(lambda: len(model.requests) == 2, "the second question")
    mcpd.kill()
    mcpd.start()
    over = ended(bench, run)
    assert over["final_outputs"]["text"] == "23"
    assert [(r["attempt"], r["error_class"]) for r in over["step_results"]] == [
        (1, "worker_lost"),
        (2, None),
    ]
    assert children(database, run) == [("SUCCESS", {"a": 20, "b": 3}, 1)]
    assert model.requests[1].body == model.requests[2].body


def test_another_attempt_goes_on_where_the_one_before_failed(
    bench, api, model, wire, database, add
):
    model.play(
        says(wire, "", [("add", {"a": 20, "b": 3})]),
        wire.refusal(400, "a slip"),
        says(wire, "23"),
    )
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}])
    flow = bench.workflow(
        [{**step("s1", mcp, message=static("x")), "retry": {"max_attempts": 2, "delay": 0}}]
    )
    run = bench.run(flow)
    assert run["final_outputs"]["text"] == "23"
    assert [r["status"] for r in run["step_results"]] == ["FAILED", "SUCCESS"]
    assert len(children(database, run["run_id"])) == 1
    # Each attempt has what it used itself.
    assert [r["usage"]["input_tokens"] for r in run["step_results"]] == [11, 11]


def test_who_is_cancelled_takes_his_tools_along(bench, api, model, wire, database, mcpd, gate):
    tool = bench.script("", script_path=gates.write_script(mcpd))
    model.play(says(wire, "", [("wait", {"gate": gate})]))
    mcp = assistant(api, wire, [{"name": "wait", "mcp": tool}])
    run = bench.start(bench.workflow([step("s1", mcp, message=static("x"))]))
    wait_for(lambda: gates.is_running(gate), "the tool")
    assert api.post(f"/workflows/runs/{run}/cancel").status_code in (200, 202)
    wait_for(lambda: children(database, run)[0][0] == "CANCELLED", "the tool's end")
    wait_for(lambda: not gates.is_running(gate), "the end of its process")
    assert bench.get_run(run)["status"] == "CANCELLED"


def test_the_time_of_a_step_runs_while_it_waits_for_its_tools(
    bench, api, model, wire, database, mcpd, gate
):
    tool = bench.script("", script_path=gates.write_script(mcpd))
    model.play(says(wire, "", [("wait", {"gate": gate})]))
    mcp = assistant(api, wire, [{"name": "wait", "mcp": tool}])
    run = bench.run(
        bench.workflow([{**step("s1", mcp, message=static("x")), "timeout_seconds": 0.5}])
    )
    assert run["status"] == "FAILED"
    assert "waiting for its tools" in run["error_message"]
    assert run["step_results"][0]["error_class"] == "timeout"
    wait_for(lambda: children(database, run["run_id"])[0][0] == "CANCELLED", "the tool's end")


def test_assistants_are_tools_to_a_depth(bench, api, model, wire, database):
    def reply(request):
        choice = request.json["tool_choice"]
        is_first = len(request.json["messages"]) == (1 if wire is Anthropic else 2)
        assert choice in ({"type": "auto"}, "auto")
        return says(wire, "", [("again", {"message": "deeper"})]) if is_first else says(wire, "up")

    model.play(reply)
    name = unique("deep")
    body = {
        "name": name,
        "type": "ai_assistant",
        "initial_config": {
            "system_prompt": "Help.",
            "model_name": wire.model,
            "tools": [{"name": "again", "mcp": name}],
        },
    }
    mcp = api.post("/context", body).json()["id"]
    answer = bench.call(mcp, {"message": "down"})
    assert answer["result"]["text"] == "up"
    runs = database.query(
        "SELECT max(r.depth), count(*)::int FROM mcp.workflow_runs AS r"
        " JOIN mcp.mcp_versions AS v ON v.id = r.mcp_version_id WHERE v.mcp_id = %s",
        mcp,
    )
    assert runs == [(8, 9)]


def test_tokens_say_which_round_they_are_of(bench, api, model, wire, database, add):
    model.play(says(wire, "First I add.", [("add", {"a": 1, "b": 1})]), says(wire, "It is two."))
    mcp = assistant(api, wire, [{"name": "add", "mcp": add}])
    run = bench.run(bench.workflow([step("s1", mcp, message=static("x"))]))
    events = database.query(
        "SELECT detail FROM mcp.run_events(%s) WHERE kind = 'tokens'", run["run_id"]
    )
    for (detail,) in events:
        assert {1: "First I add.", 2: "It is two."}[detail["round"]].startswith(detail["text"])


def test_a_tool_sees_no_key(bench, api, model, wire):
    tool = bench.script(
        "import os\n"
        "def main():\n"
        "    with open('/proc/self/environ') as file:\n"
        "        return str(dict(os.environ)) + file.read().replace(chr(0), ' ')\n"
    )
    model.play(says(wire, "", [("look", {})]), says(wire, "nothing"))
    answer = bench.call(assistant(api, wire, [{"name": "look", "mcp": tool}]), {"message": "x"})
    seen = answer["result"]["tool_calls"][0]["result"]
    assert "'PATH': " in seen
    assert "API_KEY" not in seen and KEY not in seen


def test_why_a_run_waits_is_its_tools(bench, api, model, wire, database, mcpd, gate):
    tool = bench.script("", script_path=gates.write_script(mcpd))
    model.play(says(wire, "", [("wait", {"gate": gate})]), says(wire, "through"))
    mcp = assistant(api, wire, [{"name": "wait", "mcp": tool}])
    run = bench.start(bench.workflow([step("s1", mcp, message=static("x"))]))
    wait_for(lambda: gates.is_running(gate), "the tool")
    why = database.query("SELECT step_id, kind, what FROM mcp.why_waiting(%s)", run)
    assert why == [("s1", "tools", "tools that it called: 1 of 1 under way")]
    gates.open_gate(gate)
    assert ended(bench, run)["status"] == "SUCCESS"

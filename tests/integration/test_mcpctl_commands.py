"""Every command of mcpctl's table is run here, by HTTP and by libpq."""

import json
import os
import pty
import re
import select
import shlex
import subprocess

import pytest
from definitions import CONCAT, ECHO, join_workflow, script_mcp, step
from mcpctl import Mcpctl
from postgres import TOP
from waiting import wait_for

WAYS = pytest.mark.parametrize("way", [[], ["--direct"]], ids=["http", "direct"])
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.+]+|\d+\.\d\d s")

# The tests that run each; test_no_command_is_left_out holds it against the table.
RUN_BY = {}


def runs(*names):
    """Marks a test as the one that runs these commands."""

    def mark(test):
        RUN_BY.update(dict.fromkeys(names, test.__name__))
        return test

    return mark


@pytest.fixture(scope="module")
def ctl(mcpd, database, tmp_path_factory):
    return Mcpctl(mcpd.url, mcpd.key, database.url, tmp_path_factory.mktemp("mcpctl"))


@pytest.fixture(scope="module")
def join(api):
    for name, content in (("echo", ECHO), ("concat", CONCAT)):
        assert api.post("/context", script_mcp(name, content)).status_code == 201
    answer = api.post("/workflows/", join_workflow("join", "echo", "concat"))
    assert answer.status_code == 201, answer.text
    return "join"


@pytest.fixture(scope="module")
def waiting(api):
    """A workflow whose runs wait for a signal, and then for an approval."""
    steps = [
        {"step_id": "paid", "name": "Paid", "wait": {"signal": "paid"}},
        {"step_id": "ask", "name": "Ask", "wait": {"approval": {"message": "Ship it?"}}},
    ]
    answer = api.post("/workflows/", {"name": "waiting", "steps": steps})
    assert answer.status_code == 201, answer.text
    return "waiting"


def same(text):
    return CHANGING.sub("*", text)


def is_waiting(ctl, run_id, kind):
    rows = ctl("run", "why", run_id, "-o", "json").json()
    return any(row["kind"] == kind for row in rows)


def test_no_command_is_left_out(ctl):
    table = {command["name"] for command in ctl("help", "--json").json()["commands"]}
    assert table == set(RUN_BY)


def test_every_example_is_a_command_line_that_is_understood(ctl):
    """It may find nothing of that name, but it is no misuse."""
    for command in ctl("help", "--json").json()["commands"]:
        program, *words = shlex.split(command["example"])
        assert program == "mcpctl"
        done = ctl(*words, "--help")
        assert done.out.startswith(f"usage: mcpctl {command['name']}") or words[0] == "help"


@runs("help", "completion")
def test_help_is_made_of_the_table(ctl):
    table = ctl("help", "--json").json()
    page = ctl("help").out
    manual = ctl("help", "--man").out.replace("\\-", "-")
    for command in table["commands"]:
        assert f"  {command['name']}" in page
        assert command["summary"] in manual
        one = ctl("help", *command["name"].split()).out
        for option in command["options"]:
            assert f"--{option['name']}" in one
            assert f"--{option['name']}" in manual
    assert {row["code"] for row in table["exit_codes"]} == {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130}
    script = ctl("completion", "bash").out
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert ctl("completion", "fish", code=2).err
    assert ctl("--version").out == "mcpctl 1.1\n"


def test_the_page_of_the_docs_is_what_the_program_says(ctl):
    with open(os.path.join(TOP, "docs/mcpctl.md")) as page:
        assert page.read() == ctl("help", "--markdown").out, "run make docs"


def test_the_manual_is_roff_without_a_fault(ctl):
    manual = ctl("help", "--man").out
    assert manual.startswith(".TH MCPCTL 1")
    for line in manual.splitlines():
        assert not line.startswith(".") or re.match(r"\.(TH|SH|SS|TP|PP|B|EX|EE)\b", line), line


def test_bash_completes_commands_options_and_names(ctl, join):
    script = os.path.join(ctl.folder, "completion")
    with open(script, "w") as file:
        file.write(ctl("completion", "bash").out)

    def complete(*words):
        line = " ".join(["mcpctl", *words])
        program = (
            f"source {script}; PATH=$PROGRAM:$PATH; COMP_WORDS=(mcpctl {' '.join(words) or ''});"
            f"[[ '{line}' == *' ' || '{words[-1] if words else ''}' == \"''\" ]] || true;"
            f"COMP_CWORD={len(words)};"
            f"_mcpctl mcpctl {words[-1]} {words[-2] if len(words) > 1 else 'mcpctl'};"
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "-c", program],
            env={**ctl.settings, "PROGRAM": os.path.dirname(os.environ["MCP_TEST_MCPCTL"])},
            text=True,
            capture_output=True,
        )
        assert done.stderr == ""
        return done.stdout.split()

    assert complete("sche") == ["schedule"]
    assert complete("run", "pa") == ["pause"]
    assert complete("run", "start", "''") == ["join"]
    assert "--prune" in complete("apply", "--pr")
    assert complete("list", "mc") == ["mcp"]
    assert complete("get", "mcp", "ech") == ["echo"]
    assert complete("list", "mcp", "-o", "jsonl") == ["jsonl"]


@runs("doctor")
@WAYS
def test_doctor_finds_all_well(ctl, join, way):
    done = ctl(*way, "doctor", "-o", "json")
    states = {finding["check"]: finding["state"] for finding in done.json()}
    assert states["extension"] == states["workers"] == states["database"] == "ok"
    assert "fault" not in states.values()


@runs("get", "list", "versions", "explain", "worker list", "schedule list", "key list")
@WAYS
def test_what_is_read_is_what_the_daemon_says(ctl, api, join, way):
    ways = {
        ("get", "mcp", "echo"): "/context/echo",
        ("get", "workflow", "join"): "/workflows/join",
        ("list", "mcps"): "/context",
        ("list", "workflows"): "/workflows/",
        ("list", "types"): "/types",
        ("list", "constraints"): "/constraints",
        ("list", "approvals"): "/approvals",
        ("list", "secrets"): "/secrets",
        ("list", "runs"): "/workflows/runs/",
        ("versions", "mcp", "echo"): "/context/echo/versions",
        ("versions", "workflow", "join"): "/workflows/join/versions",
        ("explain", "join"): "/workflows/join/explain",
        ("schedule", "list"): "/schedules",
        ("key", "list"): "/auth/keys",
    }
    for command, path in ways.items():
        assert ctl(*way, *command, "-o", "json").json() == api.get(path).json(), command
    names = [worker["worker"] for worker in ctl(*way, "worker", "list", "-o", "json").json()]
    assert names == [worker["worker"] for worker in api.get("/workers").json()]
    assert names == ctl(*way, "worker", "list", "-o", "name").lines()


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "name"])
def test_both_ways_say_the_same_in_every_form(ctl, join, form):
    for command in (
        ["list", "mcps"],
        ["get", "workflow", "join"],
        ["explain", "join"],
        ["export", "mcp", "echo"],
        ["schedule", "next", "0 3 * * *", "--after", "2026-01-01T00:00:00Z"],
        ["diff", "-f", os.path.join(TOP, "examples/workflows")],
    ):
        by_http = ctl(*command, "-o", form, code=None)
        direct = ctl("-d", *command, "-o", form, code=None)
        assert (by_http.code, same(by_http.out)) == (direct.code, same(direct.out))
        assert same(by_http.err) == same(direct.err)


def test_forms_are_what_they_say(ctl, join):
    rows = ctl("list", "mcps", "-o", "json").json()
    lines = ctl("list", "mcps", "-o", "jsonl").lines()
    assert [json.loads(line) for line in lines] == rows
    table = ctl("list", "mcps").lines()
    assert table[0].split() == ["SLUG", "TYPE", "VERSION", "UPDATED", "DESCRIPTION"]
    assert len(table) == 1 + len(rows)
    assert not any(line.endswith(" ") for line in table)


def test_pages_go_on_to_the_limit(ctl, bench):
    for _ in range(3):
        bench.script("pass")
    everything = ctl("list", "mcps", "-o", "name").lines()
    some = ctl("list", "mcps", "-o", "name", "--limit", "2")
    assert some.lines() == everything[:2]
    assert "--limit takes more" in some.err


@runs("run start", "run wait")
@WAYS
def test_a_run_is_started_and_waited_for(ctl, join, way):
    run_id = ctl(*way, "run", "start", join, "-i", "initial_message=Hello").out.strip()
    run = ctl(*way, "run", "wait", run_id, "-o", "json").json()
    assert (run["run_id"], run["status"]) == (run_id, "SUCCESS")
    assert run["final_outputs"] == {"concatenated_string": "Hello-suffix-from-static"}
    table = ctl(*way, "run", "wait", run_id)
    assert f"run {run_id} SUCCESS" in table.out
    assert "Join them" not in table.err


def test_inputs_come_from_words_json_files_and_standard_input(ctl, bench, tmp_path):
    bench.api.post("/context", script_mcp("give", "def main(**inputs):\n    return inputs"))
    path = tmp_path / "inputs.json"
    path.write_text('{"a": 12345678901234567890.5}')
    cases = [
        (["-i", "a=text"], None, {"a": "text"}),
        (["-i", "a:=[1, 2]", "-i", "b=x=y"], None, {"a": [1, 2], "b": "x=y"}),
        (["--inputs", '{"a": null}'], None, {"a": None}),
        (["--inputs", "-", "-i", "b=2"], '{"a": 1}', {"a": 1, "b": "2"}),
    ]
    for arguments, text, expected in cases:
        done = ctl("run", "start", "--mcp", "give", "-w", "-o", "json", *arguments, text=text)
        assert done.json()["inputs"] == expected
    done = ctl("run", "start", "--mcp", "give", "-w", "-o", "json", "--inputs", f"@{path}")
    assert '"a": 12345678901234567890.5' in done.out


def test_the_options_of_a_start_are_kept(ctl, join):
    options = ["--priority", "7", "--tag", "who=me", "--idempotency-key", "once", "--delay", "0.01"]
    started = [
        ctl(*way, "run", "start", join, "-i", "initial_message=x", *options).out
        for way in ([], ["-d"])
    ]
    assert started[0] == started[1]
    run = ctl("run", "wait", started[0].strip(), "-o", "json").json()
    assert (run["priority"], run["tags"]) == (7, {"who": "me"})


@runs("run watch")
@WAYS
def test_a_run_is_watched_to_its_end(ctl, join, way):
    run_id = ctl("run", "start", join, "-i", "initial_message=x").out.strip()
    kinds = ctl(*way, "run", "watch", run_id, "-o", "name").lines()
    assert kinds[0] == "run_created"
    assert kinds[-1] == "run_succeeded"
    assert kinds.count("step_succeeded") == 3
    assert len(ctl(*way, "run", "watch", run_id).lines()) == len(kinds)


@runs("run logs")
@WAYS
def test_logs_are_what_the_steps_wrote(ctl, bench, way):
    script = "import sys\nprint('out')\nprint('\\x1b[31merr', file=sys.stderr)\nraise SystemExit(3)"
    mcp = bench.script(script)
    run = ctl(*way, "run", "start", "--mcp", mcp, "--wait", "-o", "json", code=1).json()
    logs = ctl(*way, "run", "logs", run["run_id"])
    step_id = run["step_results"][0]["step_id"]
    head = f"==> {step_id}, attempt 1, "
    assert logs.out == f"{head}stdout\nout\n{head}stderr\n\x1b[31merr\n"
    assert ctl(*way, "run", "logs", run["run_id"], "-q").out == "out\n\x1b[31merr\n"
    assert ctl(*way, "run", "logs", run["run_id"], "--step", "other").out == ""
    followed = ctl(*way, "run", "logs", run["run_id"], "--follow", code=1)
    assert followed.out == logs.out


@runs("run pause", "run resume", "run signal", "run approve", "run why")
@WAYS
def test_a_run_is_paused_signalled_and_approved(ctl, waiting, way):
    run_id = ctl(*way, "run", "start", waiting).out.strip()
    wait_for(lambda: is_waiting(ctl, run_id, "signal"), "the run to wait for its signal")
    assert ctl(*way, "run", "pause", run_id, "--reason", "lunch").out == f"run {run_id} is PAUSED\n"
    ctl(*way, "run", "pause", run_id, code=5)
    ctl(*way, "run", "resume", run_id)
    sent = ctl(*way, "run", "signal", run_id, "paid", "--payload", '{"amount": 5}', "-o", "json")
    assert sent.json().keys() == {"signal_id"}
    wait_for(lambda: is_waiting(ctl, run_id, "approval"), "the run to wait for its approval")
    assert run_id in ctl(*way, "list", "approvals", "-o", "name").lines()
    ctl(*way, "run", "approve", run_id, "ask", "--comment", "fine")
    run = ctl(*way, "run", "wait", run_id, "-o", "json").json()
    assert run["step_results"][0]["outputs_generated"] == {"amount": 5}
    assert run["final_outputs"]["comment"] == "fine"


@runs("run cancel", "run reject", "run retry")
@WAYS
def test_a_run_is_rejected_cancelled_and_retried(ctl, waiting, way):
    run_id = ctl(*way, "run", "start", waiting).out.strip()
    ctl(*way, "run", "signal", run_id, "paid")
    wait_for(lambda: is_waiting(ctl, run_id, "approval"), "the run to wait for its approval")
    ctl(*way, "run", "reject", run_id, "ask")
    assert ctl(*way, "run", "wait", run_id, "-o", "json", code=1).json()["status"] == "FAILED"
    again = ctl(*way, "run", "retry", run_id, "--from-step", "ask").out.strip()
    assert ctl("get", "run", again, "-o", "json").json()["origin_run_id"] == run_id
    ctl(*way, "run", "cancel", again, "--reason", "enough")
    assert ctl(*way, "run", "wait", again, "-o", "json", code=1).json()["status"] == "CANCELLED"
    ctl(*way, "run", "cancel", again, code=5)


@runs(
    "schedule create",
    "schedule pause",
    "schedule resume",
    "schedule trigger",
    "schedule delete",
    "schedule next",
)
@WAYS
def test_a_schedule_from_its_making_to_its_end(ctl, join, way):
    made = ctl(
        *way,
        *("schedule", "create", "nightly", join, "--cron", "0 3 * * *"),
        *("--zone", "Europe/Berlin", "-i", "initial_message=x", "-o", "json"),
    ).json()
    assert (made["cron"], made["time_zone"]) == ("0 3 * * *", "Europe/Berlin")
    assert ctl(*way, "schedule", "pause", "nightly", "-o", "json").json()["is_paused"]
    assert not ctl(*way, "schedule", "resume", "nightly", "-o", "json").json()["is_paused"]
    run_id = ctl(*way, "schedule", "trigger", "nightly").out.strip()
    ctl(*way, "run", "wait", run_id)
    assert ctl(*way, "schedule", "list", "-o", "name").lines() == ["nightly"]
    ctl(*way, "schedule", "delete", "nightly")
    ctl(*way, "get", "schedule", "nightly", code=3)
    times = ctl(*way, "schedule", "next", "0 3 * * *", "--count", "2", "--after", "2026-01-01T00:00Z")
    assert times.lines() == ["2026-01-01T03:00:00+00:00", "2026-01-02T03:00:00+00:00"]
    broken = ctl(*way, "schedule", "create", "broken", join, "--cron", "nonsense", code=7)
    assert "$.cron" in broken.err


@runs("key create", "key revoke")
@WAYS
def test_a_key_is_made_shown_once_and_revoked(ctl, tmp_path, way):
    made = ctl(*way, "key", "create", "ci", "--level", "viewer", "--scope", "list_*")
    key = made.out.strip()
    assert key.startswith("mcp_")
    assert key not in ctl(*way, "key", "list").out
    ctl("list", "mcps", settings={"MCPCTL_API_KEY": key})
    ctl("get", "mcp", "echo", settings={"MCPCTL_API_KEY": key}, code=4)
    ctl(*way, "key", "revoke", "ci")
    refused = ctl("list", "mcps", settings={"MCPCTL_API_KEY": key}, code=4)
    assert key not in refused.err
    path = tmp_path / "key"
    ctl(*way, "key", "create", "filed", "--level", "viewer", "--into", str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    ctl("list", "mcps", "--key-file", str(path), settings={"MCPCTL_API_KEY": None})
    ctl(*way, "key", "revoke", "filed")
    ctl(*way, "key", "create", "nobody", code=2)


@runs("graph")
@WAYS
def test_a_workflow_is_drawn(ctl, api, join, way):
    steps = [step("a", "echo"), step("b", "echo", ["a"]), step("c", "echo", ["a"])]
    steps.append(step("d", "echo", ["b", "c"]))
    body = {"name": f"fork{len(way)}", "execution_mode": "parallel", "steps": steps}
    for one in steps:
        one["inputs"] = {"input_string": {"source_type": "static_value", "value": "x"}}
    slug = api.post("/workflows/", body).json()["slug"]
    lines = ctl(*way, "graph", slug).lines()
    assert [line[:3].rstrip() for line in lines] == ["*", "+-+", "* |", "| *", "+-+", "*"]
    assert ctl(*way, "graph", slug, "--format", "dot").out.startswith(f'digraph "{slug}" {{')
    assert "n0 --> n1" in ctl(*way, "graph", slug, "--format", "mermaid").out
    ctl(*way, "graph", slug, "--format", "crayon", code=2)


@runs("top")
@WAYS
def test_top_shows_how_things_stand(ctl, waiting, way):
    run_id = ctl("run", "start", waiting).out.strip()
    wait_for(lambda: is_waiting(ctl, run_id, "signal"), "the run to wait")
    shown = ctl(*way, "top").out
    assert "live runs" in shown and "WORKERS" in shown and run_id in shown
    ctl("run", "cancel", run_id)


@runs("api")
def test_api_sends_what_it_is_told(ctl, api, join):
    assert ctl("api", "GET", "/context/echo").json() == api.get("/context/echo").json()
    body = '{"input_string": "x"}'
    assert ctl("api", "post", "context/echo/execute", "--data", body).json()["success"]
    missing = ctl("api", "GET", "/context/nobody", code=3)
    assert missing.json()["code"] == "MC020"
    ctl("-d", "api", "GET", "/health", code=2)


@runs("delete")
@WAYS
def test_what_is_deleted_is_gone(ctl, api, join, way):
    body = script_mcp("short-lived", "pass")
    api.post("/context", body)
    ctl(*way, "delete", "mcp", "short-lived")
    ctl(*way, "delete", "mcp", "short-lived", code=3)
    assert "used by" in ctl(*way, "delete", "mcp", "echo", code=5).err
    ctl(*way, "delete", "run", "x", code=2)


@runs("apply", "diff", "validate", "export")
@WAYS
def test_the_examples_are_applied_once(ctl, way):
    """What apply does in full is in test_mcpctl_apply.py."""
    examples = os.path.join(TOP, "examples")
    ctl(*way, "validate", "-f", examples)
    ctl(*way, "apply", "-f", examples, "--bump")
    assert " created" not in ctl(*way, "diff", "-f", examples, code=None).out
    assert ctl(*way, "export", "workflow", "join").json()["slug"] == "join"


def on_terminal(ctl, *arguments, settings=None):
    """What a terminal is shown, and the exit code."""
    ours, theirs = pty.openpty()
    process = ctl.start(*arguments, settings=settings, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            shown += os.read(ours, 65536)
        except OSError:
            break
    os.close(ours)
    return shown.decode(), process.wait(timeout=60)


def test_colours_and_symbols_are_for_terminals_only(ctl, join):
    start = ["run", "start", join, "-i", "initial_message=x", "--wait"]
    shown, code = on_terminal(ctl, *start)
    assert code == 0
    assert "\x1b[32m\u2714" in shown
    assert "\x1b[J" in shown, "its steps are drawn while it waits"
    dull, _ = on_terminal(ctl, *start, settings={"NO_COLOR": "1"})
    assert not COLOUR.search(dull) and "\u2714" in dull
    plain, _ = on_terminal(ctl, *start, settings={"LC_ALL": "C", "TERM": "dumb"})
    assert "\u2714" not in plain and "\x1b" not in plain
    piped = ctl(*start)
    assert "\x1b" not in piped.out + piped.err and "\u2714" not in piped.out


def test_apply_asks_on_a_terminal(ctl, tmp_path):
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"name": "asked", "steps": []}))
    ours, theirs = pty.openpty()
    process = ctl.start("apply", "-f", str(path), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"[y/N]" not in shown:
        assert select.select([ours], [], [], 60)[0], shown
        shown += os.read(ours, 65536)
    os.write(ours, b"n\n")
    assert process.wait(timeout=60) == 1
    os.close(ours)
    ctl("get", "workflow", "asked", code=3)

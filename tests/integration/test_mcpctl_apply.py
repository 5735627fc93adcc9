"""mcpctl apply, diff, validate, export: documents against what is there."""

import json
import os

import pytest
from definitions import ECHO, script_mcp, static, step, workflow
from mcpctl import Mcpctl
from mcpd import Mcpd
from postgres import TOP


@pytest.fixture
def ctl(server, request, tmp_path):
    """On a database of its own for each test."""
    name = "ctl_" + "".join(c if c.isalnum() else "_" for c in request.node.name)[:50]
    database = server.create(name)
    daemon = Mcpd(database.url, MCP_WORKER_SLOTS="0").start()
    yield Mcpctl(daemon.url, daemon.key, database.url, tmp_path)
    daemon.stop()
    daemon.clean()
    server.drop(name)


def write(folder, documents):
    """A file for each, named so that users come before what they use."""
    for path, document in documents.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            json.dump(document, file)


def outcomes(done):
    return {line.split()[2]: line.split()[0] for line in done.lines() if line[0].isalpha()}


def echo(**changes):
    return {**script_mcp("echo", ECHO), **changes}


INNER = workflow("inner", [step("a", "echo", input_string=static("x"))])
OUTER = {"name": "outer", "steps": [{"step_id": "i", "name": "I", "workflow": "inner"}]}
DAILY = {"name": "daily", "workflow": "outer", "cron": "@daily"}
ALL = {"a/daily.json": DAILY, "b.json": [OUTER, INNER], "z/echo.json": echo()}


def test_a_folder_is_applied_by_what_depends_on_what_and_once(ctl):
    write(ctl.folder, ALL)
    first = ctl("apply", "-f", ".")
    assert outcomes(first) == dict.fromkeys(["daily", "outer", "inner", "echo"], "created")
    assert first.lines()[-1] == "4 created"
    again = ctl("apply", "-f", ".")
    assert outcomes(again) == dict.fromkeys(["daily", "outer", "inner", "echo"], "unchanged")
    assert ctl("diff", "-f", ".").lines()[-1] == "4 unchanged"
    assert len(ctl("versions", "workflow", "outer", "-o", "name").lines()) == 1
    assert len(ctl("versions", "mcp", "echo", "-o", "name").lines()) == 1


def test_a_rehearsal_says_the_same_and_does_nothing(ctl):
    write(ctl.folder, ALL)
    assert outcomes(ctl("apply", "-f", ".", "--dry-run")) == dict.fromkeys(
        ["daily", "outer", "inner", "echo"], "created"
    )
    assert ctl("list", "mcps", "-o", "name").out == ""
    assert ctl("diff", "-f", ".", code=1).lines()[-1] == "4 created"


@pytest.mark.parametrize("way", [[], ["--direct"]], ids=["http", "direct"])
def test_a_difference_is_told_where_it_lies(ctl, way):
    write(ctl.folder, ALL)
    ctl("apply", "-f", ".")
    changed = workflow("inner", [step("a", "echo", input_string=static("y"))])
    write(ctl.folder, {"b.json": [OUTER, {**changed, "timeout_seconds": 5}]})
    told = ctl(*way, "diff", "-f", "b.json", code=1).lines()
    assert told == [
        "unchanged  workflow  outer",
        "updated    workflow  inner",
        '           ~ $.steps[0].inputs.input_string.value: "x" -> "y"',
        "           + $.timeout_seconds: 5",
        "1 updated, 1 unchanged",
    ]
    assert ctl(*way, "apply", "-f", "b.json").lines() == told
    versions = ctl(*way, "diff", "workflow", "inner", "1", "2", code=1).lines()
    assert '~ $.steps[0].inputs.input_string.value: "x" -> "y"' in versions
    ctl(*way, "diff", "-f", "b.json")


def test_a_changed_config_wants_a_version(ctl):
    write(ctl.folder, {"echo.json": echo()})
    ctl("apply", "-f", "echo.json")
    changed = echo(initial_config={"script_content": "print()"})
    write(ctl.folder, {"echo.json": changed})
    refused = ctl("apply", "-f", "echo.json", code=5)
    assert "echo.json: $.initial_version_str: version '1.0.0' exists" in refused.err
    assert refused.lines() == ["failed     mcp       echo", "1 failed"]
    assert outcomes(ctl("apply", "-f", "echo.json", "--bump")) == {"echo": "updated"}
    assert ctl("versions", "mcp", "echo", "-o", "name").lines() == ["1.0.1", "1.0.0"]


def test_one_that_fails_leaves_the_others_and_is_told_whole(ctl):
    bad = {"name": "bad", "colour": 1, "steps": [{"name": "A", "mcp_id": "nobody"}]}
    write(ctl.folder, {**ALL, "c.json": [bad, {"colour": 1}]})
    done = ctl("apply", "-f", ".", code=7)
    assert done.lines()[-1] == "4 created, 2 failed"
    assert outcomes(done)["bad"] == "failed"
    assert './c.json[0]: $.colour: unknown key "colour"' in done.err
    assert './c.json[0]: $.steps[0].mcp_id: MCP "nobody" does not exist' in done.err
    assert "./c.json[1]: $: the document is no MCP, workflow or schedule" in done.err
    assert ctl("validate", "-f", "c.json", code=7).err == done.err.replace("./", "")


def test_what_is_no_json_is_told_by_line_and_column_and_nothing_is_done(ctl):
    write(ctl.folder, ALL)
    with open(os.path.join(ctl.folder, "broken.json"), "w") as file:
        file.write('{\n  "name": "x",\n  "\u00e4": nope\n}\n')
    done = ctl("apply", "-f", ".", code=7)
    assert done.out == ""
    assert "mcpctl: ./broken.json:3:8: " in done.err
    assert ctl("list", "mcps", "-o", "name").out == ""
    ctl("apply", "-f", "nowhere.json", code=7)
    ctl("apply", code=2)


def test_pruning_is_for_what_the_set_has_no_more(ctl):
    write(ctl.folder, ALL)
    ctl("apply", "-f", ".", "--set", "ours")
    write(ctl.folder, {"other.json": {"name": "other", "steps": []}})
    ctl("apply", "-f", "other.json")
    ctl("apply", "-f", "b.json", "--prune", code=2)
    asked = ctl("apply", "-f", "z", "--set", "ours", "--prune", code=2)
    assert "3 would be deleted" in asked.err
    assert len(ctl("list", "workflows", "-o", "name").lines()) == 3
    done = ctl("apply", "-f", "z", "--set", "ours", "--prune", "--yes")
    assert outcomes(done) == {
        "echo": "unchanged",
        "daily": "pruned",
        "outer": "pruned",
        "inner": "pruned",
    }
    assert ctl("list", "workflows", "-o", "name").lines() == ["other"]


def test_nothing_is_pruned_while_a_document_fails(ctl):
    write(ctl.folder, ALL)
    ctl("apply", "-f", ".", "--set", "ours")
    write(ctl.folder, {"bad.json": {"name": "bad", "steps": 1}})
    done = ctl("apply", "-f", "bad.json", "--set", "ours", "--prune", "--yes", code=7)
    assert "nothing was pruned" in done.err
    assert len(ctl("list", "workflows", "-o", "name").lines()) == 2


@pytest.mark.parametrize("way", [[], ["--direct"]], ids=["http", "direct"])
def test_what_is_exported_is_applied_without_a_change(ctl, way):
    write(ctl.folder, ALL)
    ctl("apply", "-f", ".")
    everything = ctl(*way, "export").out
    again = ctl(*way, "apply", "-f", "-", text=everything)
    assert again.lines()[-1] == "4 unchanged"
    ctl(*way, "export", "--folder", "out")
    assert ctl(*way, "apply", "-f", "out").lines()[-1] == "4 unchanged"
    assert os.path.exists(os.path.join(ctl.folder, "out/workflow/inner.json"))
    step_mcp = ctl(*way, "export", "workflow", "inner").json()["steps"][0]["mcp_id"]
    assert step_mcp == "echo"
    ctl(*way, "export", "workflow", "nobody", code=3)


def test_the_examples_of_the_house_are_valid_from_nothing(ctl):
    done = ctl("validate", "-f", os.path.join(TOP, "examples"))
    assert done.out.endswith(" valid\n")
    assert ctl("list", "mcps", "-o", "name").out == ""


def test_forms_name_what_became_of_each(ctl):
    write(ctl.folder, ALL)
    rows = ctl("apply", "-f", ".", "-o", "json").json()
    assert [row["outcome"] for row in rows] == ["created"] * 4
    assert ctl("apply", "-f", ".", "-o", "name").lines() == ["daily", "outer", "inner", "echo"]

"""mcpctl: reading, starting, waiting, and what its exit code tells."""

import pytest
from definitions import CONCAT, ECHO, join_workflow, script_mcp
from mcpctl import Mcpctl


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


def test_a_run_is_started_and_waited_for(ctl, join):
    run_id = ctl("run", "start", join, "-i", "initial_message=Hello").out.strip()
    run = ctl("run", "wait", run_id, "-o", "json").json()
    assert run["run_id"] == run_id
    assert run["status"] == "SUCCESS"
    assert run["final_outputs"] == {"concatenated_string": "Hello-suffix-from-static"}


@pytest.mark.parametrize("way", [[], ["--direct"]])
def test_names_are_one_to_a_line(ctl, join, way):
    assert sorted(ctl(*way, "list", "mcps", "-o", "name").lines()) == ["concat", "echo"]


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["get", "mcp", "nobody"], 3),
        (["get", "frog", "nobody"], 2),
        (["run", "start", "nobody"], 3),
        (["nonsense"], 2),
        (["list", "mcps", "--nonsense"], 2),
    ],
)
def test_what_is_wrong_is_told_by_the_exit_code(ctl, join, arguments, code):
    done = ctl(*arguments, code=code)
    assert done.out == ""
    assert done.err.startswith("mcpctl: ")

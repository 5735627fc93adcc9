"""Every command of docs/mcpctl.md, docs/operations.md and docs/executors.md is run as it
stands there; what is not run, and what another test runs, is listed here with the reason."""

import json
import os
import re
import shlex

import pytest
from mcpctl import Mcpctl
from postgres import ROLE, TOP
from waiting import wait_for

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^    mcpctl (.*)$", re.MULTILINE)
INDENTED = re.compile(r"(?:^    .*\n)+", re.MULTILINE)
SAMPLE_RUN = "01a20651-3332-75c5-b1cd-6221f3723b22"

# (page, language): why no block of it is run here.
ELSEWHERE = {
    ("README.md", "sh"): "test_readme.py runs them; make up is run by test_up.py",
    ("README.md", "sql"): "test_readme.py",
    ("docs/sql.md", "sql"): "test_readme.py",
    ("docs/workflows.md", "json"): "no commands: test_workflow_docs.py stores them",
    ("docs/http.md", "sh"): "test_readme.py",
    ("docs/operations.md", "sh"): "make install would change this machine; CI installs by it",
}

# Commands of mcpctl that do not run to an end of their own.
NOT_RUN = {
    "top": "goes on until it is stopped: test_mcpctl_commands.py stops it",
}

# How a block of docs/executors.md begins that is not run here.
NOT_RUN_OF_EXECUTORS = {
    '{"kind": "tokens"': "an event: test_executor_llm_tokens.py",
    "examples/run.sh": "test_executor_examples.py runs the examples",
    "GET /workflows/": "no command: routes",
    "python3 tests/integration/model_server.py": "starts a server and make up",
    "curl -X PUT": "secrets: test_secrets.py",
    "SELECT mcp.grant_secret": "secrets: test_secrets.py",
}

# What a run has to be for the command after `mcpctl run`.
SUBJECTS = {
    "retry": "failed",
    "logs": "failed",
    "signal": "unpaid",
    "approve": "asking",
    "reject": "asking",
    "cancel": "unpaid",
    "pause": "unpaid",
    "wait": "ended",
    "watch": "ended",
    "why": "ended",
}


def read(page):
    with open(os.path.join(TOP, page)) as file:
        return file.read()


def pages():
    return ["README.md"] + [f"docs/{name}" for name in sorted(os.listdir(os.path.join(TOP, "docs")))]


def blocks(page, language):
    return [text for said, text in BLOCK.findall(read(page)) if said == language]


@pytest.fixture(scope="module")
def ctl(mcpd, database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    os.symlink(os.path.join(TOP, "examples"), folder / "examples")
    ctl = Mcpctl(mcpd.url, mcpd.key, database.url, folder)
    ctl("apply", "-f", "examples", "--yes")
    return ctl


@pytest.fixture(scope="module")
def make_run(bench):
    """A new run of a kind, as the sample run of a command has to be."""
    ask = {"step_id": "ask", "name": "Ask", "wait": {"approval": {}}}
    paid = {"step_id": "paid", "name": "Paid", "wait": {"signal": "paid"}}
    broken = bench.script("def main():\n    raise ValueError('no')\n")
    fetch = {"step_id": "fetch", "name": "Fetch", "mcp_id": broken}
    flows = {
        "asking": bench.workflow([ask]),
        "unpaid": bench.workflow([paid]),
        "failed": bench.workflow([fetch]),
        "ended": bench.workflow([]),
    }

    def is_there(run, kind):
        over = bench.get_run(run)["status"] in ("SUCCESS", "FAILED")
        return over == (kind in ("failed", "ended"))

    def make(kind):
        run = bench.start(flows[kind])
        wait_for(lambda: is_there(run, kind), "the run to be as it has to")
        return run

    return make


def test_every_command_of_mcpctl_runs_as_documented(ctl, make_run):
    commands = [line for line in COMMAND.findall(read("docs/mcpctl.md")) if line not in NOT_RUN]
    assert len(commands) >= 35
    run = None
    # What takes something away comes after all that needs it.
    commands.sort(key=lambda line: line.startswith("schedule delete ") + 2 * line.startswith("delete "))
    for line in commands:
        if SAMPLE_RUN in line:
            verb = line.split()[1]
            run = run if verb == "resume" else make_run(SUBJECTS[verb])
            line = line.replace(SAMPLE_RUN, run)
        # That there is a difference is an answer too.
        done = ctl(*shlex.split(line), code=None)
        assert done.code == 0 or (line.startswith("diff ") and done.code == 1), (line, done.err)


def test_the_statements_of_operations_run_as_they_stand(server):
    database = server.create("test_docs_operations")
    try:
        statements = blocks("docs/operations.md", "sql")
        assert len(statements) >= 2
        database.query(
            """SELECT mcp.create_workflow('{"name": "Nightly import", "slug": "nightly-import", "steps": []}')"""
        )
        for text in statements:
            # Roles are the whole cluster's, which has one of this name: nothing stays.
            away = f"ALTER ROLE {ROLE} RENAME TO mcpd_of_others"
            database.query(f"BEGIN;\n{away};\n{text};\nROLLBACK")
    finally:
        server.drop("test_docs_operations")


def indented(page):
    """The blocks of a page that stand further in, each without its margin."""
    return [re.sub("^    ", "", text, flags=re.MULTILINE) for text in INDENTED.findall(read(page))]


def test_the_blocks_of_executors_are_taken_as_they_stand(server):
    database = server.create("test_docs_executors")
    try:
        database.query("CREATE SCHEMA shop; CREATE TABLE shop.orders ()")
        kinds = set()
        for text in indented("docs/executors.md"):
            if text.startswith(tuple(NOT_RUN_OF_EXECUTORS)):
                continue
            if text.startswith("{"):
                kinds.add(json.loads(text)["type"])
                assert database.query("SELECT * FROM mcp.validate_mcp(%s)", text) == [], text
            else:
                database.query(f"BEGIN;\n{text};\nROLLBACK")
        assert len(kinds) >= 6
    finally:
        server.drop("test_docs_executors")


def test_what_is_not_run_of_executors_is_there():
    for start in NOT_RUN_OF_EXECUTORS:
        assert any(text.startswith(start) for text in indented("docs/executors.md")), start


def test_no_block_is_left_out():
    found = {
        (page, language)
        for page in pages()
        for language, _ in BLOCK.findall(read(page))
    }
    run_here = {("docs/operations.md", "sql")}
    assert found == run_here | set(ELSEWHERE)


def test_what_is_not_run_is_documented():
    assert set(NOT_RUN) <= set(COMMAND.findall(read("docs/mcpctl.md")))

"""Every command of README.md, docs/http.md and docs/sql.md, run as it stands there,
says what stands below it; and no function is left out."""

import os
import re
import secrets
import subprocess

import pytest
from postgres import TOP
from waiting import wait_for

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}")


def read(page):
    with open(os.path.join(TOP, page)) as file:
        return file.read()


def said_commands(page):
    """(language, command, output) for each command that has its output below."""
    blocks = FENCE.findall(read(page))
    return [
        (language, command, output)
        for (language, command), (below, output) in zip(blocks, blocks[1:])
        if language in ("sql", "sh") and not below and not command.startswith("make")
    ]


def said_by(program, text, **environment):
    done = subprocess.run(
        program,
        input=text,
        text=True,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    return done.stdout


def psql(database, command):
    return said_by(["psql", "-X", "-q"], command, PGDATABASE=database.name)


def same(text):
    return CHANGING.sub("<id>", text).strip()


@pytest.fixture(scope="module")
def run(database, mcpd):
    """Runs a block as a reader would, once no run is under way."""

    def run_block(language, command):
        wait_for(
            lambda: database.value("SELECT count(*) FROM mcp.live_runs") == 0,
            "the runs to end",
        )
        if language == "sql":
            return psql(database, command)
        return said_by(["sh", "-e"], command, MCP_API_KEY=mcpd.key, MCP_BASE_URL=mcpd.url)

    return run_block


def test_readme_shows_what_it_says(run):
    commands = said_commands("README.md")
    assert len(commands) >= 8
    for language, command, output in commands:
        assert same(run(language, command)) == same(output), command


def test_sql_shows_what_it_says(server):
    """On a database that no daemon works on, for the page shows a worker by hand."""
    database = server.create("test_docs_sql")
    try:
        commands = said_commands("docs/sql.md")
        assert len(commands) >= 7
        for language, command, output in commands:
            assert language == "sql"
            assert same(psql(database, command)) == same(output), command
    finally:
        server.drop("test_docs_sql")


def matches(said, shown):
    """An ellipsis on the page stands for any text within a line."""
    pattern = ".*".join(re.escape(part) for part in same(shown).split("…"))
    return re.fullmatch(pattern, same(said)) is not None


@pytest.fixture(scope="module")
def http_page(server, make_mcpd):
    """(command, what stands below it, what it says), from one shell: a command
    goes on with what those before it have found."""
    url = server.create("test_docs_http").url
    settings = {"DATABASE_URL": url, "MCP_REQUIRE_IF_MATCH": "1", "MCP_RATE_LIMIT_KEY": "5000"}
    daemon = make_mcpd(**settings, MCP_SECRET_KEY=secrets.token_hex(32)).start()
    blocks = [*FENCE.findall(read("docs/http.md")), ("end", "")]
    commands = [
        (command, "" if below else shown)
        for (language, command), (below, shown) in zip(blocks, blocks[1:])
        if language == "sh"
    ]
    mark = "--- next ---\n"
    script = f"echo '{mark.strip()}'\n".join(command for command, _ in commands)
    said = said_by(["sh", "-e"], script, MCP_API_KEY=daemon.key, MCP_BASE_URL=daemon.url)
    answers = said.split(mark)
    assert len(answers) == len(commands), said
    yield [(*command, answer) for command, answer in zip(commands, answers)]
    daemon.stop()
    server.drop("test_docs_http")


def test_http_shows_what_it_says(http_page):
    assert len(http_page) >= 16
    for command, shown, said in http_page:
        assert matches(said, shown), (command, said)


def test_sql_leaves_no_function_out(database):
    functions = database.query("SELECT DISTINCT function_name FROM mcp.function_levels")
    page = read("docs/sql.md")
    assert [name for (name,) in functions if f"`{name}(" not in page] == [], "run make docs"

"""Every command of README.md, run as it stands there, says what stands below it."""

import os
import re
import subprocess

import pytest
from postgres import TOP
from waiting import wait_for

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}")


def said_commands():
    """(language, command, output) for each command that has its output below."""
    with open(os.path.join(TOP, "README.md")) as file:
        blocks = FENCE.findall(file.read())
    return [
        (language, command, output)
        for (language, command), (below, output) in zip(blocks, blocks[1:])
        if language in ("sql", "sh") and not below and not command.startswith("make")
    ]


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
        programs = {"sql": ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"], "sh": ["sh", "-e"]}
        return subprocess.run(
            programs[language],
            input=command,
            text=True,
            check=True,
            stdout=subprocess.PIPE,
            env={
                **os.environ,
                "PGDATABASE": database.name,
                "MCP_API_KEY": mcpd.key,
                "MCP_BASE_URL": mcpd.url,
            },
        ).stdout

    return run_block


def test_readme_shows_what_it_says(run):
    commands = said_commands()
    assert len(commands) >= 8
    for language, command, output in commands:
        assert same(run(language, command)) == same(output), command

"""Fixtures: the server for the session; a database, mcpd and HTTP by module."""

import re
import signal

import answers
import pytest
from definitions import Workbench
from mcpd import Api, Mcpd
from postgres import Server


def pytest_configure():
    """Who ends this with TERM has the fixtures stop what they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def server():
    return Server()


@pytest.fixture(scope="session", autouse=True)
def described_answers(server):
    """At the end: every answer of the session is as the OpenAPI document says."""
    yield
    if not answers.KEPT:
        return
    database = server.create("described_answers")
    problems = answers.problems(database, answers.DOCUMENT)
    server.drop(database.name)
    assert problems == []


@pytest.fixture(scope="module")
def database(server, request):
    name = re.sub(r"\W", "_", request.module.__name__)
    yield server.create(name)
    server.drop(name)


@pytest.fixture(scope="module")
def make_mcpd(database):
    """Makes daemons on the module's database; all end with the module."""
    made = []

    def make(**settings):
        daemon = Mcpd(database.url, **settings)
        made.append(daemon)
        return daemon

    yield make
    try:
        for daemon in made:
            daemon.stop()
    finally:
        for daemon in made:
            if daemon.process is not None:
                daemon.kill()
            daemon.clean()


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    return make_mcpd().start()


@pytest.fixture(scope="module")
def api(mcpd):
    return Api(mcpd.url, mcpd.key)


@pytest.fixture(scope="module")
def bench(api):
    """Definitions made in one call, for tests that are about something else."""
    return Workbench(api)


def pytest_terminal_summary(terminalreporter):
    """The line that check.sh counts by; an error in a fixture is a failure."""
    count = {
        outcome: len(terminalreporter.stats.get(outcome, []))
        for outcome in ("passed", "failed", "error")
    }
    terminalreporter.write_line("")
    terminalreporter.write_line(
        f"{count['passed']} passed, {count['failed'] + count['error']} failed"
    )

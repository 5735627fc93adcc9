"""mcpd as a program: its settings, its exit codes, its log, its start and its end."""

import json
import os
import re
import signal
import socket
import subprocess

import pytest
import requests
from definitions import ECHO, script_mcp
from mcpd import Api, as_user, is_sanitized
from test_mcps import assert_problem
from waiting import wait_for


def run(daemon, *arguments, **settings):
    """mcpd to its end, with the settings of a daemon that was not started."""
    environment = {**daemon.settings, **settings}
    return subprocess.run(
        as_user([os.environ["MCP_TEST_MCPD"], *arguments]),
        cwd=daemon.folder,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def idle(make_mcpd):
    """A daemon that nobody has started."""
    return make_mcpd()


@pytest.mark.parametrize(
    "name, value",
    [
        ("MCP_API_PORT", "80x"),
        ("MCP_API_PORT", "65536"),
        ("MCP_LOG_LEVEL", "loud"),
        ("MCP_LOG_FORMAT", "xml"),
        ("MCP_DEFAULT_TIMEOUT", "-1"),
        ("DATABASE_URL", "postgresql://u:hush@h:x%zz/d"),
        ("REDIS_URL", "http://:hush@h"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(idle, name, value):
    ended = run(idle, **{name: value})
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert re.fullmatch(rf"mcpd: {name}: [^\n]+\n", ended.stderr)
    assert "hush" not in ended.stderr


def test_a_broken_env_file_is_named_by_its_line_only(idle):
    with open(os.path.join(idle.folder, ".env"), "w") as file:
        file.write("A=b\nhush\n")
    ended = run(idle)
    assert ended.returncode == 2
    assert ended.stderr == 'mcpd: ".env" line 2: is not of the form NAME=value\n'


def test_an_env_file_that_is_named_must_exist(idle):
    ended = run(idle, "--env-file", "/nowhere/env")
    assert ended.returncode == 2
    assert "/nowhere/env" in ended.stderr


@pytest.mark.parametrize("arguments", [["--nonsense"], ["more"], ["--env-file"]])
def test_wrong_arguments_show_the_usage(idle, arguments):
    ended = run(idle, *arguments)
    assert ended.returncode == 2
    assert "usage: mcpd" in ended.stderr


def test_a_port_that_is_taken_ends_it(idle):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run(idle, MCP_API_PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "mcpd: cannot listen on 127.0.0.1 port" in ended.stderr


def test_settings_come_from_env_files_too(make_mcpd):
    daemon = make_mcpd()
    del daemon.settings["MCP_API_KEY"]
    with open(os.path.join(daemon.folder, ".env"), "w") as file:
        file.write("# the key\nexport MCP_API_KEY='from the file'\nMCP_API_PORT=1\n")
    daemon.start()
    assert Api(daemon.url, "from the file").get("/context").status_code == 200


def test_it_starts_before_its_database_and_is_well_once_that_is_there(make_mcpd, server):
    name = "comes_later"
    server.drop(name)
    daemon = make_mcpd()
    address = daemon.settings["DATABASE_URL"].rsplit("/", 1)[0]
    daemon.settings["DATABASE_URL"] = f"{address}/{name}"
    daemon.spawn()
    try:
        degraded = wait_for(lambda: health(daemon), "it to answer")
        assert degraded["status"] == "degraded"
        assert name not in str(degraded)
        late = server.create(name)
        assert wait_for(lambda: is_well(daemon), "it to find its database")
        late.query("DROP EXTENSION mcp CASCADE")
        wait_for(
            lambda: "extension" in health(daemon)["database"], "it to miss the extension"
        )
        late.query("CREATE EXTENSION mcp")
        late.query("SELECT mcp.grant_role('mcpd', 'admin')")
        assert wait_for(lambda: is_well(daemon), "it to find the extension")
    finally:
        daemon.stop()
        server.drop(name)


def health(daemon):
    try:
        return requests.get(daemon.url + "/health", timeout=10).json()
    except requests.RequestException:
        return None


def is_well(daemon):
    found = health(daemon)
    return found is not None and found["status"] == "healthy"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_when_asked(make_mcpd, number):
    daemon = make_mcpd().start()
    daemon.process.send_signal(number)
    daemon.process.wait(timeout=30)
    daemon.stop()


def test_it_ends_well_without_a_database(make_mcpd):
    daemon = make_mcpd(DATABASE_URL="postgresql://mcpd@127.0.0.1:1/none")
    daemon.spawn()
    assert wait_for(lambda: health(daemon), "it to answer")["status"] == "degraded"
    assert Api(daemon.url, daemon.key).get("/context").status_code == 503
    daemon.stop()


def test_the_log_holds_no_secret(make_mcpd):
    daemon = make_mcpd(MCP_LOG_LEVEL="DEBUG").start()
    api = Api(daemon.url, daemon.key)
    token = api.post("/auth/issue-dev-token").json()["access_token"]
    Api(daemon.url, "wrong-key-of-a-stranger").get("/context")
    for bearer in (token, "stolen"):
        requests.get(
            daemon.url + "/context", headers={"Authorization": f"Bearer {bearer}"}, timeout=30
        )
    password = daemon.settings["DATABASE_URL"].split(":")[2].split("@")[0]
    daemon.stop()
    log = daemon.log()
    assert "listening" in log
    for secret in (daemon.key, token, "wrong-key-of-a-stranger", "stolen", password):
        assert secret not in log


def test_its_own_user_cannot_read_its_environment(make_mcpd):
    if is_sanitized():
        pytest.skip("the sanitizers need to be traced")
    daemon = make_mcpd().start()
    user = os.environ["MCP_TEST_USER"]
    if user == "root":
        pytest.skip("root reads everything")
    for name in ("environ", "mem", "maps"):
        ended = subprocess.run(
            as_user(["head", "-c", "1", f"/proc/{daemon.process.pid}/{name}"]),
            capture_output=True,
            check=False,
        )
        assert ended.returncode != 0, name


def test_a_daemon_whose_role_may_only_read_says_forbidden(make_mcpd, database, server):
    database.query(
        "DROP ROLE IF EXISTS mcpd_reader;"
        f"CREATE ROLE mcpd_reader LOGIN PASSWORD '{server.role_password}';"
        "SELECT mcp.grant_role('mcpd_reader', 'viewer')"
    )
    daemon = make_mcpd(
        DATABASE_URL=database.url.replace("//mcpd:", "//mcpd_reader:"), MCP_WORKER_SLOTS="0"
    ).start()
    api = Api(daemon.url, daemon.key)
    assert api.get("/context").status_code == 200
    problem = assert_problem(api.post("/context", script_mcp("one", ECHO)), 403, "42501")
    assert problem["detail"] == "not allowed"
    assert_problem(api.delete("/workflows/any"), 403, "42501")
    daemon.stop()
    assert "create_mcp" not in str(problem)
    database.query("SELECT mcp.revoke_role('mcpd_reader', 'viewer'); DROP ROLE mcpd_reader")


def test_the_log_may_be_json(make_mcpd):
    daemon = make_mcpd(MCP_LOG_LEVEL="DEBUG", MCP_LOG_FORMAT="json").start()
    api = Api(daemon.url, daemon.key)
    assert api.get("/context?query=hush", headers={"X-Request-Id": "seen-7"}).status_code == 200
    daemon.stop()
    lines = [json.loads(line) for line in daemon.log().splitlines()]
    assert all(line["time"] and line["level"] and line["message"] for line in lines)
    line = next(line for line in lines if line.get("request") == "seen-7")
    assert (line["message"], line["route"], line["status"]) == ("answered", "context", 200)
    assert "hush" not in daemon.log()


def test_daemons_may_share_a_port(make_mcpd):
    first = make_mcpd(MCP_API_SHARE_PORT="1").start()
    port = first.url.rsplit(":", 1)[1]
    second = make_mcpd(MCP_API_SHARE_PORT="1", MCP_API_PORT=port, MCP_API_KEY=first.key)
    second.spawn()
    # Said by way of the connections that requests go by.
    wait_for(lambda: "database maintained" in second.log(), "the second one to be ready")
    api = Api(first.url, first.key)
    # Each new connection goes to one or the other.
    for _ in range(20):
        assert api.get("/context").status_code == 200
    first.stop()
    for _ in range(5):
        assert Api(first.url, first.key).get("/context").status_code == 200


def test_a_port_that_is_not_shared_is_refused(make_mcpd):
    first = make_mcpd().start()
    ended = run(make_mcpd(), MCP_API_PORT=first.url.rsplit(":", 1)[1])
    assert ended.returncode != 0
    assert "cannot listen on" in ended.stderr


def set_file(daemon, **settings):
    with open(os.path.join(daemon.folder, ".env"), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())


def test_sighup_reads_the_settings_anew(make_mcpd):
    daemon = make_mcpd()
    set_file(daemon, MCP_LOG_LEVEL="INFO")
    daemon.start()
    api = Api(daemon.url, daemon.key)
    api.get("/context", headers={"X-Request-Id": "before-1"})

    def hang_up(word):
        daemon.process.send_signal(signal.SIGHUP)
        wait_for(lambda: word in daemon.log(), word)

    set_file(daemon, MCP_LOG_LEVEL="DEBUG", MCP_LOG_FORMAT="json", MCP_WORKER_SLOTS="3")
    hang_up("settings are read anew")
    api.get("/context", headers={"X-Request-Id": "after-1"})
    wait_for(lambda: '"request":"after-1"' in daemon.log(), "the line of the request")
    assert "before-1" not in daemon.log()
    assert "MCP_WORKER_SLOTS" in daemon.log()
    # What cannot be read changes nothing, and ends nothing.
    set_file(daemon, MCP_LOG_LEVEL="loud")
    hang_up("settings are left as they were")
    assert api.get("/context", headers={"X-Request-Id": "after-2"}).status_code == 200
    wait_for(lambda: '"request":"after-2"' in daemon.log(), "the line of the request")

"""mcpctl doctor finds what a new user gets wrong; exit codes say what happened."""

import contextlib
import os
import signal

import pytest
from mcpctl import Mcpctl
from mcpd import free_port
from peer import Peer, response
from waiting import wait_for


@pytest.fixture(scope="module")
def ctl(mcpd, database, tmp_path_factory):
    return Mcpctl(mcpd.url, mcpd.key, database.url, tmp_path_factory.mktemp("mcpctl"))


def findings(done):
    return {finding["check"]: finding for finding in done.json()}


def find(ctl, check, state, *arguments, settings=None):
    """The finding, which is a fault or not as the exit code says, with its remedy."""
    code = 1 if state == "fault" else None
    done = ctl(*arguments, "doctor", "-o", "json", settings=settings, code=code)
    found = findings(done)[check]
    assert found["state"] == state, found
    assert found["remedy"], found
    table = ctl(*arguments, "doctor", settings=settings, code=code).out
    assert found["remedy"] in table
    return found


def test_no_daemon(ctl):
    nowhere = {"MCPCTL_URL": f"http://127.0.0.1:{free_port()}"}
    found = find(ctl, "daemon", "fault", settings=nowhere)
    assert "Start mcpd" in found["remedy"]


def test_something_else_than_a_daemon(ctl):
    with contextlib.closing(Peer()) as peer:
        peer.play(response(body=b"<html>"))
        found = find(ctl, "daemon", "fault", settings={"MCPCTL_URL": peer.url})
        assert "is not mcpd" in found["message"]


def test_a_wrong_key_and_none(ctl):
    wrong = find(ctl, "key", "fault", settings={"MCPCTL_API_KEY": "mcp_wrong_key"})
    assert "not let in" in wrong["message"] and "mcp_wrong_key" not in str(wrong)
    none = find(ctl, "key", "fault", settings={"MCPCTL_API_KEY": None})
    assert none["message"] == "no key is given"


def test_no_extension(ctl, server):
    database = server.create_empty("ctl_bare")
    try:
        found = find(ctl, "extension", "fault", "-d", settings={"DATABASE_URL": database.url})
        assert "CREATE EXTENSION mcp" in found["remedy"]
    finally:
        server.drop("ctl_bare")


def test_an_old_extension_under_a_new_library(ctl, server):
    database = server.create_empty("ctl_old")
    try:
        database.query("CREATE EXTENSION mcp VERSION '1.0'")
        database.query("SELECT mcp.grant_role('mcpd', 'admin')")
        settings = {"DATABASE_URL": database.url}
        pending = find(ctl, "extension", "fault", "-d", settings=settings)
        assert "ALTER EXTENSION mcp UPDATE" in pending["remedy"]
        library = find(ctl, "library", "fault", "-d", settings=settings)
        assert "1.1" in library["message"] and "1.0" in library["message"]
        assert "ALTER EXTENSION mcp UPDATE" in library["remedy"]
        database.query("ALTER EXTENSION mcp UPDATE")
        done = ctl("-d", "doctor", "-o", "json", settings=settings, code=None)
        assert findings(done)["extension"]["state"] == "ok"
        assert findings(done)["library"]["state"] == "ok"
    finally:
        server.drop("ctl_old")


def test_a_new_extension_over_an_old_library(ctl, server):
    """As after a dump of a newer server, or files that somebody put back."""
    database = server.create("ctl_newer")
    try:
        database.query("UPDATE pg_extension SET extversion = '1.10' WHERE extname = 'mcp'")
        settings = {"DATABASE_URL": database.url}
        for check in ("extension", "library"):
            found = find(ctl, check, "fault", "-d", settings=settings)
            assert "1.10" in found["message"]
            assert "make install" in found["remedy"]
            assert "ALTER EXTENSION" not in found["remedy"]
    finally:
        server.drop("ctl_newer")


def test_no_database_and_no_rights(ctl, database):
    nowhere = {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"}
    found = find(ctl, "database", "fault", settings=nowhere)
    assert "cannot be reached" in found["message"]
    database.query("CREATE ROLE ctl_stranger LOGIN PASSWORD 'x'")
    try:
        head, tail = database.url.split("://")[1].split("@")
        stranger = {"DATABASE_URL": f"postgresql://ctl_stranger:x@{tail}"}
        found = find(ctl, "rights", "fault", "-d", settings=stranger)
        assert "mcp.grant_role" in found["remedy"]
    finally:
        database.query("DROP ROLE ctl_stranger")


def test_no_workers(ctl, server, make_mcpd):
    database = server.create("ctl_idle")
    daemon = make_mcpd(DATABASE_URL=database.url, MCP_WORKER_SLOTS="0").start()
    try:
        settings = {"MCPCTL_URL": daemon.url, "MCPCTL_API_KEY": daemon.key}
        settings["DATABASE_URL"] = database.url
        found = find(ctl, "workers", "fault", settings=settings)
        assert "Start mcpd" in found["remedy"]
        assert find(ctl, "workers", "fault", "-d", settings=settings)
    finally:
        daemon.stop()
        server.drop("ctl_idle")


def test_redis_down(ctl, make_mcpd):
    daemon = make_mcpd(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0").start()
    settings = {"MCPCTL_URL": daemon.url, "MCPCTL_API_KEY": daemon.key}
    found = find(ctl, "redis", "warning", settings=settings)
    assert "Start Redis" in found["remedy"]
    daemon.stop()


@pytest.mark.parametrize(
    "member, value, check, state",
    [
        ("sandbox", "none", "sandbox", "fault"),
        ("sandbox", "basic", "sandbox", "warning"),
        ("database", "error: the extension mcp is missing or too old", "daemon's database", "fault"),
        ("database", "error: the daemon's role lacks privileges", "daemon's database", "fault"),
        ("database", "error: not reachable", "daemon's database", "fault"),
    ],
)
def test_what_the_daemon_says_of_itself(ctl, member, value, check, state):
    health = {"status": "degraded", "database": "ok", "redis": "off", "sandbox": "standard"}
    with contextlib.closing(Peer()) as peer:
        peer.play(response(body={**health, member: value}))
        settings = {"MCPCTL_URL": peer.url, "DATABASE_URL": None}
        find(ctl, check, state, settings=settings)


def test_a_clock_that_is_off(ctl):
    health = {"status": "healthy", "database": "ok", "redis": "off", "sandbox": "standard"}
    with contextlib.closing(Peer()) as peer:
        peer.play(response(body=health, headers=[("Date", "Thu, 01 Jan 2026 00:00:00 GMT")]))
        found = find(ctl, "clock of the daemon", "warning", settings={"MCPCTL_URL": peer.url})
        assert "behind" in found["message"] and "NTP" in found["remedy"]


def test_a_key_file_that_others_can_read_is_refused(ctl, mcpd, tmp_path):
    path = tmp_path / "key"
    path.write_text(mcpd.key + "\n")
    arguments = ["list", "mcps", "--key-file", str(path)]
    path.chmod(0o644)
    refused = ctl(*arguments, code=2)
    assert "can be read by others" in refused.err and mcpd.key not in refused.err
    path.chmod(0o600)
    ctl(*arguments)
    ctl("list", "mcps", "--key-file", str(tmp_path / "none"), code=2)


def test_settings_of_a_file_and_which_one_wins(ctl, mcpd, tmp_path):
    path = tmp_path / "env"
    path.write_text(f"MCP_BASE_URL={mcpd.url}\nMCP_API_KEY={mcpd.key}\n")
    bare = dict.fromkeys(["MCPCTL_URL", "MCPCTL_API_KEY", "DATABASE_URL"])
    ctl("-e", str(path), "list", "mcps", settings=bare)
    ctl("-e", str(path), "list", "mcps", settings={**bare, "MCPCTL_API_KEY": "wrong"}, code=4)
    # A .env that lies about is not read: it might say where a key is sent to.
    (tmp_path / ".env").write_text(path.read_text())
    ctl.folder, kept = str(tmp_path), ctl.folder
    try:
        nowhere = {**bare, "MCP_API_PORT": str(free_port())}
        ctl("list", "mcps", settings=nowhere, code=6)
    finally:
        ctl.folder = kept


@pytest.mark.parametrize("way", [[], ["--direct"]], ids=["http", "direct"])
def test_exit_codes(ctl, bench, way):
    failing = bench.script("raise SystemExit(1)")
    slow = bench.workflow([{"step_id": "w", "name": "W", "wait": {"seconds": 600}}])
    assert ctl(*way, "list", "mcps").code == 0
    ctl(*way, "run", "start", "--mcp", failing, "--wait", code=1)
    ctl(*way, "list", "frogs", code=2)
    ctl(*way, "get", "mcp", "nobody", code=3)
    ctl(*way, "get", "run", "nonsense", code=7)
    run_id = ctl(*way, "run", "start", slow).out.strip()
    ctl(*way, "run", "resume", run_id, code=5)
    over = ctl(*way, "run", "wait", run_id, "--timeout", "0.3", code=8)
    assert "goes on" in over.err
    nowhere = {
        "MCPCTL_URL": f"http://127.0.0.1:{free_port()}",
        "DATABASE_URL": f"postgresql://127.0.0.1:{free_port()}/x",
    }
    ctl(*way, "list", "mcps", settings=nowhere, code=6)
    ctl(*way, "run", "start", slow, "--inputs", "{nope", code=7)
    ctl(*way, "run", "start", slow, "-i", "nothing", code=2)
    process = ctl.start(*way, "run", "wait", run_id)
    wait_for(lambda: catches(process), "the signal to be caught")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    ctl(*way, "run", "cancel", run_id)


def catches(process):
    """Whether SIGINT would be noted by now, by what the kernel says."""
    with open(f"/proc/{process.pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1


def test_a_refusal_and_a_fault_have_codes_of_their_own(ctl):
    ctl("list", "mcps", settings={"MCPCTL_API_KEY": "wrong"}, code=4)
    with contextlib.closing(Peer()) as peer:
        peer.play(response(body=b"no json"))
        done = ctl("list", "mcps", settings={"MCPCTL_URL": peer.url}, code=9)
        assert "is it mcpd?" in done.err
        peer.play(response(500, {"detail": "a fault of the daemon", "request_id": "abc"}))
        done = ctl("list", "mcps", settings={"MCPCTL_URL": peer.url}, code=9)
        assert "abc" in done.err


def test_no_key_follows_a_redirect(ctl):
    with contextlib.closing(Peer()) as elsewhere, contextlib.closing(Peer()) as peer:
        elsewhere.play(response(body=[]))
        peer.play(response(302, headers=[("Location", elsewhere.url + "/context")]))
        ctl("list", "mcps", settings={"MCPCTL_URL": peer.url}, code=9)
        assert elsewhere.requests == []


def test_what_a_server_says_moves_no_cursor(ctl):
    with contextlib.closing(Peer()) as peer:
        peer.play(response(404, {"detail": "\x1b[2Jgone"}))
        done = ctl("list", "mcps", settings={"MCPCTL_URL": peer.url}, code=3)
        assert "\x1b" not in done.err


def test_a_key_is_in_no_argument_and_no_output(ctl, mcpd):
    done = ctl("doctor", code=None)
    assert mcpd.key not in done.out + done.err
    options = [o["name"] for o in ctl("help", "--json").json()["options"]]
    assert "key" not in options and "api-key" not in options
    assert os.path.exists(os.environ["MCP_TEST_MCPCTL"])

"""`make up` and `make down`, in a copy of the checkout in a folder of its own.

Slow: it builds everything once more.  All that it starts is found by the path
of the copy, so a `make up` of the checkout itself is never touched.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile

import psycopg2
import pytest
import redis
import requests
from postgres import TOP
from waiting import wait_for

pytestmark = pytest.mark.up

RESULT = "HelloFromTest-suffix-from-static"


class Checkout:
    """A copy of the sources, as a clone would have them."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "mcp")
        shutil.copytree(TOP, self.path, symlinks=True, ignore=self.ignore)

    @staticmethod
    def ignore(folder, names):
        """What git ignores and what it keeps to itself."""
        mine = {".git", ".run", ".check", "build", "results", "__pycache__", "mcpd"}
        return [
            name
            for name in names
            if (name in mine and folder != os.path.join(TOP, "tests/integration"))
            or name == "__pycache__"
            or name.endswith((".o", ".so"))
        ]

    def make(self, goal):
        done = subprocess.run(
            ["make", "--no-print-directory", goal],
            cwd=self.path,
            env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def up(self):
        lines = self.make("up").strip().splitlines()
        assert RESULT in "\n".join(lines[-4:])
        assert "SUCCESS" in "\n".join(lines[-4:])
        return lines

    def read(self, name):
        with open(os.path.join(self.path, ".run", name)) as file:
            return file.read().strip()

    @property
    def env(self):
        """What a shell has after sourcing .run/env."""
        names = ("MCP_BASE_URL", "MCP_API_KEY", "DATABASE_URL", "REDIS_URL")
        script = ". .run/env\n" + "".join(f'echo "${name}"\n' for name in names)
        values = subprocess.check_output(["sh", "-e", "-c", script], cwd=self.path, text=True)
        return dict(zip(names, values.splitlines()))

    def get(self, path):
        env = self.env
        return requests.get(
            env["MCP_BASE_URL"] + path, headers={"X-API-Key": env["MCP_API_KEY"]}, timeout=30
        )

    def pids(self):
        """The pids of mcpd, Redis and the postmaster."""
        return [int(self.read(name).split()[0]) for name in ("mcpd.pid", "redis.pid", "home/cluster/postmaster.pid")]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(pid), f"process {pid} to die")


def owner(pid):
    return os.stat(f"/proc/{pid}").st_uid


@pytest.fixture(scope="module", params=["open", "closed"])
def checkout(request):
    """Once in a folder that anybody can enter; for root, once in one of its own."""
    if request.param == "closed" and os.geteuid() != 0:
        pytest.skip("only root can make a folder that others cannot enter and its servers still run")
    folder = tempfile.mkdtemp(prefix="mcp-up-", dir="/var/tmp")
    os.chmod(folder, 0o755 if request.param == "open" else 0o700)
    copy = Checkout(folder)
    try:
        copy.first = copy.up()
        yield copy
    finally:
        copy.make("down")
        home = os.path.realpath(os.path.join(copy.path, ".run/home"))
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def test_the_first_up_tells_how_to_go_on(checkout):
    text = "\n".join(checkout.first)
    env = checkout.env
    assert env["MCP_BASE_URL"] in text
    assert env["MCP_API_KEY"] in text
    assert "make down" in text


def test_what_env_names_is_there(checkout):
    env = checkout.env
    assert checkout.get("/workflows/join").json()["name"] == "join"
    connection = psycopg2.connect(env["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT mcp.version_full()")
        assert cursor.fetchone()[0].startswith("mcp 1.")
    connection.close()
    assert redis.Redis.from_url(env["REDIS_URL"]).ping()
    assert requests.get(env["MCP_BASE_URL"] + "/health", timeout=30).json()["status"] == "healthy"


def test_an_example_that_queries_runs(checkout):
    script = ". .run/env; export MCP_BASE_URL MCP_API_KEY; exec examples/run.sh order \"$1\""
    inputs = json.dumps({"customer": "ann", "item": "tea"})
    run = json.loads(subprocess.check_output(["sh", "-e", "-c", script, "sh", inputs], cwd=checkout.path))
    assert run["status"] == "SUCCESS", run
    assert run["final_outputs"]["rows"][0]["item"] == "tea"


def test_mcpd_is_no_superuser(checkout):
    connection = psycopg2.connect(checkout.env["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'mcpd'")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'mcp' AND usename = 'mcpd'")
        assert cursor.fetchone()[0] > 0
    connection.close()


def test_nothing_runs_as_root(checkout):
    assert 0 not in [owner(pid) for pid in checkout.pids()]


def test_secrets_are_for_the_owner_alone(checkout):
    for name in ("env", "mcpd.key", "postgres.password", "home/mcpd.env"):
        assert os.stat(os.path.join(checkout.path, ".run", name)).st_mode & 0o077 == 0, name


def test_a_second_up_keeps_everything_running(checkout):
    before = checkout.pids(), checkout.env
    checkout.up()
    assert (checkout.pids(), checkout.env) == before


def test_up_starts_a_daemon_that_died_on_the_same_data(checkout):
    runs = checkout.get("/workflows/runs/?limit=500").json()
    env, (mcpd, cache, postmaster) = checkout.env, checkout.pids()
    kill(mcpd)
    checkout.up()
    assert checkout.env == env
    assert checkout.pids()[1:] == [cache, postmaster]
    assert len(checkout.get("/workflows/runs/?limit=500").json()) == len(runs) + 1


def test_up_starts_all_after_all_died(checkout):
    """As after a reboot, where the numbers in the pid files are others' now."""
    runs = checkout.get("/workflows/runs/?limit=500").json()
    env = checkout.env
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        for pid in checkout.pids():
            kill(pid)
        for name in ("mcpd.pid", "redis.pid"):
            with open(os.path.join(checkout.path, ".run", name), "w") as file:
                file.write(f"{stranger.pid}\n")
        checkout.up()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert checkout.env == env
    assert len(checkout.get("/workflows/runs/?limit=500").json()) == len(runs) + 1


def test_up_after_a_rebuild_runs_the_new_daemon(checkout):
    mcpd = checkout.pids()[0]
    with open(os.path.join(checkout.path, "daemon/main.c"), "a") as file:
        file.write("\nextern const char mcpd_rebuilt[];\nconst char mcpd_rebuilt[] = \"rebuilt\";\n")
    checkout.up()
    assert checkout.pids()[0] != mcpd
    with open(os.path.join(checkout.path, ".run/home/bin/mcpd"), "rb") as file:
        assert b"rebuilt" in file.read()


def test_down_stops_all_and_up_finds_the_data_again(checkout):
    runs = checkout.get("/workflows/runs/?limit=500").json()
    pids = checkout.pids()
    checkout.make("down")
    assert not [pid for pid in pids if is_alive(pid)]
    checkout.make("down")
    checkout.up()
    assert len(checkout.get("/workflows/runs/?limit=500").json()) == len(runs) + 1

"""The real mcpd as a process of the tests.

It runs as the user that integration.sh chose, never as root, with a working
directory and an environment of its own.  A sanitizer's report in its log, or an
exit that was not asked for, fails the test that stops it.
"""

import functools
import os
import re
import secrets
import signal
import socket
import subprocess
import tempfile

import answers
import requests
from waiting import wait_for

REPORT = re.compile(r"(?:ERROR: \w+Sanitizer|: runtime error: )")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_user(command):
    """The command, run by the user that the daemon's children may be."""
    user = os.environ["MCP_TEST_USER"]
    if os.geteuid() != 0 or user == "root":
        return command
    return ["setpriv", "--reuid", user, "--regid", group_of(user), "--clear-groups", "--"] + command


def group_of(user):
    return subprocess.check_output(["id", "-g", user], text=True).strip()


@functools.cache
def sandbox_level():
    """The best that this machine has for the daemon's user: never none."""
    runner = os.path.join(os.path.dirname(os.environ["MCP_TEST_MCPD"]), "mcp-runner")
    for level in ("standard", "basic"):
        if subprocess.run(as_user([runner, "--check", level]), capture_output=True).returncode == 0:
            return level
    raise AssertionError("this machine has neither namespaces nor Landlock")


def is_sanitized():
    """Whether the daemon is the build with sanitizers: those trace it, and keep what was freed."""
    return os.environ["MCP_TEST_MCPD"].split(os.sep)[-2] == "san"


class Mcpd:
    """One daemon; start() and stop() any number of times, same port and key."""

    def __init__(self, database_url, **settings):
        self.key = secrets.token_hex(16)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.mkdtemp(prefix="mcpd-", dir=os.environ["MCP_TEST_HOME"])
        self.scripts = os.path.join(self.folder, "scripts")
        self.work = os.path.join(self.folder, "work")
        for path in (self.scripts, self.work):
            os.mkdir(path)
        subprocess.run(["chmod", "-R", "a+rwX", self.folder], check=True)
        self.log_path = os.path.join(self.folder, "log")
        self.process = None
        self.settings = {
            "DATABASE_URL": database_url,
            "MCP_API_PORT": str(self.port),
            "MCP_API_KEY": self.key,
            "MCP_SCRIPTS_DIR": self.scripts,
            "MCP_WORK_DIR": self.work,
            "MCP_DRAIN_TIMEOUT": "5",
            "MCP_SANDBOX": sandbox_level(),
            "HOME": self.folder,
            "PATH": os.environ["PATH"],
            "ASAN_OPTIONS": "exitcode=99:disable_coredump=1",
            "UBSAN_OPTIONS": "print_stacktrace=1",
        }
        self.settings.update(settings)

    def start(self):
        """Returns once it answers and has reached its database."""
        self.spawn()
        wait_for(self.is_ready_or_died, "mcpd to be ready")
        assert self.process.poll() is None, self.log()
        answers.learn(self.url)
        return self

    def spawn(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                as_user([os.environ["MCP_TEST_MCPD"]]),
                cwd=self.folder,
                env=self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_ready_or_died(self):
        return self.process.poll() is not None or self.is_ready()

    def is_ready(self):
        try:
            health = requests.get(self.url + "/health", timeout=5).json()
        except requests.RequestException:
            return False
        return health["database"] == "ok"

    def stop(self):
        """Asks it to end, and finds fault with how it does."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process = None
        report = REPORT.search(self.log())
        assert report is None, self.log()
        assert code == 0, f"mcpd ended with {code}:\n{self.log()}"

    def kill(self):
        """As the kernel does when memory is out."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def log(self):
        with open(self.log_path, errors="replace") as log:
            return log.read()

    def resident(self):
        """KiB of memory; says nothing where is_sanitized()."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def clean(self):
        subprocess.run(["rm", "-rf", self.folder], check=True)


class Api:
    """HTTP with the key set; answers are requests' own."""

    def __init__(self, url, key=None):
        self.url = url
        self.session = requests.Session()
        if key is not None:
            self.session.headers["X-API-Key"] = key

    def request(self, method, path, body=None, **options):
        options.setdefault("timeout", 60)
        if body is not None:
            options["json"] = body
        answer = self.session.request(method, self.url + path, **options)
        if not options.get("stream"):
            answers.keep(answer)
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def put(self, path, body=None, **options):
        return self.request("PUT", path, body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

"""Who is let in: nobody without a credential, and what is open to all."""

import base64
import hmac
import json
import os
import re
import stat
import subprocess
import tempfile
import time

import pytest
import requests
from mcpd import Api
from test_mcps import assert_problem
from waiting import wait_for

CLOSED = [
    ("GET", "/context"),
    ("POST", "/context"),
    ("GET", "/context/anything"),
    ("GET", "/workflows/"),
    ("POST", "/workflows/"),
    ("GET", "/workflows/runs/"),
    ("GET", "/stats"),
]


@pytest.fixture(scope="module")
def token(api):
    answer = api.post("/auth/issue-dev-token")
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "bearer"
    return answer.json()["access_token"]


def bearer(mcpd, token):
    return requests.get(
        mcpd.url + "/context", headers={"Authorization": f"Bearer {token}"}, timeout=30
    )


@pytest.mark.parametrize("method, path", CLOSED)
@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_no_or_a_wrong_key_is_unauthorized(mcpd, method, path, key):
    answer = Api(mcpd.url, key).request(method, path)
    assert_problem(answer, 401)
    assert "WWW-Authenticate" in answer.headers


def test_health_is_open(mcpd):
    assert Api(mcpd.url).get("/health").status_code == 200


def test_a_dev_token_opens_the_door(mcpd, token):
    assert bearer(mcpd, token).status_code == 200


@pytest.mark.parametrize("key", [None, "wrong"])
def test_a_dev_token_needs_the_key(mcpd, key):
    answer = Api(mcpd.url, key).post("/auth/issue-dev-token")
    assert answer.status_code in (401, 403)


def test_a_changed_token_is_refused(mcpd, token):
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims["exp"] += 100000
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    for bad in (
        f"{header}.{forged}.{signature}",
        f"{unsigned}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload}.",
        "x.y.z",
        "",
    ):
        assert_problem(bearer(mcpd, bad), 401)


def test_a_token_of_another_daemon_is_refused(make_mcpd, token):
    other = make_mcpd().start()
    assert_problem(bearer(other, token), 401)


def issue(daemon):
    answer = Api(daemon.url, daemon.key).post("/auth/issue-dev-token")
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


@pytest.fixture
def key_file(mcpd):
    """Where a daemon may make its key; nobody is there before."""
    folder = tempfile.mkdtemp(dir=mcpd.folder)
    subprocess.run(["chmod", "a+rwx", folder], check=True)
    return os.path.join(folder, "token.key")


def test_the_key_of_tokens_is_made_once_and_shared(make_mcpd, key_file):
    first = make_mcpd(MCP_TOKEN_KEY_FILE=key_file).start()
    second = make_mcpd(MCP_TOKEN_KEY_FILE=key_file, MCP_API_KEY=first.key).start()
    stranger = make_mcpd(MCP_API_KEY=first.key).start()
    token = issue(first)
    found = os.stat(key_file)
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert os.listdir(os.path.dirname(key_file)) == ["token.key"]
    assert bearer(second, token).status_code == 200
    assert_problem(bearer(stranger, token), 401)
    first.stop()
    first.start()
    assert bearer(first, token).status_code == 200
    assert os.stat(key_file).st_ino == found.st_ino


def found_key(home):
    """The key that a daemon made by itself below its home."""
    return os.path.join(home, ".local/state/mcpd/token.key")


def test_the_key_is_made_at_the_first_start_where_no_file_is_named(make_mcpd):
    first = make_mcpd().start()
    token = issue(first)
    path = found_key(first.folder)
    with open(path) as file:
        key = file.read()
    assert re.fullmatch(r"[0-9a-f]{64}\n", key)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    assert os.listdir(os.path.dirname(path)) == ["token.key"]
    first.stop()
    first.start()
    assert bearer(first, token).status_code == 200
    assert key.strip() not in first.log()


def test_daemons_of_one_user_take_each_others_tokens(make_mcpd):
    first = make_mcpd(MCP_API_SHARE_PORT="1").start()
    shared = {"HOME": first.folder, "MCP_API_KEY": first.key}
    beside = make_mcpd(**shared, MCP_API_SHARE_PORT="1", MCP_API_PORT=str(first.port))
    beside.spawn()
    wait_for(lambda: " listening" in beside.log(), "the second to listen there too")
    wait_for(lambda: all(first.is_ready() for _ in range(20)), "both to be ready")
    other_port = make_mcpd(**shared).start()
    assert bearer(other_port, issue(first)).status_code == 200
    other_port.key = first.key
    token = issue(other_port)
    assert {bearer(first, token).status_code for _ in range(20)} == {200}


@pytest.mark.parametrize("place", ["STATE_DIRECTORY", "XDG_STATE_HOME"])
def test_a_folder_for_state_comes_before_the_home(make_mcpd, place):
    daemon = make_mcpd()
    folder = os.path.join(daemon.folder, "state")
    daemon.settings[place] = folder + (":/elsewhere" if place == "STATE_DIRECTORY" else "")
    daemon.start()
    below = "" if place == "STATE_DIRECTORY" else "mcpd"
    assert os.listdir(os.path.join(folder, below)) == ["token.key"]
    assert not os.path.exists(found_key(daemon.folder))


def test_without_a_folder_tokens_end_with_the_process(make_mcpd):
    daemon = make_mcpd(HOME="/proc/nowhere").start()
    token = issue(daemon)
    assert bearer(daemon, token).status_code == 200
    assert "no folder for the key of tokens" in daemon.log()
    daemon.stop()
    daemon.start()
    assert_problem(bearer(daemon, token), 401)


def test_a_token_that_the_bootstrap_key_alone_signed_is_refused(mcpd):
    """Whoever has a token could guess at such a key."""

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    key = hmac.digest(mcpd.key.encode(), b"mcpd development token", "sha256")
    claims = {"sub": "dev", "iat": int(time.time()), "exp": int(time.time()) + 1800}
    text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    token = text + b"." + part(hmac.digest(key, text, "sha256"))
    assert_problem(bearer(mcpd, token.decode()), 401)


def test_a_script_cannot_read_the_key(api, bench, mcpd):
    reader = bench.script(f"def main():\n    return open({found_key(mcpd.folder)!r}).read()\n")
    answer = api.post(f"/context/{reader}/execute").json()
    assert not answer["success"]
    assert re.search(r"No such file|Permission denied", answer["stderr"] + answer["error"])


@pytest.mark.parametrize(
    "content, mode, why",
    [
        ("ab" * 32, 0o640, "others may use it: chmod 600"),
        ("ab" * 31, 0o600, "it is not 64 hexadecimal digits"),
        ("ab" * 32 + "\n\n", 0o600, "it is not 64 hexadecimal digits"),
        ("xy" * 32, 0o600, "it is not 64 hexadecimal digits"),
    ],
)
def test_a_bad_key_file_is_refused(make_mcpd, key_file, content, mode, why):
    daemon = make_mcpd(MCP_TOKEN_KEY_FILE=key_file)
    with open(key_file, "w") as file:
        file.write(content)
    subprocess.run(["chown", os.environ["MCP_TEST_USER"], key_file], check=True)
    os.chmod(key_file, mode)
    daemon.spawn()
    assert daemon.process.wait(timeout=30) == 2
    daemon.process = None
    assert f'MCP_TOKEN_KEY_FILE: "{key_file}" cannot be used: {why}' in daemon.log()
    assert content not in daemon.log()


def test_without_a_key_nobody_is_let_in(make_mcpd):
    closed = make_mcpd(MCP_API_KEY="").start()
    assert_problem(Api(closed.url, "").get("/context"), 401)
    assert_problem(Api(closed.url, "anything").get("/context"), 401)

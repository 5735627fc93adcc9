"""Who is let in: nobody without a credential, and what is open to all."""

import base64
import json

import pytest
import requests
from mcpd import Api
from test_mcps import assert_problem

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


def test_without_a_key_nobody_is_let_in(make_mcpd):
    closed = make_mcpd(MCP_API_KEY="").start()
    assert_problem(Api(closed.url, "").get("/context"), 401)
    assert_problem(Api(closed.url, "anything").get("/context"), 401)

"""Every route of the router, with every kind of credential.

The routes are those of the document, which is made of the router's tables: one
that has no row here fails, and so does a row that has no route.
"""

import pytest
import requests

from mcpd import Api
from test_auth_keys import LEVELS, bad_keys, make_key, roles  # noqa: F401
from test_auth_jwt import AUDIENCE, SECRET, Hmac, claims, token
from test_http_openapi import NOBODY, operations

# By the lowest level that is let in.  "bootstrap": the daemon's own key alone.
ACCESS = {
    "open": """
        GET /docs
        GET /health
        GET /live
        GET /metrics
        GET /openapi.json
        GET /ready
    """,
    "viewer": """
        GET /approvals
        GET /constraints
        GET /context
        GET /context/search
        GET /context/search/facets
        GET /context/{id}
        GET /context/{id}/diff
        GET /context/{id}/sessions
        GET /context/{id}/sessions/{name}
        GET /context/{id}/versions
        GET /context/{id}/versions/{name}
        GET /export/{id}/{name}
        GET /queues
        GET /queues/{id}
        GET /schedules
        GET /schedules/next-fire-times
        GET /schedules/{id}
        GET /schedules/{id}/fires
        GET /secrets
        GET /stats
        GET /stats/queues
        GET /stats/runs
        GET /stats/steps
        GET /stats/stuck-runs
        GET /types
        GET /workers
        GET /workflows
        GET /workflows/runs
        GET /workflows/runs/approvals
        GET /workflows/runs/events
        GET /workflows/runs/{id}
        GET /workflows/runs/{id}/artifacts
        GET /workflows/runs/{id}/artifacts/{name}
        GET /workflows/runs/{id}/events
        GET /workflows/runs/{id}/gantt
        GET /workflows/runs/{id}/why
        GET /workflows/{id}
        GET /workflows/{id}/diff
        GET /workflows/{id}/explain
        GET /workflows/{id}/versions
        POST /auth/issue-dev-token
        POST /context/validate
        POST /workflows/validate
    """,
    "operator": """
        DELETE /context/{id}/sessions/{name}
        POST /context/{id}/execute
        POST /queues/{id}/pause
        POST /queues/{id}/resume
        POST /schedules/{id}/pause
        POST /schedules/{id}/resume
        POST /schedules/{id}/trigger
        POST /workflows/runs/cancel
        POST /workflows/runs/retry
        POST /workflows/runs/start
        POST /workflows/runs/{id}/approvals/{name}
        POST /workflows/runs/{id}/cancel
        POST /workflows/runs/{id}/pause
        POST /workflows/runs/{id}/resume
        POST /workflows/runs/{id}/retry
        POST /workflows/runs/{id}/signals/{name}
        POST /workflows/{id}/execute
    """,
    "developer": """
        DELETE /context/{id}
        DELETE /schedules/{id}
        DELETE /workflows/{id}
        POST /apply
        POST /context
        POST /context/{id}/versions
        POST /schedules
        POST /workflows
        PUT /context/{id}
        PUT /schedules/{id}
        PUT /workflows/{id}
    """,
    "admin": """
        DELETE /auth/keys/{id}
        DELETE /constraints/{id}
        DELETE /secrets/{id}
        DELETE /secrets/{id}/roles/{name}
        DELETE /types/{id}
        GET /audit
        GET /auth/keys
        POST /auth/keys
        POST /constraints
        POST /types
        PUT /constraints/{id}
        PUT /queues/{id}
        PUT /secrets/{id}
        PUT /secrets/{id}/roles/{name}
    """,
    "worker": """
        POST /tasks/claim
        POST /tasks/complete
        POST /tasks/heartbeat
    """,
    "bootstrap": """
        POST /secrets/rotate
    """,
}
EXPECTED = {
    tuple(line.split()): level for level, lines in ACCESS.items() for line in lines.strip().splitlines()
}
ROUTES = sorted(EXPECTED)
NAMES = [" ".join(route) for route in ROUTES]
# What cannot be asked for with nothing, or would be answered by a stream.
QUERIES = {
    "/context/search": "?query=x",
    "/context/search/facets": "?query=x",
    "/context/{id}/diff": "?from=1.0.0&to=2.0.0",
    "/workflows/{id}/diff": "?from=1&to=2",
    "/schedules/next-fire-times": "?expr=0 0 * * *",
    "/workflows/runs/events": f"?run_ids={NOBODY}",
}
# Whose rule it is to let a key in here, and not a token.
KEY_ALONE = ("POST", "/auth/issue-dev-token")


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    return make_mcpd(
        MCP_WORKER_SLOTS="0",
        MCP_SECRET_KEY="00" * 32,
        MCP_JWT_ALGORITHM="HS256",
        MCP_JWT_SECRET=SECRET,
        MCP_JWT_AUDIENCE=AUDIENCE,
    ).start()


def test_every_route_has_its_row_and_every_row_its_route(mcpd):
    document = requests.get(mcpd.url + "/openapi.json", timeout=30).json()
    assert {(method, path) for method, path, _ in operations(document)} == set(EXPECTED)


def ask(user, route):
    method, path = route
    path = path.replace("{id}", NOBODY).replace("{name}", "x") + QUERIES.get(path, "")
    return user.request(method, path, {} if method in ("POST", "PUT") else None)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_bad_credentials_open_nothing(mcpd, bad_keys, route):  # noqa: F811
    bad_tokens = {
        "wrong": token(Hmac("another secret of an issuer, as long as that")),
        "expired": token(Hmac(), claims(exp=1)),
        "none": token(Hmac(), alg="none").rsplit(".", 1)[0] + ".",
    }
    answers = {kind: ask(Api(mcpd.url, key), route) for kind, key in bad_keys.items()}
    for kind, bad in bad_tokens.items():
        user = Api(mcpd.url)
        user.session.headers["Authorization"] = "Bearer " + bad
        answers["token " + kind] = ask(user, route)
    for kind, answer in answers.items():
        if EXPECTED[route] == "open":
            assert answer.status_code in (200, 503), (kind, answer.text)
        else:
            assert answer.status_code == 401, (kind, answer.text)
            assert answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_each_level_gets_what_is_its(mcpd, make_key, route):  # noqa: F811
    lowest = EXPECTED[route]
    for place, level in enumerate(LEVELS):
        by_key = Api(mcpd.url, make_key(level=level))
        by_token = Api(mcpd.url)
        by_token.session.headers["Authorization"] = "Bearer " + token(Hmac(), claims(role=level))
        is_let_in = lowest == "open" or (lowest in LEVELS and place >= LEVELS.index(lowest))
        for user in (by_key, by_token):
            answer = ask(user, route)
            if route == KEY_ALONE and user is by_token:
                assert answer.status_code == 401, answer.text
            elif is_let_in:
                assert answer.status_code not in (401, 403), (level, answer.text)
                assert answer.status_code < 500 or route == ("GET", "/ready"), (level, answer.text)
            else:
                assert answer.status_code == 403, (level, answer.text)


def test_the_daemon_s_own_role_is_nobody_much(database):
    """No superuser, owner of nothing, and with no table but by functions."""
    assert database.query(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname = 'mcpd'"
    ) == [(False,) * 5]
    assert database.value("SELECT count(*) FROM pg_class WHERE relowner = 'mcpd'::regrole") == 0
    assert database.value("SELECT count(*) FROM pg_proc WHERE proowner = 'mcpd'::regrole") == 0
    assert database.value(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'mcp'::regnamespace AND relkind IN ('r', 'p', 'v')"
        " AND has_table_privilege('mcpd', oid, 'SELECT, INSERT, UPDATE, DELETE')"
    ) == 0



def test_the_daemon_logs_in_as_that_role(mcpd, database):
    roles_of_daemon = database.query(
        "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user"
    )
    assert roles_of_daemon == [("mcpd",)]

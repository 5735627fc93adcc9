"""Keys of the database: every route, with every kind of credential."""

import pytest
from definitions import script_mcp, unique, workflow
from mcpd import Api
from test_mcps import assert_problem
from waiting import wait_for

LEVELS = ["viewer", "operator", "developer", "admin"]
ROLE = "mcp_http_"

# method, path, body, the lowest level that is let in, what it then gets.
ROUTES = [
    ("GET", "/context", None, "viewer", 200),
    ("POST", "/context", "mcp", "developer", 201),
    ("GET", "/context/{mcp}", None, "viewer", 200),
    ("PUT", "/context/{mcp}", {"description": "new"}, "developer", 200),
    ("DELETE", "/context/{spare}", None, "developer", 204),
    ("POST", "/context/{mcp}/execute", {}, "operator", 200),
    ("GET", "/context/{mcp}/versions", None, "viewer", 200),
    ("POST", "/context/{mcp}/versions", "version", "developer", 201),
    ("GET", "/context/{mcp}/versions/1.0.0", None, "viewer", 200),
    ("GET", "/workflows/", None, "viewer", 200),
    ("POST", "/workflows/", "workflow", "developer", 201),
    ("GET", "/workflows/{workflow}", None, "viewer", 200),
    ("PUT", "/workflows/{workflow}", {"description": "new"}, "developer", 200),
    ("DELETE", "/workflows/{spare_workflow}", None, "developer", 204),
    ("POST", "/workflows/{workflow}/execute", {}, "operator", 200),
    ("GET", "/workflows/runs/", None, "viewer", 200),
    ("GET", "/workflows/runs/{run}", None, "viewer", 200),
    ("GET", "/workflows/runs/{run}/gantt", None, "viewer", 200),
    ("POST", "/workflows/runs/{run}/cancel", None, "operator", 409),
    ("GET", "/stats", None, "viewer", 200),
    ("GET", "/auth/keys", None, "admin", 200),
    ("POST", "/auth/keys", "key", "admin", 201),
    ("DELETE", "/auth/keys/{spare_key}", None, "admin", 204),
    ("POST", "/auth/issue-dev-token", None, "viewer", 200),
]
NAMES = [f"{method} {path}" for method, path, *_ in ROUTES]


@pytest.fixture(scope="module")
def roles(server, database):
    """A role for each level, that mcpd's may become; gone with the module."""
    for level in LEVELS:
        role = ROLE + level
        server.maintenance.query(f"DROP ROLE IF EXISTS {role}")
        server.maintenance.query(f"CREATE ROLE {role}")
        server.maintenance.query(f"GRANT {role} TO mcpd")
        database.query("SELECT mcp.grant_role(%s, %s)", role, level)
    yield
    for level in LEVELS:
        database.query(f"DROP OWNED BY {ROLE}{level}")
        database.query(f"DROP ROLE {ROLE}{level}")


@pytest.fixture(scope="module")
def make_key(database, roles):
    def make(**arguments):
        names = ", ".join(f"{name} => %s" for name in arguments)
        made = database.value(
            f"SELECT mcp.create_api_key(name => %s, {names})", unique("key"), *arguments.values()
        )
        return made["key"]

    return make


@pytest.fixture(scope="module")
def keys(make_key):
    """{who: key}: two of each level, by role and by level."""
    made = {}
    for level in LEVELS:
        made[f"{level} by role"] = make_key(role=ROLE + level)
        made[f"{level} by level"] = make_key(level=level)
    return made


@pytest.fixture(scope="module")
def bad_keys(make_key, database):
    expired = make_key(level="admin")
    revoked = make_key(level="admin")
    database.query(
        "UPDATE mcp.api_keys SET expires_at = now() - interval '1 s' WHERE prefix = %s",
        expired[:16],
    )
    database.query("SELECT mcp.revoke_api_key(%s)", revoked[:16])
    wrong = make_key(level="admin")
    last = "0" if wrong[-1] != "0" else "1"
    return {"none": None, "wrong": wrong[:-1] + last, "expired": expired, "revoked": revoked}


@pytest.fixture
def things(bench, api, database):
    """What the paths name, all of it the daemon's: no other role but an admin may change it."""
    mcp = bench.script("def main():\n    return 1\n")
    workflow_id = bench.workflow([])
    return {
        "mcp": mcp,
        "spare": bench.script("def main():\n    return 1\n"),
        "workflow": workflow_id,
        "spare_workflow": bench.workflow([]),
        "run": bench.run(workflow_id)["run_id"],
        "spare_key": database.value(
            "SELECT mcp.create_api_key(%s, level => 'viewer')", unique("spare")
        )["id"],
    }


class Anything(dict):
    """An id that is one of nothing, for every name."""

    def __missing__(self, name):
        return "00000000-0000-7000-8000-000000000000"


def body_of(body):
    if body == "mcp":
        return script_mcp(unique("by-key"), "def main():\n    return 1\n")
    if body == "version":
        return {"version_str": "1.1.0", "config": {"script_content": "def main():\n    return 2\n"}}
    if body == "workflow":
        return workflow(unique("by-key"), [])
    if body == "key":
        return {"name": unique("by-http"), "level": "viewer"}
    return body


@pytest.mark.parametrize("method, path, body, level, code", ROUTES, ids=NAMES)
@pytest.mark.parametrize("kind", ["none", "wrong", "expired", "revoked"])
def test_bad_credentials_open_no_route(mcpd, bad_keys, kind, method, path, body, level, code):
    path = path.format_map(Anything())
    answer = Api(mcpd.url, bad_keys[kind]).request(method, path, body_of(body))
    assert_problem(answer, 401)
    assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("method, path, body, lowest, code", ROUTES, ids=NAMES)
@pytest.mark.parametrize("kind", ["by role", "by level"])
@pytest.mark.parametrize("level", LEVELS)
def test_each_level_gets_what_is_its(mcpd, keys, things, level, kind, method, path, body, lowest, code):
    answer = Api(mcpd.url, keys[f"{level} {kind}"]).request(
        method, path.format(**things), body_of(body)
    )
    is_another_s = (kind, level, lowest) == ("by role", "developer", "developer") and "{" in path
    if LEVELS.index(level) < LEVELS.index(lowest) or is_another_s:
        assert_problem(answer, 403)
    else:
        assert answer.status_code == code, answer.text


def test_what_a_key_s_role_makes_is_the_role_s(mcpd, keys, database):
    made = Api(mcpd.url, keys["developer by role"]).post(
        "/context", script_mcp(unique("owned"), "def main():\n    return 1\n")
    ).json()
    owner = database.value("SELECT owner FROM mcp.mcp_definitions WHERE id = %s", made["id"])
    assert owner == ROLE + "developer"
    actor, application = database.query(
        "SELECT actor, application FROM mcp.audit_log WHERE object_id = %s", made["id"]
    )[0]
    assert actor == ROLE + "developer"
    assert application.startswith("mcpd key key-")


def test_the_role_ends_with_the_request(mcpd, keys, api):
    """Requests of many share two connections; each is somebody else's."""
    viewer = Api(mcpd.url, keys["viewer by role"])
    for _ in range(20):
        assert viewer.post("/context", {}).status_code == 403
        assert api.post("/context", {}).status_code == 422


def test_a_revoked_key_is_refused_at_once(mcpd, make_key, database):
    key = make_key(level="viewer")
    user = Api(mcpd.url, key)
    assert user.get("/context").status_code == 200
    database.query("SELECT mcp.revoke_api_key(%s)", key[:16])
    assert_problem(user.get("/context"), 401)


def test_scopes_narrow_a_key(mcpd, make_key):
    user = Api(mcpd.url, make_key(level="admin", scopes=["list_*", "get_run"]))
    assert user.get("/context").status_code == 200
    assert user.get("/workflows/").status_code == 200
    assert_problem(user.get("/stats"), 403)
    assert_problem(user.post("/context", {}), 403)


def test_a_key_is_shown_once(api, database):
    answer = api.post("/auth/keys", {"name": unique("shown"), "level": "operator"})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json()
    listed = api.get("/auth/keys").json()
    assert made["id"] in [key["id"] for key in listed]
    assert made["key"] not in str(listed)
    assert made["key"] not in str(database.query("SELECT * FROM mcp.api_keys"))
    assert made["key"] not in str(database.query("SELECT * FROM mcp.audit_log"))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x"},
        {"name": "x", "level": "worker"},
        {"name": "x", "level": "viewer", "role": ROLE + "viewer"},
        {"name": "x", "role": "no_such_role"},
        {"name": "x", "level": "viewer", "scopes": ["no_such_function"]},
        {"name": "x", "level": "viewer", "expires_at": "2001-01-01T00:00:00Z"},
        {"name": "x", "level": "viewer", "expires_at": "soon"},
    ],
)
def test_a_key_that_makes_no_sense_is_refused(api, roles, body):
    assert_problem(api.post("/auth/keys", body), 422)


def test_a_key_for_a_role_that_its_maker_cannot_be_is_refused(api):
    assert_problem(api.post("/auth/keys", {"name": "x", "role": "postgres"}), 403)


def test_a_name_is_one_key_s_until_it_is_revoked(api):
    name = unique("name")
    assert api.post("/auth/keys", {"name": name, "level": "viewer"}).status_code == 201
    assert_problem(api.post("/auth/keys", {"name": name, "level": "viewer"}), 409)
    assert api.delete(f"/auth/keys/{name}").status_code == 204
    assert_problem(api.delete(f"/auth/keys/{name}"), 404)
    assert api.post("/auth/keys", {"name": name, "level": "viewer"}).status_code == 201


def test_last_use_is_noted(mcpd, make_key, database):
    key = make_key(level="viewer")
    last = "SELECT last_used_at FROM mcp.api_keys WHERE prefix = %s"
    assert database.value(last, key[:16]) is None
    assert Api(mcpd.url, key).get("/context").status_code == 200
    wait_for(lambda: database.value(last, key[:16]) is not None, "the use to be noted")


def test_a_token_of_a_key_is_that_key(mcpd, make_key, database):
    key = make_key(level="viewer")
    token = Api(mcpd.url, key).post("/auth/issue-dev-token").json()["access_token"]
    user = Api(mcpd.url)
    user.session.headers["Authorization"] = f"Bearer {token}"
    assert user.get("/context").status_code == 200
    assert_problem(user.post("/context", {}), 403)
    database.query("SELECT mcp.revoke_api_key(%s)", key[:16])
    assert_problem(user.get("/context"), 401)


def test_what_happens_to_keys_is_in_the_audit_log(api, database):
    made = api.post("/auth/keys", {"name": unique("audited"), "level": "viewer"}).json()
    api.delete(f"/auth/keys/{made['id']}")
    actions = database.query(
        "SELECT action FROM mcp.audit_log WHERE kind = 'api_key' AND object_id = %s"
        " ORDER BY audit_id",
        made["id"],
    )
    assert [action for (action,) in actions] == ["create", "revoke"]

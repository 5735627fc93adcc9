"""Secrets: sealed by the daemon, opened for one step, and found nowhere else."""

import os
import subprocess

import pytest
from definitions import Workbench, step, unique
from mcpd import Api, as_user
from peer import Peer, response

VALUE = "s3cr3t-{with}-\"quotes\"-ü-0123456789"
FIRST_KEY = "11" * 32
SECOND_KEY = "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI="


@pytest.fixture(scope="module")
def peer(database):
    server = Peer()
    database.query("SELECT mcp.allow_http_target('127.0.0.1', %s)", server.port)
    yield server
    server.close()


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    return make_mcpd(MCP_SECRET_KEY=FIRST_KEY, MCP_LOG_LEVEL="DEBUG").start()


def request_mcp(api, url, **config):
    body = {
        "name": unique("secret"),
        "type": "http_request",
        "initial_version_str": "1.0.0",
        "initial_config": {"url": url, **config},
    }
    answer = api.post("/context", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def seal(name, value, **settings):
    return subprocess.run(
        as_user([os.environ["MCP_TEST_MCPD"], "--seal", name]),
        input=value.encode(), capture_output=True, cwd=os.environ["MCP_TEST_HOME"],
        env={"PATH": os.environ["PATH"], **settings}, check=False,
    )


def set_secret(api, name, value):
    answer = api.put(f"/secrets/{name}", {"value": value})
    assert answer.status_code == 204, answer.text


def echo(request):
    """A server that tells its client everything that it said."""
    said = request.headers["x-key"].encode("latin-1").decode()
    return response(200, {"you said": said, said: [said, 1]}, [("X-Echo", request.headers["x-key"])])


def test_a_secret_reaches_the_server_and_no_record(bench, api, peer, database, mcpd):
    set_secret(api, "my.key", VALUE)
    mcp = request_mcp(
        api, peer.url, method="POST", headers={"X-Key": {"secret": "my.key"}},
        body={"deep": [{"secret": "my.key"}]},
    )
    peer.play(echo)
    run = bench.run(bench.workflow([step("s1", mcp)]))
    assert run["status"] == "SUCCESS", run
    assert peer.requests[0].headers["x-key"].encode("latin-1").decode() == VALUE
    assert peer.requests[0].json == {"deep": [VALUE]}
    assert run["final_outputs"]["body"] == {"you said": "[redacted]", "[redacted]": ["[redacted]", 1]}
    assert VALUE not in str(run)
    peer.play(response(500, VALUE.encode()))
    assert bench.call(mcp)["success"] is False
    assert_nowhere(database, mcpd, VALUE)


def assert_nowhere(database, mcpd, value):
    dump = subprocess.run(
        ["pg_dump", "-d", database.name], capture_output=True, text=True, check=True
    ).stdout
    assert "mcp.secrets" in dump
    assert value not in dump
    assert value.replace('"', '\\"') not in dump
    assert value not in mcpd.log()
    log = os.path.join(os.environ["MCP_TEST_HOME"], "cluster.log")
    if os.path.exists(log):
        with open(log, errors="replace") as file:
            assert value not in file.read()


def test_nobody_is_shown_a_value(api, database):
    set_secret(api, "shown", VALUE)
    answer = api.get("/secrets")
    assert answer.status_code == 200
    mine = [s for s in answer.json() if s["name"] == "shown"][0]
    assert set(mine) == {"name", "key", "created_at", "updated_at", "updated_by", "roles"}
    assert VALUE not in answer.text
    audit = database.query("SELECT changes::text FROM mcp.list_audit('secret')")
    assert audit and VALUE not in str(audit)
    assert api.get("/secrets/shown").status_code == 405


def test_equal_secrets_are_sealed_differently(api, database):
    set_secret(api, "one", VALUE)
    set_secret(api, "two", VALUE)
    rows = database.query("SELECT sealed FROM mcp.secrets WHERE name IN ('one', 'two')")
    assert len(set(rows)) == 2


def test_a_plain_text_is_refused_by_sql(database):
    with pytest.raises(Exception) as raised:
        database.query("SELECT mcp.set_secret('plain', %s)", VALUE)
    assert raised.value.pgcode == "22023"
    assert VALUE not in str(raised.value)


def test_a_secret_can_be_sealed_for_sql(bench, api, peer, database):
    sealed = seal("by_sql", VALUE + "\n", MCP_SECRET_KEY=FIRST_KEY)
    assert sealed.returncode == 0, sealed.stderr
    database.query("SELECT mcp.set_secret('by_sql', %s)", sealed.stdout.decode().strip())
    peer.play(response(200, {}))
    assert bench.call(request_mcp(api, peer.url, headers={"X-Key": {"secret": "by_sql"}}))["success"]
    assert peer.requests[0].headers["x-key"].encode("latin-1").decode() == VALUE


@pytest.mark.parametrize("key", ["", "11" * 31, "11" * 33, "zz" * 32, "short"])
def test_a_key_that_is_none_is_not_quoted(key):
    sealed = seal("x", VALUE, MCP_SECRET_KEY=key)
    assert sealed.returncode != 0
    assert b"MCP_SECRET_KEY" in sealed.stderr
    assert not key or key.encode() not in sealed.stderr


def test_a_key_file_is_read():
    path = os.path.join(os.environ["MCP_TEST_HOME"], unique("key"))
    with open(path, "w") as file:
        file.write(FIRST_KEY + "\n")
    os.chmod(path, 0o644)
    assert seal("x", VALUE, MCP_SECRET_KEY_FILE=path).returncode == 0
    assert seal("x", VALUE, MCP_SECRET_KEY_FILE=path + "-not").returncode == 2
    os.remove(path)


def test_a_secret_in_anothers_place_is_not_opened(bench, api, peer, database):
    set_secret(api, "a_place", VALUE)
    set_secret(api, "b_place", "something else entirely")
    database.query(
        "UPDATE mcp.secrets SET sealed = (SELECT sealed FROM mcp.secrets WHERE name = 'a_place')"
        " WHERE name = 'b_place'"
    )
    peer.play(response(200, {}))
    answer = bench.call(request_mcp(api, peer.url, headers={"X-Key": {"secret": "b_place"}}))
    assert answer["success"] is False
    assert '"b_place"' in answer["error"]
    assert peer.requests == []


def test_an_unknown_secret_is_named(bench, api, peer):
    peer.play(response(200, {}))
    answer = bench.call(request_mcp(api, peer.url, headers={"X-Key": {"secret": "nowhere"}}))
    assert answer["error"] == 'secret "nowhere" does not exist'
    assert peer.requests == []


def test_a_dropped_secret_is_gone(bench, api, peer):
    set_secret(api, "going", VALUE)
    assert api.delete("/secrets/going").status_code == 204
    assert api.delete("/secrets/going").status_code == 404
    answer = bench.call(request_mcp(api, peer.url, headers={"X-Key": {"secret": "going"}}))
    assert answer["success"] is False


@pytest.mark.parametrize("body", [None, [], {}, {"value": 1}, {"value": ""}, {"value": "x" * 70000}])
def test_a_body_without_a_value_is_refused(api, body):
    assert api.put("/secrets/wrong", body).status_code == 422


@pytest.mark.parametrize("name", ["1st", "a%20b", "a" * 101, "%C3%BC"])
def test_a_wrong_name_is_refused(api, name):
    assert api.put(f"/secrets/{name}", {"value": VALUE}).status_code in (400, 422)


def test_keys_can_be_changed(bench, api, peer, database, make_mcpd, mcpd):
    set_secret(api, "rotated", VALUE)
    database.query("DELETE FROM mcp.secrets WHERE name = 'b_place'")
    mcp = request_mcp(api, peer.url, headers={"X-Key": {"secret": "rotated"}})
    peer.play(response(200, {}))
    mcpd.stop()
    both = make_mcpd(MCP_SECRET_KEY=f"{SECOND_KEY},{FIRST_KEY}").start()
    with_both = Api(both.url, both.key)
    assert Workbench(with_both).call(mcp)["success"]
    count = database.value("SELECT count(*) FROM mcp.secrets")
    answer = with_both.post("/secrets/rotate")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"resealed": count}
    assert with_both.post("/secrets/rotate").json() == {"resealed": 0}
    both.stop()
    new = make_mcpd(MCP_SECRET_KEY=SECOND_KEY).start()
    assert Workbench(Api(new.url, new.key)).call(mcp)["success"]
    new.stop()
    mcpd.start()
    answer = bench.call(mcp)
    assert answer["success"] is False
    assert "which this daemon does not have" in answer["error"]


def test_without_a_key_nothing_is_sealed(make_mcpd):
    daemon = make_mcpd().start()
    answer = Api(daemon.url, daemon.key).put("/secrets/x", {"value": VALUE})
    daemon.stop()
    assert answer.status_code == 409
    assert "MCP_SECRET_KEY" in answer.json()["detail"]


@pytest.fixture(scope="module")
def developer(database, mcpd):
    """Somebody with a key who may write MCPs, and no more."""
    role = unique("mcp_secret_developer").replace("-", "_")
    database.query(f"CREATE ROLE {role}")
    database.query("SELECT mcp.grant_role(%s::regrole, 'developer')", role)
    database.query(f"GRANT {role} TO mcpd")
    key = database.value("SELECT mcp.create_api_key(%s, role => %s::regrole)", role, role)["key"]
    user = Api(mcpd.url, key)
    user.role = role
    yield user
    database.query(f"DROP OWNED BY {role}; DROP ROLE {role}")


def secret_mcp(url, *names):
    return {
        "name": unique("granted"),
        "type": "http_request",
        "initial_config": {
            "url": url,
            "headers": {f"X-{place}": {"secret": name} for place, name in enumerate(names)},
            "expected_status": [200],
        },
    }


def test_only_who_was_granted_a_secret_may_name_it(developer, api, peer):
    set_secret(api, "payroll", VALUE)
    refused = developer.post("/context", secret_mcp(peer.url, "payroll", "no.such"))
    assert refused.status_code == 422, refused.text
    problems = refused.json()["errors"]
    assert [(p["rule"], p["path"]) for p in problems] == [
        ("secret_not_granted", '$.initial_config.headers["X-0"]'),
        ("secret_not_granted", '$.initial_config.headers["X-1"]'),
    ]
    assert refused.json()["code"] == "MC004"
    assert f'role "{developer.role}" may not use secret "payroll"' == problems[0]["message"]
    plain = {**secret_mcp(peer.url), "name": unique("plain")}
    mcp = developer.post("/context", plain).json()["id"]
    version = {"version_str": "9.0.0", "config": secret_mcp(peer.url, "payroll")["initial_config"]}
    assert developer.post(f"/context/{mcp}/versions", version).status_code == 422
    assert developer.put(f"/secrets/payroll/roles/{developer.role}").status_code == 403
    assert api.put(f"/secrets/payroll/roles/{developer.role}").status_code == 204
    assert developer.post(f"/context/{mcp}/versions", version).status_code == 201
    (listed,) = [s for s in developer.get("/secrets").json() if s["name"] == "payroll"]
    assert listed["roles"] == [developer.role]


def test_a_secret_that_was_revoked_is_not_opened(developer, api, bench, peer, database):
    set_secret(api, "lent", VALUE)
    assert api.put(f"/secrets/lent/roles/{developer.role}").status_code == 204
    mcp = developer.post("/context", secret_mcp(peer.url, "lent")).json()["id"]
    peer.play(response(200, {"fine": True}))
    answer = bench.call(mcp)
    assert answer["success"] is True, answer
    seen = len(peer.requests)
    assert api.delete(f"/secrets/lent/roles/{developer.role}").status_code == 204
    assert api.delete(f"/secrets/lent/roles/{developer.role}").status_code == 404
    answer = bench.call(mcp)
    assert answer["success"] is False
    assert f'role "{developer.role}", which owns MCP' in answer["error"]
    assert 'may not use secret "lent"' in answer["error"]
    assert len(peer.requests) == seen
    recorded = bench.get_run(answer["run_id"])["step_results"][0]
    assert recorded["error_class"] == "refused"
    audited = database.query(
        "SELECT action FROM mcp.list_audit('secret') WHERE object_name = 'lent' ORDER BY 1"
    )
    assert [action for (action,) in audited] == ["create", "grant", "revoke"]


def test_a_key_of_a_level_is_no_admin_of_secrets(api, database, mcpd, peer):
    set_secret(api, "levelled", VALUE)
    key = database.value("SELECT mcp.create_api_key(%s, level => 'developer')", unique("k"))["key"]
    user = Api(mcpd.url, key)
    assert user.post("/context", secret_mcp(peer.url, "levelled")).status_code == 422
    assert api.post("/context", secret_mcp(peer.url, "levelled")).status_code == 201


def test_grants_go_with_their_secret(api, database, developer):
    set_secret(api, "short", VALUE)
    assert api.put(f"/secrets/short/roles/{developer.role}").status_code == 204
    assert api.put("/secrets/none/roles/" + developer.role).status_code == 404
    assert api.delete("/secrets/short").status_code == 204
    assert database.value("SELECT count(*) FROM mcp.secret_grants WHERE secret = 'short'") == 0

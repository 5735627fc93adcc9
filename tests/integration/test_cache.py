"""The cache: what is answered is as of now, whoever changed it, whatever Redis does."""

import json
import re
import socket
import struct
import time

import pytest
import requests
from definitions import ECHO, script_mcp, unique, workflow
from mcpd import Api
from redis_server import EndOfConnection, FakeRedis, RealRedis, is_get, slow
from waiting import wait_for


@pytest.fixture(scope="module")
def real_redis():
    redis = RealRedis().start()
    yield redis
    redis.kill()


@pytest.fixture(scope="module")
def fake_redis():
    redis = FakeRedis()
    yield redis
    redis.close()


@pytest.fixture(scope="module")
def shared(make_mcpd, real_redis):
    """Two daemons with one Redis, the second without a level of its own."""
    first = make_mcpd(REDIS_URL=real_redis.url).start()
    second = make_mcpd(REDIS_URL=real_redis.url, MCP_CACHE_MEMORY="0").start()
    for daemon in (first, second):
        wait_for(lambda: health_of(daemon)["redis"] == "ok", "Redis to be used")
    return Api(first.url, first.key), Api(second.url, second.key)


@pytest.fixture(scope="module")
def faulty(make_mcpd, fake_redis):
    """A daemon whose every answer comes from a Redis that can do wrong, or from the database."""
    daemon = make_mcpd(REDIS_URL=fake_redis.url, MCP_CACHE_MEMORY="0").start()
    wait_for(lambda: health_of(daemon)["redis"] == "ok", "Redis to be used")
    yield daemon
    fake_redis.fault = None


@pytest.fixture
def mcp(api):
    return make_mcp(api)


def make_mcp(api):
    answer = api.post("/context", script_mcp(unique("cached"), ECHO))
    assert answer.status_code == 201, answer.text
    return answer.json()


def health_of(daemon):
    return Api(daemon.url).get("/health").json()


def count(api, name, **labels):
    text = ",".join(f'{key}="{value}"' for key, value in labels.items())
    line = name + (f"{{{text}}}" if text else "")
    found = re.search(rf"^{re.escape(line)} (\d+)$", api.get("/metrics").text, re.MULTILINE)
    return int(found[1])


def memory_hits(api):
    return count(api, "mcpd_cache_hits_total", level="memory")


def redis_hits(api):
    return count(api, "mcpd_cache_hits_total", level="redis")


def get_cached(api, path):
    """The answer, out of this process; the first ones may still be late fills."""

    def get():
        before = memory_hits(api)
        answer = api.get(path)
        return answer if memory_hits(api) == before + 1 else None

    return wait_for(get, f"{path} to be cached")


def test_a_definition_is_found_in_the_process_by_id_and_by_slug(api, mcp):
    for name in (mcp["id"], mcp["slug"]):
        assert get_cached(api, f"/context/{name}").json() == mcp


def test_a_cached_answer_has_all_that_the_first_one_had(api, mcp):
    path = f"/context/{mcp['id']}"
    first = api.get(path)
    cached = get_cached(api, path)
    assert cached.content == first.content
    for name in ("ETag", "Content-Type"):
        assert cached.headers[name] == first.headers[name]
    known = api.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


@pytest.fixture
def labels(database):
    """A connection that holds the labels, so that no daemon learns them, until it is closed."""
    owner = database.connect()
    owner.autocommit = False
    yield owner
    owner.close()


def send_get(mcpd, path):
    client = socket.create_connection(("127.0.0.1", mcpd.port), timeout=10)
    client.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {mcpd.key}\r\nConnection: close\r\n\r\n".encode()
    )
    return client


def body_of(client):
    with client, client.makefile("rb") as stream:
        return json.loads(stream.read().partition(b"\r\n\r\n")[2])


def leave(client):
    """At once, and with what was to be received thrown away."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def test_who_leaves_while_the_labels_are_asked_for_harms_nobody(mcpd, api, mcp, labels):
    path = f"/context/{mcp['id']}"
    get_cached(api, path)
    before = memory_hits(api)
    labels.cursor().execute("LOCK TABLE mcp.cache_labels IN ACCESS EXCLUSIVE MODE")
    for _ in range(50):
        asked = count(api, "mcpd_cache_checked_total")
        client = send_get(mcpd, path)
        wait_for(lambda: count(api, "mcpd_cache_checked_total") > asked, "the daemon to ask")
        leave(client)
    labels.rollback()
    wait_for(lambda: memory_hits(api) == before + 50, "each to be answered")
    assert get_cached(api, path).json() == mcp


def test_many_who_wait_have_a_question_of_their_own(mcpd, api, mcp, labels):
    """It goes out while another is under way, and brings what was changed before it did."""
    path = f"/context/{mcp['id']}"
    get_cached(api, path)
    cursor = labels.cursor()
    cursor.execute("SELECT mcp.update_mcp(%s, '{\"description\": \"another\"}')", (mcp["slug"],))
    cursor.execute("LOCK TABLE mcp.cache_labels IN ACCESS EXCLUSIVE MODE")
    questions = count(api, "mcpd_cache_checks_total")
    first = send_get(mcpd, path)
    wait_for(lambda: count(api, "mcpd_cache_checks_total") == questions + 1, "the first question")
    few = [send_get(mcpd, path) for _ in range(10)]
    assert count(api, "mcpd_cache_checks_total") == questions + 1
    many = [send_get(mcpd, path) for _ in range(40)]
    wait_for(lambda: count(api, "mcpd_cache_checks_total") > questions + 1, "the second question")
    labels.commit()
    assert body_of(first)["id"] == mcp["id"]
    assert {body_of(client)["description"] for client in few + many} == {"another"}


def test_a_cached_list_knows_its_next_page(api, mcp):
    make_mcp(api)
    answer = get_cached(api, "/context?limit=1&tag=test")
    assert 'rel="next"' in answer.headers["Link"]
    assert len(answer.json()) == 1


def test_a_cached_answer_is_compressed_for_who_wants_it(api):
    made = api.post("/context", script_mcp(unique("long"), "# " + "words " * 1000 + "\n" + ECHO)).json()
    path = f"/context/{made['id']}"
    get_cached(api, path)
    for _ in range(2):
        packed = api.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.json() == made
    plain = api.get(path, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.json() == made


CHANGES = {
    "update": "UPDATE mcp.mcp_definitions SET description = 'by psql' WHERE id = %s",
    "version": "SELECT mcp.add_mcp_version(%s, '{\"version_str\": \"2.0.0\", \"config\": {\"script_content\": \"2\"}}')",
    "delete": "DELETE FROM mcp.mcp_definitions WHERE id = %s",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_by_psql_is_seen_by_the_next_request(api, database, mcp, change):
    path = f"/context/{mcp['id']}"
    get_cached(api, path)
    get_cached(api, "/context?limit=500")
    get_cached(api, f"{path}/versions")
    database.query(change, mcp["id"])
    truth = database.query(
        "SELECT (SELECT to_jsonb(array_agg(l)) FROM mcp.list_mcps(max_rows => 500) AS l),"
        " (SELECT count(*) FROM mcp.mcp_versions WHERE mcp_id = %s)", mcp["id"])[0]
    answer = api.get(path)
    if truth[1] == 0:
        assert answer.status_code == 404
    else:
        assert answer.json() == database.value("SELECT mcp.get_mcp(%s)", mcp["id"])
        assert len(api.get(f"{path}/versions").json()) == truth[1]
    assert api.get("/context?limit=500").json() == (truth[0] or [])


def test_a_table_that_was_emptied_is_seen_empty(api, database, make_mcpd):
    get_cached(api, "/workflows")
    api.post("/workflows", workflow(unique("gone"), []))
    assert get_cached(api, "/workflows").json() != []
    database.query("TRUNCATE mcp.workflow_definitions CASCADE")
    assert api.get("/workflows").json() == []


def test_a_change_that_is_rolled_back_changes_nothing(api, database, mcp):
    connection = database.connect()
    connection.autocommit = False
    path = f"/context/{mcp['id']}"
    get_cached(api, path)
    with connection.cursor() as cursor:
        cursor.execute(CHANGES["update"], [mcp["id"]])
        assert get_cached(api, path).json() == mcp
    connection.rollback()
    connection.close()
    assert get_cached(api, path).json() == mcp


def test_changes_of_one_do_not_drop_another(api, database):
    one, other = make_mcp(api), make_mcp(api)
    while int(one["id"][-2:], 16) & 31 == int(other["id"][-2:], 16) & 31:
        other = make_mcp(api)
    get_cached(api, f"/context/{one['id']}")
    database.query(CHANGES["update"], other["id"])
    before = memory_hits(api)
    assert api.get(f"/context/{one['id']}").json() == one
    assert memory_hits(api) == before + 1


def test_a_workflow_is_cached_and_its_change_is_seen(api, database):
    made = api.post("/workflows", workflow(unique("cached"), [])).json()
    path = f"/workflows/{made['slug']}"
    assert get_cached(api, path).json() == made
    get_cached(api, "/workflows?limit=500")
    database.query("SELECT mcp.update_workflow(%s, '{\"description\": \"other\"}')", made["id"])
    assert api.get(path).json()["description"] == "other"
    assert api.get("/workflows?limit=500").json()[-1]["description"] == "other"


def record_run(api, database):
    made = api.post("/workflows", workflow(unique("recorded"), [])).json()
    return database.value(
        "SELECT mcp.record_run(%s) ->> 'run_id'",
        json.dumps({"workflow_id": made["id"], "status": "SUCCESS", "final_outputs": {"a": 1},
                    "started_at": "2026-11-01T00:00:00Z", "finished_at": "2026-11-01T00:00:01Z"}),
    )


def test_a_run_that_ended_is_cached_until_it_is_deleted(api, database):
    run = record_run(api, database)
    path = f"/workflows/runs/{run}"
    assert get_cached(api, path).json()["final_outputs"] == {"a": 1}
    database.query("DELETE FROM mcp.workflow_runs WHERE run_id = %s", run)
    assert api.get(path).status_code == 404


def start_waiting(database, mcp):
    """A run that nobody executes."""
    return database.value("SELECT mcp.start_mcp(%s, '{}', '{\"queue\": \"nobody\"}')", mcp["id"])


def test_a_run_that_is_tried_again_names_the_next_try(api, database, mcp):
    run = start_waiting(database, mcp)
    database.query("SELECT mcp.cancel_run(%s)", run)
    path = f"/workflows/runs/{run}"
    assert get_cached(api, path).json()["retry_run_ids"] == []
    again = database.value("SELECT mcp.retry_run(%s)", run)
    assert api.get(path).json()["retry_run_ids"] == [again]


def test_a_run_that_lives_is_not_cached(api, database, mcp):
    run = start_waiting(database, mcp)
    misses = count(api, "mcpd_cache_misses_total")
    for _ in range(3):
        assert api.get(f"/workflows/runs/{run}").json()["status"] in ("PENDING", "RUNNING")
    assert count(api, "mcpd_cache_misses_total") == misses + 3
    database.query("SELECT mcp.cancel_run(%s)", run)
    assert api.get(f"/workflows/runs/{run}").json()["status"] == "CANCELLED"


def test_all_that_is_cached_can_be_let_go(api, database, mcp):
    path = f"/context/{mcp['id']}"
    get_cached(api, path)
    database.query("SELECT mcp.clear_cache()")
    before = memory_hits(api)
    assert api.get(path).json() == mcp
    assert memory_hits(api) == before


def test_a_notification_lets_go_of_what_is_old(api, database, mcp):
    get_cached(api, f"/context/{mcp['id']}")
    assert count(api, "mcpd_cache_entries") > 0
    database.query("SELECT mcp.clear_cache()")
    wait_for(lambda: count(api, "mcpd_cache_entries") == 0, "the entries to be dropped")


def test_labels_are_folded_and_stay_the_same(api, database, mcp):
    for _ in range(300):
        database.query(CHANGES["update"], mcp["id"])
    assert get_cached(api, f"/context/{mcp['id']}").json()["description"] == "by psql"
    before = database.value("SELECT mcp.cache_state()").split()
    database.query("SELECT mcp.fold_cache_labels()")
    after = database.value("SELECT mcp.cache_state()").split()
    assert int(after[1]) <= 99
    assert (after[0], sorted(after[2:])) == (before[0], sorted(before[2:]))
    hits = memory_hits(api)
    api.get(f"/context/{mcp['id']}")
    assert memory_hits(api) == hits + 1


def test_a_key_that_was_revoked_reads_nothing_out_of_the_cache(api, mcpd, database, mcp):
    made = api.post("/auth/keys", {"name": unique("reader"), "level": "viewer"}).json()
    reader = Api(mcpd.url, made["key"])
    path = f"/context/{mcp['id']}"
    assert get_cached(reader, path).json() == mcp
    database.query("SELECT mcp.revoke_api_key(%s)", made["prefix"])
    assert reader.get(path).status_code == 401


def test_scopes_hold_for_what_is_cached(api, mcpd, mcp):
    path = f"/context/{mcp['id']}"
    get_cached(api, path)
    lists = api.post("/auth/keys", {"name": unique("lists"), "level": "viewer", "scopes": ["list_*"]}).json()
    narrow = Api(mcpd.url, lists["key"])
    assert narrow.get("/context").status_code == 200
    assert narrow.get(path).status_code == 403


def test_rights_of_a_role_that_were_taken_hold_for_what_is_cached(api, mcpd, database, mcp):
    role = unique("cache_reader").replace("-", "_")
    database.query(f"CREATE ROLE {role}")
    try:
        database.query(f"GRANT {role} TO mcpd")
        database.query("SELECT mcp.grant_role(%s, 'viewer')", role)
        key = database.value("SELECT mcp.create_api_key(%s, role => %s::regrole) ->> 'key'", role, role)
        reader = Api(mcpd.url, key)
        path = f"/context/{mcp['id']}"
        assert get_cached(reader, path).json() == mcp
        database.query(f"REVOKE EXECUTE ON FUNCTION mcp.get_mcp(text) FROM {role}")
        assert reader.get(path).status_code == 403
    finally:
        database.query(f"DROP OWNED BY {role}")
        database.query(f"DROP ROLE {role}")


def test_memory_is_bounded(make_mcpd):
    daemon = make_mcpd(MCP_CACHE_MEMORY="1").start()
    api = Api(daemon.url, daemon.key)
    body = "# " + "x" * 40000
    ids = [api.post("/context", script_mcp(unique("large"), body)).json()["id"] for _ in range(60)]
    for _ in range(2):
        for one in ids:
            assert api.get(f"/context/{one}").json()["id"] == one
    assert 0 < count(api, "mcpd_cache_bytes") <= 1 << 20
    assert 0 < count(api, "mcpd_cache_entries") < 60


def get_shared(filler, reader, path):
    """The answer, out of Redis."""

    def get():
        filler.get(path)
        before = redis_hits(reader)
        answer = reader.get(path)
        return answer if redis_hits(reader) == before + 1 else None

    return wait_for(get, f"{path} to be found in Redis")


def test_an_answer_that_one_daemon_gave_another_finds_in_redis(shared, real_redis):
    first, second = shared
    made = make_mcp(first)
    path = f"/context/{made['id']}"
    answer = get_shared(first, second, path)
    assert answer.json() == made
    assert answer.headers["ETag"] == first.get(path).headers["ETag"]


def test_a_write_by_one_daemon_is_read_at_the_other_at_once(shared):
    first, second = shared
    made = make_mcp(first)
    path = f"/context/{made['id']}"
    for number in range(100):
        writer, reader = (first, second) if number % 2 else (second, first)
        reader.get(path)
        assert writer.put(path, {"description": f"number {number}"}).status_code == 200
        assert reader.get(path).json()["description"] == f"number {number}"
        assert writer.get(path).json()["description"] == f"number {number}"


def test_keys_in_redis_have_a_version_a_database_and_an_end(shared, real_redis, database):
    first, _ = shared
    first.get("/context")
    identity = database.value("SELECT identity FROM mcp.cache_identities")
    keys = [key for key in real_redis.keys() if key != "mcp:v1:look"]
    assert keys
    for key in keys:
        assert key.startswith(f"mcp:v1:{identity}:")
        assert 0 < real_redis.client.ttl(key) <= 3600


def test_nothing_asks_redis_for_all_keys_or_to_forget_all(shared, real_redis):
    called = {name.split("_")[1] for name in real_redis.client.info("commandstats")}
    assert {"get", "set"} <= called
    assert not called & {"keys", "flushdb", "flushall"}


def test_a_redis_that_was_emptied_is_filled_again(shared, real_redis):
    first, second = shared
    made = make_mcp(first)
    path = f"/context/{made['id']}"
    second.get(path)
    real_redis.client.flushall()
    assert second.get(path).json() == made
    assert get_shared(second, second, path).json() == made


def test_a_redis_that_is_full_is_told_of_and_used_again_when_it_is_not(shared, real_redis):
    _, second = shared
    real_redis.client.config_set("maxmemory", 1)
    try:
        made = make_mcp(second)
        for _ in range(3):
            assert second.get(f"/context/{made['id']}").json() == made
        health = wait_for(lambda: degraded(second), "health to tell")
        assert health["redis"] == "error: it stores nothing"
    finally:
        real_redis.client.config_set("maxmemory", 0)
    wait_for(lambda: second.get("/health").json()["redis"] == "ok", "Redis to be used again")


def degraded(api):
    health = api.get("/health").json()
    return health if health["status"] == "degraded" else None


def test_a_redis_that_dies_and_comes_back(shared, real_redis):
    first, second = shared
    made = make_mcp(second)
    path = f"/context/{made['id']}"
    second.get(path)
    real_redis.kill()
    try:
        for number in range(20):
            assert first.put(path, {"description": str(number)}).status_code == 200
            assert second.get(path).json()["description"] == str(number)
        health = wait_for(lambda: degraded(second), "health to tell")
        assert health["redis"] == "error: not reachable"
        assert health["database"] == "ok"
    finally:
        real_redis.start()
    wait_for(lambda: second.get("/health").json()["redis"] == "ok", "Redis to be used again")
    get_shared(second, second, path)


def well(faulty, fake_redis):
    fake_redis.fault = None
    wait_for(lambda: health_of(faulty)["redis"] == "ok", "Redis to be used")
    return Api(faulty.url, faulty.key)


def test_who_asks_the_same_at_once_asks_redis_once(faulty, fake_redis, labels):
    """Those whose labels come with one answer; one of them has left meanwhile."""
    api = well(faulty, fake_redis)
    made = make_mcp(api)
    path = f"/context/{made['id']}"

    def is_found():
        before = redis_hits(api)
        return api.get(path).json() == made and redis_hits(api) == before + 1

    wait_for(is_found, "an entry in Redis")
    labels.cursor().execute("LOCK TABLE mcp.cache_labels IN ACCESS EXCLUSIVE MODE")
    asked, hits = count(api, "mcpd_cache_checked_total"), redis_hits(api)
    clients = [send_get(faulty, path) for _ in range(20)]
    wait_for(lambda: count(api, "mcpd_cache_checked_total") == asked + 20, "all to be waited for")
    leave(clients.pop(10))
    del fake_redis.commands[:]
    labels.rollback()
    assert [body_of(client) for client in clients] == [made] * 19
    assert redis_hits(api) == hits + 20
    # The first one's labels were asked for before the others came.
    assert 1 <= len([command for command in fake_redis.commands if command[0] == b"GET"]) <= 2


def test_a_slow_redis_costs_its_bound_and_no_more(faulty, fake_redis):
    api = well(faulty, fake_redis)
    made = make_mcp(api)
    path = f"/context/{made['id']}"
    api.get(path)
    fake_redis.fault = slow(1)
    slowest = 0
    for _ in range(20):
        begun = time.monotonic()
        assert api.get(path).json() == made
        slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 0.5, "the bound is 50 ms, the rest is the machine's"
    health = wait_for(lambda: degraded(api), "health to tell")
    assert health["redis"] == "error: too slow"
    well(faulty, fake_redis)


def garbage(command, answer):
    return b"\x00garbage\xff" * 3 + b"\r\n" if is_get(command) else answer


def endless(command, answer):
    return b"$1000000000\r\nxx" if is_get(command) else answer


def number(command, answer):
    return b":42\r\n" if is_get(command) else answer


def numbers(command, answer):
    return b"*2\r\n:1\r\n:2\r\n" if is_get(command) else answer


def refusal(command, answer):
    return b"-LOADING not now\r\n" if is_get(command) else answer


def hang_up(command, answer):
    if is_get(command):
        raise EndOfConnection
    return answer


def half(command, answer):
    """Ends in the middle of an answer."""
    return answer[: len(answer) // 2] if is_get(command) else answer


@pytest.mark.parametrize(
    "fault", [garbage, endless, number, numbers, refusal, hang_up, half], ids=lambda fault: fault.__name__
)
def test_a_redis_that_answers_nonsense_changes_no_answer(faulty, fake_redis, fault):
    api = well(faulty, fake_redis)
    made = make_mcp(api)
    path = f"/context/{made['id']}"
    api.get(path)
    fake_redis.fault = fault
    for _ in range(5):
        assert api.get(path).json() == made
    api = well(faulty, fake_redis)
    assert api.get(path).json() == made


def lie(value):
    return b"$%d\r\n%b\r\n" % (len(value), value)


def test_an_entry_that_was_changed_is_not_believed(faulty, fake_redis):
    api = well(faulty, fake_redis)
    made = make_mcp(api)
    path = f"/context/{made['id']}"
    wait_for(lambda: entry_of(api, fake_redis, made), "an entry")
    refused = count(api, "mcpd_cache_refused_total")
    fake_redis.fault = lambda command, answer: (
        answer.replace(b"made by a test", b"made by a liar") if is_get(command) else answer)
    assert api.get(path).json()["description"] == "made by a test"
    assert count(api, "mcpd_cache_refused_total") == refused + 1


def entry_of(api, fake_redis, made):
    """What Redis has once it was asked for."""
    api.get(f"/context/{made['id']}")
    return next((value for key, value in fake_redis.entries().items() if made["id"].encode() in key), None)


def test_the_entry_of_another_key_is_not_believed(faulty, fake_redis):
    api = well(faulty, fake_redis)
    one, other = make_mcp(api), make_mcp(api)
    value = wait_for(lambda: entry_of(api, fake_redis, other), "an entry")
    wait_for(lambda: entry_of(api, fake_redis, one), "another")
    fake_redis.fault = lambda command, answer: lie(value) if is_get(command) else answer
    assert api.get(f"/context/{one['id']}").json() == one


def test_an_entry_of_before_a_change_is_not_believed(faulty, fake_redis):
    api = well(faulty, fake_redis)
    made = make_mcp(api)
    path = f"/context/{made['id']}"
    wait_for(lambda: entry_of(api, fake_redis, made), "an entry")
    old = dict(fake_redis.entries())
    api.put(path, {"description": "new"})
    api.get(path)
    fake_redis.store.update(old)
    assert api.get(path).json()["description"] == "new"


def test_an_answer_that_comes_late_is_nobodys(faulty, fake_redis):
    """After a time-out another connection is used, and no answer of the first."""
    api = well(faulty, fake_redis)
    mcps = [make_mcp(api) for _ in range(5)]
    for made in mcps:
        api.get(f"/context/{made['id']}")
    before = fake_redis.connections
    fake_redis.fault = slow(0.2)
    for made in mcps:
        assert api.get(f"/context/{made['id']}").json() == made
    fake_redis.fault = None
    for _ in range(3):
        for made in mcps:
            assert api.get(f"/context/{made['id']}").json() == made
    wait_for(lambda: fake_redis.connections > before, "another connection")


def test_a_database_that_is_away_leaves_the_cache_unread(server, make_mcpd):
    """Nobody could say whether what is cached is true still."""
    daemon = make_mcpd().start()
    api = Api(daemon.url, daemon.key)
    made = make_mcp(api)
    path = f"/context/{made['id']}"
    get_cached(api, path)
    server.stop()
    try:
        wait_for(lambda: api.get(path).status_code == 503, "the database to be away")
    finally:
        server.start()
    wait_for(lambda: api.get(path).status_code == 200, "the database to be back")
    assert get_cached(api, path).json() == made

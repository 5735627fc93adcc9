"""Limits of rate: by key and by address, here and in Redis, and what is never limited."""

import pytest
from definitions import unique
from mcpd import Api
from redis_server import FakeRedis, RealRedis
from waiting import wait_for


@pytest.fixture(scope="module")
def real_redis():
    redis = RealRedis().start()
    yield redis
    redis.kill()


@pytest.fixture
def limited(make_mcpd):
    """Makes a daemon with limits; an hour as the period, so that nothing comes back meanwhile."""

    def make(**settings):
        daemon = make_mcpd(**{"MCP_RATE_LIMIT_PERIOD": "3600", **settings}).start()
        if "REDIS_URL" in settings:
            wait_for(lambda: Api(daemon.url).get("/health").json()["redis"] == "ok", "Redis to be used")
        return daemon

    return make


def key_of(daemon):
    """A key of its own, with a bucket of its own."""
    made = Api(daemon.url, daemon.key).post("/auth/keys", {"name": unique("rated"), "level": "viewer"})
    assert made.status_code == 201, made.text
    return made.json()["key"]


def codes(api, number, path="/context"):
    return [api.get(path).status_code for _ in range(number)]


def test_without_limits_nothing_is_said_of_them(api):
    answer = api.get("/context")
    assert not [name for name in answer.headers if name.lower().startswith("ratelimit")]


def test_a_key_gets_its_number_of_requests_and_then_429(limited):
    daemon = limited(MCP_RATE_LIMIT_KEY="5")
    api = Api(daemon.url, key_of(daemon))
    for left in (4, 3, 2, 1, 0):
        answer = api.get("/context")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Limit"] == "5"
        assert answer.headers["RateLimit-Remaining"] == str(left)
        assert answer.headers["RateLimit-Policy"] == "5;w=3600"
        assert 0 < int(answer.headers["RateLimit-Reset"]) <= 3600
    answer = api.get("/context")
    assert answer.status_code == 429
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["title"] == "Too Many Requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 720
    assert answer.headers["RateLimit-Remaining"] == "0"


def test_another_key_has_a_bucket_of_its_own(limited):
    daemon = limited(MCP_RATE_LIMIT_KEY="3")
    first, second = key_of(daemon), key_of(daemon)
    assert codes(Api(daemon.url, first), 4) == [200, 200, 200, 429]
    assert codes(Api(daemon.url, second), 4) == [200, 200, 200, 429]


def test_an_address_has_a_bucket_whatever_its_keys(limited):
    daemon = limited(MCP_RATE_LIMIT_ADDRESS="4")
    keys = [key_of(daemon), key_of(daemon)]
    told = [codes(Api(daemon.url, key), 1)[0] for key in keys * 3]
    assert told == [200, 200, 429, 429, 429, 429]


def test_wrong_credentials_count_for_the_address(limited):
    daemon = limited(MCP_RATE_LIMIT_ADDRESS="3")
    assert codes(Api(daemon.url, "wrong"), 5) == [401, 401, 401, 429, 429]


def test_what_tells_how_things_stand_is_never_limited(limited):
    daemon = limited(MCP_RATE_LIMIT_ADDRESS="1", MCP_RATE_LIMIT_KEY="1")
    api = Api(daemon.url, daemon.key)
    assert codes(api, 2) == [200, 429]
    for path in ("/health", "/ready", "/live", "/metrics"):
        assert codes(api, 3, path) == [200] * 3


def test_tokens_come_back(limited):
    daemon = limited(MCP_RATE_LIMIT_KEY="4", MCP_RATE_LIMIT_PERIOD="2")
    api = Api(daemon.url, key_of(daemon))
    wait_for(lambda: api.get("/context").status_code == 429, "the bucket to be empty")
    wait_for(lambda: api.get("/context").status_code == 200, "a token to come back", seconds=5)


def test_a_refused_request_changes_nothing(limited):
    daemon = limited(MCP_RATE_LIMIT_KEY="2")
    api = Api(daemon.url, daemon.key)
    made = api.post("/context", {"name": "Once", "type": "llm_prompt", "config": {"template": "x"}})
    assert made.status_code == 201
    api.get("/context")
    assert api.delete(f"/context/{made.json()['id']}").status_code == 429
    other = Api(daemon.url, daemon.key)
    assert other.delete("/context/once").status_code == 429


@pytest.mark.parametrize("start", ["now", "forgotten"])
def test_daemons_share_the_buckets_in_redis(limited, real_redis, database, start):
    settings = {"MCP_RATE_LIMIT_KEY": "6", "REDIS_URL": real_redis.url}
    daemons = [limited(**settings), limited(**settings)]
    key = key_of(daemons[0])
    apis = [Api(daemon.url, key) for daemon in daemons]
    for api in apis:
        # A first question tells the daemon whose database it is.
        wait_for(lambda api=api: asks_redis(api, real_redis), "Redis to be asked")
    if start == "forgotten":
        real_redis.client.script_flush()
    clear(real_redis)
    told = [apis[number % 2].get("/context").status_code for number in range(8)]
    assert told == [200] * 6 + [429] * 2
    identity = database.value("SELECT identity FROM mcp.cache_identities")
    names = [name for name in real_redis.keys() if ":rate:" in name]
    assert names and all(name.startswith(f"mcp:v1:{identity}:rate:key:") for name in names)
    assert all(0 < real_redis.client.ttl(name) <= 3600 for name in names)


def clear(real_redis):
    for name in real_redis.keys():
        if ":rate:" in name:
            real_redis.client.delete(name)


def asks_redis(api, real_redis):
    clear(real_redis)
    api.get("/context")
    return [name for name in real_redis.keys() if ":rate:" in name]


def test_without_redis_each_daemon_counts_by_itself(limited, real_redis):
    daemon = limited(MCP_RATE_LIMIT_KEY="3", REDIS_URL=real_redis.url)
    api = Api(daemon.url, key_of(daemon))
    real_redis.kill()
    try:
        wait_for(lambda: Api(daemon.url).get("/health").json()["redis"] != "ok", "Redis to be missed")
        told = codes(api, 5)
        assert told[:2] == [200, 200] and told[-1] == 429
    finally:
        real_redis.start()


def nonsense(command, answer):
    return b"*3\r\n:9\r\n:-5\r\n:1\r\n" if command[0].upper() in (b"EVAL", b"EVALSHA") else answer


def refusal(command, answer):
    return b"-NOPERM no scripts\r\n" if command[0].upper() in (b"EVAL", b"EVALSHA") else answer


@pytest.mark.parametrize("fault", [nonsense, refusal], ids=lambda fault: fault.__name__)
def test_a_redis_that_decides_nothing_is_not_needed(limited, fault):
    redis = FakeRedis()
    redis.fault = fault
    try:
        daemon = limited(MCP_RATE_LIMIT_KEY="3", REDIS_URL=redis.url)
        api = Api(daemon.url, key_of(daemon))
        # The first of them come before the daemon knows whose buckets it would ask for.
        wait_for(lambda: asks(Api(daemon.url, daemon.key), redis), "Redis to be asked")
        assert codes(api, 5) == [200, 200, 200, 429, 429]
    finally:
        redis.close()


def asks(api, redis):
    api.get("/context")
    return any(command[0].upper() == b"EVALSHA" for command in redis.commands)

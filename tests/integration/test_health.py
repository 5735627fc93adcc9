"""/health and /stats, with the database there and away."""

from definitions import ECHO
from mcpd import Api
from waiting import wait_for


def test_health_says_that_all_is_well(mcpd):
    answer = Api(mcpd.url).get("/health")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    health = answer.json()
    assert health["status"] == "healthy"
    assert health["database"] == "ok"
    assert health["redis"] == "off"
    assert isinstance(health["message"], str)


def test_stats_count_definitions_by_type(api, bench):
    before = api.get("/stats").json()
    bench.script(ECHO)
    after = api.get("/stats").json()
    assert after["total_servers"] == before["total_servers"] + 1
    assert after["server_types"]["python_script"] == before["server_types"].get("python_script", 0) + 1
    assert isinstance(after["model_usage"], dict)
    assert after["timestamp"] > before["timestamp"]


def test_a_redis_that_is_not_there_degrades_and_stops_nothing(make_mcpd):
    daemon = make_mcpd(REDIS_URL="redis://127.0.0.1:1/0").start()
    health = wait_for(
        lambda: Api(daemon.url).get("/health").json(), "an answer"
    )
    assert health["status"] == "degraded"
    assert health["redis"].startswith("error: ")
    assert "127.0.0.1" not in health["redis"]
    assert Api(daemon.url, daemon.key).get("/context").status_code == 200


def test_a_database_that_goes_and_comes_back(server, mcpd, api):
    mcp = api.get("/context").json()[0]["id"]
    server.stop()
    try:
        gone = wait_for(
            lambda: find_degraded(mcpd), "health to notice that the database is gone"
        )
        assert gone["database"].startswith("error: ")
        assert "127.0.0.1" not in str(gone)
        answer = api.get("/context")
        assert answer.status_code == 503
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    finally:
        server.start()
    wait_for(lambda: api.get(f"/context/{mcp}").status_code == 200, "the database to be back")
    wait_for(
        lambda: Api(mcpd.url).get("/health").json()["status"] == "healthy",
        "health to say so",
    )


def find_degraded(mcpd):
    health = Api(mcpd.url).get("/health").json()
    return health if health["status"] == "degraded" else None

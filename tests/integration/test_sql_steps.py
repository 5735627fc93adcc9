"""Steps of kind sql, run by mcpd: their role, their time, their effect."""

import time

import pytest
from definitions import step, unique, workflow_input
from test_runs import wait_for_end
from waiting import wait_for


@pytest.fixture(scope="module")
def clerk(database):
    """A role that queries may run as, since mcpd's is a member of it."""
    role = unique("clerk").replace("-", "_")
    database.query(f"CREATE ROLE {role}")
    database.query(f"GRANT {role} TO mcpd")
    database.query("CREATE TABLE public.effects (run text, word text)")
    database.query(f"GRANT SELECT, INSERT ON public.effects TO {role}")
    yield role
    database.query(f"DROP OWNED BY {role}")
    database.query(f"DROP ROLE {role}")


@pytest.fixture(scope="module")
def query(api, clerk):
    """The id of a new MCP of kind sql."""

    def make(text, **config):
        answer = api.post(
            "/context",
            {
                "name": unique("query"),
                "type": "sql",
                "config": {"query": text, "role": clerk, **config},
            },
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return make


def test_rows_come_as_json(bench, query):
    answer = bench.call(
        query(
            "SELECT inputs.a AS a, inputs.b::integer + 1 AS b, current_user AS who",
            parameters=["a", "b"],
        ),
        {"a": "it's", "b": 41},
    )
    assert answer["success"], answer
    assert answer["result"]["row_count"] == 1
    assert answer["result"]["rows"][0]["a"] == "it's"
    assert answer["result"]["rows"][0]["b"] == 42
    assert answer["result"]["rows"][0]["who"].startswith("clerk")


def test_what_it_may_not_is_a_failure_that_says_so(bench, query):
    answer = bench.call(query("SELECT * FROM mcp.mcp_definitions"))
    assert not answer["success"]
    assert "permission denied" in answer["error"]


def test_the_daemons_own_role_is_not_taken(bench, query):
    answer = bench.call(query("SELECT 1", role="mcpd"))
    assert not answer["success"]
    assert "has the level admin or worker" in answer["error"]


def test_a_workflow_of_queries_has_each_effect_once(bench, query, database):
    write = query(
        "INSERT INTO public.effects VALUES (inputs.run, inputs.word)",
        parameters=["run", "word"],
        read_only=False,
    )
    flow = bench.workflow(
        [
            step(
                f"s{place}",
                write,
                run=workflow_input("run"),
                word={"source_type": "static_value", "value": f"w{place}"},
            )
            for place in range(5)
        ]
    )
    name = unique("run")
    run = bench.run(flow, {"run": name})
    assert run["status"] == "SUCCESS", run
    assert database.query(
        "SELECT word FROM public.effects WHERE run = %s ORDER BY word", name
    ) == [(f"w{place}",) for place in range(5)]


def test_a_query_that_takes_too_long_is_stopped(bench, query, database):
    slow = query(
        "SELECT set_config('statement_timeout', '0', false), pg_sleep(600)", timeout=1
    )
    begun = time.monotonic()
    answer = bench.call(slow)
    assert not answer["success"]
    assert "too long" in answer["error"]
    assert time.monotonic() - begun < 30
    wait_for(lambda: not sleepers(database), "the backend to be free")


def test_cancelling_the_run_stops_the_query(bench, query, database, api):
    flow = bench.workflow([step("s", query("SELECT pg_sleep(600)"))])
    run_id = bench.start(flow)
    wait_for(lambda: sleepers(database), "the query to run")
    assert api.post(f"/workflows/runs/{run_id}/cancel").status_code == 200
    assert wait_for_end(bench, run_id)["status"] == "CANCELLED"
    wait_for(lambda: not sleepers(database), "the query to be stopped")


def sleepers(database):
    return database.query(
        "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        " AND datname = current_database()"
    )


def test_a_killed_daemon_leaves_no_effect_without_its_record(
    mcpd, bench, query, database, api
):
    name = unique("run")
    write = query(
        "WITH slow AS MATERIALIZED (SELECT pg_sleep(0.3))"
        " INSERT INTO public.effects SELECT inputs.run, 'x' FROM slow",
        parameters=["run"],
        read_only=False,
    )
    flow = bench.workflow(
        [step(f"s{place}", write, run=workflow_input("run")) for place in range(4)]
    )
    run_id = bench.start(flow, {"run": name})
    for _ in range(3):
        time.sleep(0.4)
        mcpd.kill()
        mcpd.start()
    run = wait_for_end(bench, run_id)
    assert run["status"] == "SUCCESS", run
    assert (
        database.value("SELECT count(*) FROM public.effects WHERE run = %s", name) == 4
    )

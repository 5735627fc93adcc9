"""What a monitor asks: /live, /ready and /metrics."""

import os
import re
import socket

import pytest
import requests
from definitions import step
from mcpd import Api
from waiting import wait_for

SAMPLE = re.compile(
    r'^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*"(?:,(?!\})|(?=\})))+)\})? '
    r"(-?[0-9.e+-]+|\+Inf|NaN)$"
)
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


def parse(text):
    """{name with labels: value} of a text as strict as Prometheus' form allows."""
    assert text.endswith("\n")
    samples, seen, name, kind = {}, set(), None, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name, kind = line.split(" ", 3)[2], None
            assert name not in seen and line.split(" ", 3)[3], line
            seen.add(name)
        elif line.startswith("# TYPE "):
            _, _, typed, kind = line.split(" ")
            assert typed == name and kind in SUFFIXES, line
            assert (kind == "counter") == name.endswith("_total"), line
        else:
            found = SAMPLE.match(line)
            assert found and kind, line
            assert found[1] in [name + suffix for suffix in SUFFIXES[kind]], line
            assert kind != "counter" or float(found[3]) >= 0, line
            key = line.rsplit(" ", 1)[0]
            assert key not in samples, line
            samples[key] = float(found[3])
    return samples


def read(mcpd):
    """What /metrics says; fails on what Prometheus would not read."""
    answer = requests.get(mcpd.url + "/metrics", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return parse(answer.text)


def requests_of(samples, route, status, method="GET"):
    return samples.get(
        f'mcpd_http_requests_total{{method="{method}",route="{route}",status="{status}"}}', 0
    )


def test_live_and_ready_are_open(mcpd):
    assert requests.get(mcpd.url + "/live", timeout=30).json() == {"status": "live"}
    answer = requests.get(mcpd.url + "/ready", timeout=30)
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"


def test_requests_are_counted_by_route_and_status(mcpd, api):
    before = read(mcpd)
    for _ in range(3):
        api.get("/context/no-such-one")
    api.get("/context")
    Api(mcpd.url).get("/context")
    for strange in ("/a", "/b", "/c"):
        api.get(strange)
    after = read(mcpd)

    def grown(*key):
        return requests_of(after, *key) - requests_of(before, *key)

    assert grown("/context/*", 404) == 3
    assert grown("/context", 200) == 1
    assert grown("/context", 401) == 1
    assert grown("/", 404, "other") == 3
    assert not [key for key in after if "no-such-one" in key]


def test_times_are_a_histogram(mcpd, api):
    api.get("/context")
    samples = read(mcpd)
    label = 'method="GET",route="/context"'
    buckets = [
        value
        for key, value in samples.items()
        if key.startswith("mcpd_http_request_seconds_bucket{" + label + ",")
    ]
    assert len(buckets) == 13
    assert buckets == sorted(buckets)
    count = samples[f"mcpd_http_request_seconds_count{{{label}}}"]
    assert buckets[-1] == count > 0
    assert samples[f"mcpd_http_request_seconds_sum{{{label}}}"] > 0


def test_the_queue_and_the_workers_are_seen(mcpd, database, bench):
    samples = read(mcpd)
    assert samples["mcpd_database_up"] == 1
    assert samples["mcpd_database_connections"] == 2
    assert samples["mcp_live_workers"] == 1
    mcp = bench.script("def main():\n    return 1\n")
    run = database.value(
        "SELECT mcp.start_mcp(%s, '{}', '{\"queue\": \"of-nobody\"}')", mcp
    )
    samples = read(mcpd)
    assert samples['mcp_queue_depth{queue="of-nobody"}'] == 1
    assert samples['mcp_queue_age_seconds{queue="of-nobody"}'] >= 0
    assert samples['mcp_live_runs{status="PENDING"}'] >= 1
    database.query("SELECT mcp.cancel_run(%s)", run)


def steps_of(samples, outcome, name="mcpd_steps_total"):
    return samples.get(f'{name}{{kind="python_script",outcome="{outcome}"}}', 0)


def test_steps_are_counted_by_kind_and_outcome(mcpd, bench):
    before = read(mcpd)
    retry = {"max_attempts": 3, "delay": 0.01, "jitter": 0}
    broken = bench.script("def main():\n    raise ValueError('no')\n")
    sound = bench.script("def main():\n    return 1\n")
    bench.run(bench.workflow([step("a", sound)]))
    bench.run(bench.workflow([{**step("b", broken), "retry": retry}]))
    after = read(mcpd)
    retries = "mcpd_step_retries_total"
    assert steps_of(after, "success") - steps_of(before, "success") == 1
    assert steps_of(after, "success", retries) == steps_of(before, "success", retries)
    assert steps_of(after, "script_error") - steps_of(before, "script_error") == 3
    assert steps_of(after, "script_error", retries) == 2


def test_capacity_and_children_are_seen_while_a_step_runs(mcpd, database, bench):
    slow = bench.script("import time\n\ndef main():\n    time.sleep(60)\n")
    run = database.value("SELECT mcp.start_mcp(%s)", slow)

    def has_child():
        return read(mcpd)["mcpd_child_processes"] == 1

    wait_for(has_child, "the child to run")
    samples = read(mcpd)
    assert samples['mcpd_worker_running{queue="default"}'] == 1
    assert samples["mcpd_worker_slots_free"] == samples["mcpd_worker_slots"] - 1
    database.query("SELECT mcp.cancel_run(%s)", run)
    wait_for(lambda: not has_child(), "the child to end")
    wait_for(
        lambda: read(mcpd)["mcpd_worker_slots_free"] == samples["mcpd_worker_slots"],
        "the slot to be free",
    )


def test_a_queue_of_any_name_is_a_label(database):
    text = database.value(
        "SELECT mcp._metric('x', 'y', 'queue', %s)", '{"a\\"b\\\\c\\nd": 1}'
    )
    assert text.splitlines()[-1] == 'x{queue="a\\"b\\\\c\\nd"} 1'


@pytest.fixture
def stopped(server):
    server.stop()
    yield
    server.start()


def test_without_its_database_it_is_live_and_not_ready(mcpd, stopped):
    assert requests.get(mcpd.url + "/live", timeout=30).status_code == 200
    answer = requests.get(mcpd.url + "/ready", timeout=30)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    samples = read(mcpd)
    assert samples["mcpd_database_up"] == 0
    assert samples["mcpd_database_connections"] == 0
    assert not [key for key in samples if key.startswith("mcp_")]


def test_it_is_ready_again_when_the_database_is_back(mcpd):
    wait_for(
        lambda: requests.get(mcpd.url + "/ready", timeout=30).status_code == 200,
        "the daemon to be ready",
    )


def test_a_supervisor_is_told_of_start_and_stop(make_mcpd):
    daemon = make_mcpd()
    path = os.path.join(daemon.folder, "notify")
    daemon.settings["NOTIFY_SOCKET"] = path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(path)
        os.chmod(path, 0o666)
        told.settimeout(30)
        daemon.start()
        assert told.recv(100) == b"READY=1"
        daemon.stop()
        assert told.recv(100) == b"STOPPING=1"

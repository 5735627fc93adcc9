"""HTTP itself: targets, bodies, limits, clients that leave, and the last answers."""

import os
import socket
import threading

import pytest
import requests
from definitions import Workbench, step
from mcpd import Api
from test_mcps import assert_problem
from waiting import wait_for

LIMIT = 16 * 1024 * 1024
FOREVER = "import time\nwhile True: time.sleep(1)\n"


def raw(mcpd, data, ends=False):
    """What comes back, to its end, for bytes sent as they are."""
    with socket.create_connection(("127.0.0.1", mcpd.port), timeout=30) as connection:
        connection.sendall(data)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def head(mcpd, request_line, *headers):
    own = ["Host: test", f"X-API-Key: {mcpd.key}", "Connection: close"]
    return "\r\n".join([request_line, *own, *headers]).encode() + b"\r\n\r\n"


def status_of(received):
    return int(received.split(b" ", 2)[1])


def descriptors(mcpd):
    """How many the daemon has open; under setpriv it is still the process."""
    return len(os.listdir(f"/proc/{mcpd.process.pid}/fd"))


@pytest.mark.parametrize(
    "path", ["/context", "/workflows", "/workflows/runs", "/health", "/stats"]
)
def test_a_trailing_slash_makes_no_difference(api, path):
    assert api.get(path).status_code == 200
    assert api.get(path + "/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing", "/context//versions", "//context", "/a/b/c/d/e/f/g/h/i/j", "/CONTEXT"],
)
def test_other_paths_are_not_found(mcpd, path):
    received = raw(mcpd, head(mcpd, f"GET {path} HTTP/1.1"))
    assert status_of(received) == 404, received


@pytest.mark.parametrize(
    "method, path, allow",
    [
        ("PATCH", "/context", "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "/workflows/runs", "GET, HEAD, OPTIONS"),
        ("GET", "/auth/issue-dev-token", "POST, OPTIONS"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(api, method, path, allow):
    answer = api.request(method, path)
    assert_problem(answer, 405)
    assert answer.headers["Allow"] == allow


@pytest.mark.parametrize(
    "target",
    ["/context/%", "/context/%zz", "/context/a%00b", "/context/%ff", "/context?query=%00"],
)
def test_a_malformed_target_is_refused(mcpd, target):
    assert status_of(raw(mcpd, head(mcpd, f"GET {target} HTTP/1.1"))) == 400


def test_an_encoded_slash_is_part_of_an_id(mcpd):
    received = raw(mcpd, head(mcpd, "GET /context/a%2Fversions HTTP/1.1"))
    assert status_of(received) == 404
    assert b"a/versions" in received


def test_head_is_get_without_its_body(api):
    answer = api.request("HEAD", "/context")
    assert answer.status_code == 200
    assert answer.text == ""
    assert answer.headers["Content-Type"].startswith("application/json")


def test_a_request_id_is_given_back_or_made(api):
    given = api.get("/health", headers={"X-Request-Id": "mine-1"})
    assert given.headers["X-Request-Id"] == "mine-1"
    problem = api.get("/context/none", headers={"X-Request-Id": "mine-2"}).json()
    assert problem["request_id"] == "mine-2"
    made = {api.get("/health").headers["X-Request-Id"] for _ in range(5)}
    assert len(made) == 5
    forged = api.get("/health", headers={"X-Request-Id": 'a b="c"'})
    assert forged.headers["X-Request-Id"] != 'a b="c"'


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "limit=", "skip=-1", "skip=1.5", "skip=99999999999"],
)
@pytest.mark.parametrize("path", ["/context", "/workflows/", "/workflows/runs/"])
def test_paging_outside_its_limits_is_refused(api, path, query):
    problem = assert_problem(api.get(f"{path}?{query}"), 422)
    name = query.split("=")[0]
    assert problem["errors"][0]["path"] == f"query.{name}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,}',
        b"\xff",
        b'{"name":"\\u0000"}',
        b"[" * 100000,
        b'{"a":1e400000}',
        b"nul",
    ],
    ids=["nothing", "open", "comma", "bytes", "zero", "deep", "large number", "word"],
)
def test_a_body_that_is_no_json_is_told_so(api, body):
    problem = assert_problem(api.request("POST", "/context", data=body), 422)
    (error,) = problem["errors"]
    assert error["rule"] == "json"
    assert error["hint"] is None
    assert "max_stack_depth" not in str(problem)
    assert "input syntax" not in str(problem)


def test_a_byte_of_zero_in_a_body_is_refused(api):
    assert_problem(api.request("POST", "/context", data=b'{"name":"a\0b"}'), 400)


def test_a_body_past_the_limit_is_refused_and_the_client_hears_it(api):
    assert_problem(api.request("POST", "/context", data=b" " * (LIMIT + 1)), 413)


def test_a_chunked_body_past_the_limit_is_refused(api):
    pieces = (b" " * 1024 * 1024 for _ in range(LIMIT // 1024 // 1024 + 1))
    assert_problem(api.request("POST", "/context", data=pieces), 413)


def test_a_body_within_the_limit_is_read_whole(api):
    body = b'"' + b"x" * (LIMIT - 2) + b'"'
    problem = assert_problem(api.request("POST", "/context", data=body), 422)
    assert problem["errors"][0]["path"] == "$"


def test_who_waits_for_leave_to_send_is_refused_without_it(mcpd):
    received = raw(
        mcpd,
        head(
            mcpd,
            "POST /context HTTP/1.1",
            f"Content-Length: {LIMIT + 1}",
            "Expect: 100-continue",
        ),
    )
    assert status_of(received) == 413
    assert b"100 Continue" not in received


def test_a_stranger_is_refused_whatever_he_sends(mcpd):
    answer = Api(mcpd.url).request("POST", "/context", data=b"x" * (LIMIT // 2))
    assert_problem(answer, 401)


def test_pipelined_requests_are_answered_in_order(mcpd):
    requests_sent = b"".join(
        f"GET /context/none-{i} HTTP/1.1\r\nHost: test\r\nX-API-Key: {mcpd.key}\r\n\r\n".encode()
        for i in range(20)
    )
    received = raw(mcpd, requests_sent + head(mcpd, "GET /health HTTP/1.1"))
    places = [received.index(f"none-{i}\\".encode()) for i in range(20)]
    assert places == sorted(places)
    assert b'"healthy"' in received[places[-1] :]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100000 + b"\r\n\r\n",
        b"POST /context HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        b"POST /context HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
    ],
    ids=["bytes", "short line", "no host", "long header", "bad chunk", "bad length"],
)
def test_garbage_harms_nobody(mcpd, data):
    try:
        received = raw(mcpd, data, ends=True)
    except OSError:
        received = b""
    assert received == b"" or 400 <= status_of(received) < 500
    assert Api(mcpd.url).get("/health").status_code == 200


def test_clients_that_leave_in_the_middle_leave_nothing_behind(mcpd, api):
    api.get("/health")
    before = descriptors(mcpd)
    body = head(mcpd, "POST /context HTTP/1.1", "Content-Length: 1000") + b"{"
    for _ in range(50):
        connection = socket.create_connection(("127.0.0.1", mcpd.port))
        connection.sendall(body)
        connection.close()
    wait_for(lambda: descriptors(mcpd) <= before, "their connections to be closed")


def test_database_connections_may_be_cut_under_load(mcpd, database):
    """libpq closes a socket by itself then; its number is soon another's."""
    stop = threading.Event()
    codes = set()

    def read():
        headers = {"X-API-Key": mcpd.key, "Connection": "close"}
        while not stop.is_set():
            answer = requests.get(mcpd.url + "/context", headers=headers, timeout=30)
            codes.add(answer.status_code)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(20):
            wait_for(lambda: cut(database), "a connection to cut")
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert codes <= {200, 503}
    wait_for(
        lambda: Api(mcpd.url).get("/health").json()["status"] == "healthy",
        "it to be well again",
    )


def cut(database):
    return database.value(
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = 'mcpd'"
    )


def test_a_client_that_stops_waiting_for_a_run_is_let_go(mcpd, api, bench):
    flow = bench.workflow([step("s1", bench.script(FOREVER))])
    api.get("/health")
    connection = socket.create_connection(("127.0.0.1", mcpd.port))
    port = connection.getsockname()[1]
    connection.sendall(
        head(mcpd, f"POST /workflows/{flow}/execute HTTP/1.1", "Content-Length: 0")
    )
    run = wait_for(lambda: running(api, flow), "the run to begin")
    assert holds_connection_from(mcpd, port)
    connection.close()
    wait_for(
        lambda: not holds_connection_from(mcpd, port), "the connection to be closed"
    )
    assert api.get(f"/workflows/runs/{run}").json()["status"] == "RUNNING"
    assert api.post(f"/workflows/runs/{run}/cancel").status_code == 200


def test_who_waits_for_a_run_is_told_where_it_is_when_the_daemon_stops(make_mcpd):
    daemon = make_mcpd(MCP_DRAIN_TIMEOUT="0.2").start()
    api = Api(daemon.url, daemon.key)
    bench = Workbench(api)
    flow = bench.workflow([step("s1", bench.script(FOREVER))])
    answers = []
    waiter = threading.Thread(
        target=lambda: answers.append(
            Api(daemon.url, daemon.key).post(f"/workflows/{flow}/execute")
        )
    )
    waiter.start()
    run = wait_for(lambda: running(api, flow), "the run to begin")
    daemon.stop()
    waiter.join()
    assert answers[0].status_code == 202
    assert answers[0].headers["Location"] == f"/workflows/runs/{run}"
    assert answers[0].json()["run_id"] == run


def holds_connection_from(mcpd, port):
    """Has the daemon a descriptor of the connection from that port?"""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    pair = (f":{mcpd.port:04X}", f":{port:04X}")
    inodes = [row[9] for row in rows if (row[1][8:], row[2][8:]) == pair]
    return any(f"socket:[{inode}]" in descriptors(mcpd) for inode in inodes)


def descriptors(mcpd):
    """What the daemon's descriptors are; those of children come and go."""
    folder = f"/proc/{mcpd.process.pid}/fd"
    links = []
    for name in os.listdir(folder):
        try:
            links.append(os.readlink(os.path.join(folder, name)))
        except FileNotFoundError:
            pass
    return links


def running(api, flow):
    runs = api.get(f"/workflows/runs/?workflow_id={flow}&status=RUNNING").json()
    return runs[0]["run_id"] if runs else None

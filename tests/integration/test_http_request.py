"""http_request: what is sent, what comes back, and where it may not go."""

import json
import socket
import time

import pytest
from definitions import Workbench, step, unique
from mcpd import Api
from peer import Peer, response


@pytest.fixture(scope="module")
def peer():
    server = Peer()
    yield server
    server.close()


@pytest.fixture(scope="module", autouse=True)
def allowed(database, peer):
    """The peer is on this machine, which is shut unless a DBA says otherwise."""
    database.query("SELECT mcp.allow_http_target('127.0.0.1', %s, 'the tests'' own')", peer.port)


@pytest.fixture(scope="module")
def make(api):
    def make(url, **config):
        body = {
            "name": unique("http"),
            "type": "http_request",
            "initial_version_str": "1.0.0",
            "initial_config": {"url": url, **config},
        }
        answer = api.post("/context", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return make


def last_attempt(database):
    return database.query(
        "SELECT error_class, outputs_generated, error FROM mcp.step_runs ORDER BY run_id DESC LIMIT 1"
    )[0]


def test_a_json_answer_is_the_result(bench, make, peer):
    peer.play(response(200, {"name": "Grüße", "big": 12345678901234567890}, [("X-Mark", "yes")]))
    answer = bench.call(make(peer.url + "/thing?secret=1"))
    assert answer["success"] is True, answer
    result = answer["result"]
    assert result["status"] == 200
    assert result["body"] == {"name": "Grüße", "big": 12345678901234567890}
    assert result["headers"]["x-mark"] == "yes"
    assert result["url"] == peer.url + "/thing"
    assert peer.requests[0].method == "GET"
    assert peer.requests[0].target == "/thing?secret=1"


def test_inputs_fill_url_query_headers_and_body(bench, make, peer):
    peer.play(response(200, {}))
    mcp = make(
        peer.url + "/users/{user}/x",
        method="POST",
        query={"q": "{word}", "list": "{list}", "n": 7, "none": None},
        headers={"X-Word": "<{word}>"},
        body={"whole": "{list}", "text": "a {word} {{b}}", "deep": [{"n": "{number}"}]},
    )
    inputs = {"user": "a/../b?c#d", "word": "ü & 1", "list": [1, "two"], "number": 2.50}
    assert bench.call(mcp, inputs)["success"] is True
    request = peer.requests[0]
    assert request.method == "POST"
    assert request.target == (
        "/users/a%2F..%2Fb%3Fc%23d/x?n=7&q=%C3%BC%20%26%201&list=1&list=two"
    )
    assert request.headers["x-word"].encode("latin-1").decode() == "<ü & 1>"
    assert request.headers["content-type"] == "application/json"
    assert request.json == {
        "whole": [1, "two"],
        "text": "a ü & 1 {b}",
        "deep": [{"n": 2.5}],
    }


def test_a_text_body_is_sent_as_it_is(bench, make, peer):
    peer.play(response(200, b"fine"))
    mcp = make(peer.url, method="PUT", body='{"a": "{word}"}', response="text")
    assert bench.call(mcp, {"word": "x"})["result"]["body"] == "fine"
    assert peer.requests[0].body == b'{"a": "x"}'
    assert peer.requests[0].headers["content-type"].startswith("text/plain")


def test_missing_inputs_are_named_and_nothing_is_sent(bench, make, peer, database):
    peer.play(response())
    mcp = make(peer.url + "/{a}", headers={"X": "{b}"}, query={"q": "{a}"})
    answer = bench.call(mcp)
    assert answer["error"] == "Missing input variables: a, b"
    assert peer.requests == []
    assert last_attempt(database)[0] == "inputs"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x01b"])
def test_a_header_cannot_be_split(bench, make, peer, value):
    peer.play(response(200, {}))
    answer = bench.call(make(peer.url, headers={"X-Word": "{word}"}), {"word": value})
    assert answer["success"] is False
    assert "control character" in answer["error"]
    assert peer.requests == []


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding"])
def test_framing_headers_are_refused(bench, make, peer, name):
    peer.play(response(200, {}))
    answer = bench.call(make(peer.url, headers={name: "1"}))
    assert answer["success"] is False
    assert name in answer["error"]
    assert peer.requests == []


def test_an_unexpected_status_is_a_failure_that_keeps_the_answer(bench, make, peer, database):
    peer.play(response(404, {"why": "gone"}))
    answer = bench.call(make(peer.url))
    assert answer["success"] is False
    assert "404" in answer["error"]
    error_class, outputs, _ = last_attempt(database)
    assert error_class == "http_status"
    assert outputs["body"] == {"why": "gone"}


def test_expected_status_decides(bench, make, peer):
    peer.play(response(404, {"why": "gone"}))
    answer = bench.call(make(peer.url, expected_status=[200, 404]))
    assert answer["success"] is True
    assert answer["result"]["status"] == 404


def test_an_answer_that_is_no_json_is_a_failure(bench, make, peer, database):
    peer.play(response(200, b'{"half": '))
    answer = bench.call(make(peer.url))
    assert answer["success"] is False
    assert "not JSON" in answer["error"]
    assert last_attempt(database)[0] == "bad_output"


def test_no_body_is_null(bench, make, peer):
    peer.play(response(204))
    assert bench.call(make(peer.url, method="DELETE"))["result"]["body"] is None


def test_a_body_that_is_no_text_is_kept_all_the_same(bench, make, peer):
    peer.play(response(200, b"\xff\x00abc"))
    answer = bench.call(make(peer.url, response="text"))
    assert answer["result"]["body"].endswith("abc")


@pytest.mark.parametrize("cuts", [1, 3])
def test_chunks_may_be_cut_anywhere(bench, make, peer, cuts):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    whole = head + b'6\r\n{"a": \r\n3\r\n[1]\r\n1\r\n}\r\n0\r\n\r\n'
    peer.play([whole[i : i + cuts] for i in range(0, len(whole), cuts)])
    assert bench.call(make(peer.url))["result"]["body"] == {"a": [1]}


def test_an_answer_that_breaks_off_is_a_failure(bench, make, peer, database):
    peer.play(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1]")
    assert bench.call(make(peer.url))["success"] is False
    assert last_attempt(database)[0] == "connect"


def test_a_large_answer_is_cut_off(bench, make, peer, database):
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    peer.play([head] + [b"x" * 100_000] * 50)
    answer = bench.call(make(peer.url, max_bytes=1000, response="text"))
    assert answer["success"] is False
    assert "larger than 1000 bytes" in answer["error"]
    assert last_attempt(database)[0] == "too_large"


def test_a_slow_server_is_a_timeout(bench, make, peer, database):
    peer.play([b"HTTP/1.1 200 OK\r\n", 20])
    before = time.monotonic()
    assert bench.call(make(peer.url, timeout=1))["success"] is False
    assert time.monotonic() - before < 8
    assert last_attempt(database)[0] == "timeout"


def test_nobody_there_is_class_connect(bench, make, database):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        database.query("SELECT mcp.allow_http_target('127.0.0.1', %s)", port)
        assert bench.call(make(f"http://127.0.0.1:{port}/"))["success"] is False
    assert last_attempt(database)[0] == "connect"


def test_a_cancelled_run_ends_the_request(bench, make, peer, api):
    peer.play([b"HTTP/1.1 200 OK\r\n", 30])
    run = bench.start(bench.workflow([step("s1", make(peer.url))]))
    while not peer.requests:
        time.sleep(0.01)
    assert api.post(f"/workflows/runs/{run}/cancel").status_code in (200, 202)
    assert bench.get_run(run)["status"] == "CANCELLED"


def test_retry_after_is_heeded(bench, make, peer, api):
    """The strategy alone would come again after a second at most."""
    peer.play(response(503, {}, [("Retry-After", "2")]), response(200, {"done": True}))
    mcp = make(peer.url)
    definition = bench.workflow(
        [step("s1", mcp)], strategy="Retry with Backoff", max_retries=1, backoff_factor=1
    )
    before = time.monotonic()
    run = bench.run(definition)
    assert run["status"] == "SUCCESS", run
    assert time.monotonic() - before >= 2
    assert [r["error_class"] for r in run["step_results"]] == ["http_status", None]


def redirect(status, location):
    return response(status, b"", [("Location", location)])


def test_a_redirect_is_followed(bench, make, peer):
    peer.play(redirect(302, "/there?x=1"), response(200, {"at": 2}))
    mcp = make(peer.url + "/here", method="POST", body={"a": 1}, headers={"X-Key": "k"})
    assert bench.call(mcp)["result"]["body"] == {"at": 2}
    second = peer.requests[1]
    assert (second.method, second.target, second.body) == ("GET", "/there?x=1", b"")
    assert second.headers["x-key"] == "k"


def test_307_repeats_the_request(bench, make, peer):
    peer.play(redirect(307, "/there"), response(200, {}))
    assert bench.call(make(peer.url, method="POST", body={"a": 1}))["success"]
    assert (peer.requests[1].method, peer.requests[1].json) == ("POST", {"a": 1})


def test_redirects_are_bounded(bench, make, peer, database):
    peer.play(redirect(302, "/again"))
    answer = bench.call(make(peer.url, max_redirects=3))
    assert answer["success"] is False
    assert len(peer.requests) == 4
    assert last_attempt(database)[0] == "http_status"


def test_another_server_is_shown_no_key(bench, make, peer, database):
    other = Peer()
    database.query("SELECT mcp.allow_http_target('127.0.0.1', %s)", other.port)
    other.play(response(200, {}))
    peer.play(redirect(302, other.url + "/"))
    headers = {"Authorization": "Bearer k", "X-Api-Key": "k", "Cookie": "k", "Accept": "x/y"}
    assert bench.call(make(peer.url, headers=headers))["success"]
    other.close()
    seen = other.requests[0].headers
    assert seen["accept"] == "x/y"
    assert not {"authorization", "x-api-key", "cookie"} & set(seen)


SHUT = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://017700000001:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://192.168.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://224.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    "http://192.0.2.1:{port}/",
    "http://198.18.0.1:{port}/",
]


@pytest.mark.parametrize("url", SHUT)
def test_addresses_that_are_not_public_are_shut(bench, make, database, url):
    trap = Peer(socket.AF_INET6, "::")
    try:
        answer = bench.call(make(url.format(port=trap.port), timeout=5))
    finally:
        trap.close()
    assert answer["success"] is False
    assert trap.requests == []
    assert last_attempt(database)[0] in ("blocked", "connect"), answer
    if "[2002" not in url and "[64" not in url and "[f" not in url:
        assert last_attempt(database)[0] == "blocked", answer


def test_a_redirect_leads_to_no_shut_address(bench, make, peer, database):
    trap = Peer()
    peer.play(redirect(302, f"http://localhost:{trap.port}/"))
    answer = bench.call(make(peer.url))
    trap.close()
    assert answer["success"] is False
    assert trap.requests == []
    assert last_attempt(database)[0] == "blocked"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://127.0.0.1/"])
def test_a_redirect_leads_to_no_other_protocol(bench, make, peer, location):
    peer.play(redirect(302, location))
    answer = bench.call(make(peer.url))
    assert answer["success"] is False
    assert "root:" not in json.dumps(answer)


def test_a_user_name_in_a_url_is_refused(bench, make, peer):
    peer.play(response(200, {}))
    answer = bench.call(make(peer.url.replace("://", "://user:word@")))
    assert answer["success"] is False
    assert peer.requests == []


def test_no_proxy_of_the_environment_is_used(make_mcpd, database, make, peer):
    proxy = Peer()
    proxy.play(response(200, {"from": "proxy"}))
    daemon = make_mcpd(
        http_proxy=proxy.url, HTTP_PROXY=proxy.url, ALL_PROXY=proxy.url, all_proxy=proxy.url
    ).start()
    peer.play(response(200, {"from": "peer"}))
    bench = Workbench(Api(daemon.url, daemon.key))
    for _ in range(6):
        answer = bench.call(make(peer.url))
        assert answer["success"] is True, answer
        assert answer["result"]["body"] == {"from": "peer"}
    proxy.close()
    assert proxy.requests == []
    daemon.stop()


def test_a_host_can_be_allowed_by_name(bench, make, database):
    server = Peer()
    server.play(response(200, {"hello": 1}))
    mcp = make(f"http://localhost:{server.port}/")
    assert bench.call(mcp)["success"] is False
    database.query("SELECT mcp.allow_http_target('LocalHost', %s)", server.port)
    assert bench.call(mcp)["result"]["body"] == {"hello": 1}
    database.query("SELECT mcp.disallow_http_target('localhost', %s)", server.port)
    assert bench.call(mcp)["success"] is False
    server.close()
    assert len(server.requests) == 1


def test_the_allow_list_is_audited_and_checked(database):
    database.query("SELECT mcp.allow_http_target('10.20.0.0/16', NULL, 'billing')")
    database.query("SELECT mcp.allow_http_target('10.20.0.0/16')")
    actions = database.query(
        "SELECT action FROM mcp.list_audit('http_target', '10.20.0.0/16')"
    )
    assert actions == [("create",)]
    for wrong in ("10.20.0.1/16", "a b", "", "http://x", "*", "1.2.3.4.5", "x..y"):
        with pytest.raises(Exception) as raised:
            database.query("SELECT mcp.allow_http_target(%s)", wrong)
        assert raised.value.pgcode == "22023", wrong
    with pytest.raises(Exception) as raised:
        database.query("SELECT mcp.disallow_http_target('never.there')")
    assert raised.value.pgcode == "MC020"
    database.query("SELECT mcp.disallow_http_target('10.20.0.0/16')")

"""The habits of HTTP: methods, types, tags, pages, origins, and who abuses them."""

import gzip
import json

import pytest
from definitions import script_mcp, unique, workflow
from mcpd import Api
from test_http import head, raw, status_of
from test_mcps import assert_problem

NOTHING = "def main():\n    return 1\n"


@pytest.fixture(scope="module")
def mcp(bench):
    return bench.script(NOTHING)


@pytest.mark.parametrize(
    "path, allow",
    [
        ("/context", "GET, HEAD, POST, OPTIONS"),
        ("/context/anything", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("/health", "GET, HEAD, OPTIONS"),
        ("/auth/issue-dev-token", "POST, OPTIONS"),
    ],
)
def test_options_tells_the_methods_to_anybody(mcpd, path, allow):
    answer = Api(mcpd.url).request("OPTIONS", path)
    assert answer.status_code == 204
    assert answer.headers["Allow"] == allow
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_methods_that_no_route_has(mcpd, method):
    received = raw(mcpd, head(mcpd, f"{method} /context HTTP/1.1"))
    assert status_of(received) == 405, received
    assert b"Allow: GET, HEAD, POST, OPTIONS" in received


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/context", "/context/{mcp}", "/workflows/", "/health"])
def test_head_is_as_get_and_its_body_is_empty(api, mcp, path, method):
    path = path.format(mcp=mcp)
    answer = api.request("HEAD", path)
    got = api.get(path)
    assert answer.status_code == got.status_code == 200
    assert answer.content == b""
    assert answer.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*", "application/json;q=0", "image/*;q=0.5"])
def test_an_answer_that_is_not_acceptable(api, accept):
    assert_problem(api.get("/context", headers={"Accept": accept}), 406)


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/*", "text/html, */*;q=0.1", "APPLICATION/JSON", "application/json; q=0.3", "", "application/json;charset=utf-8"],
)
def test_an_answer_that_is_acceptable(api, accept):
    assert api.get("/context", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx"])
def test_a_body_of_another_type(api, kind):
    answer = api.request("POST", "/context", data=b"{}", headers={"Content-Type": kind})
    assert_problem(answer, 415)


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", None, "application/x-www-form-urlencoded"])
def test_a_body_that_can_be_read(api, kind):
    body = json.dumps(script_mcp(unique("typed"), NOTHING))
    answer = api.request("POST", "/context", data=body, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 201, answer.text


def test_what_a_client_has_is_not_sent_again(api, mcp):
    for path in (f"/context/{mcp}", "/context", "/workflows/"):
        first = api.get(path)
        tag = first.headers["ETag"]
        for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
            again = api.get(path, headers={"If-None-Match": known})
            assert again.status_code == 304, (path, known)
            assert again.content == b""
            assert again.headers["ETag"].removeprefix("W/") == tag.removeprefix("W/")
        assert api.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_makes_another_tag(api, bench):
    mcp = bench.script(NOTHING)
    before = api.get(f"/context/{mcp}").headers["ETag"]
    api.put(f"/context/{mcp}", {"description": "another"})
    after = api.get(f"/context/{mcp}", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before


def make_mcp(bench):
    return f"/context/{bench.script(NOTHING)}"


def make_workflow(bench):
    return f"/workflows/{bench.workflow([])}"


@pytest.mark.parametrize("make", [make_mcp, make_workflow])
def test_a_change_of_what_another_has_changed_is_refused(api, bench, make):
    path = make(bench)
    mine = api.get(path).headers["ETag"]
    assert api.put(path, {"description": "his"}, headers={"If-Match": mine}).status_code == 200
    assert_problem(api.put(path, {"description": "mine"}, headers={"If-Match": mine}), 412)
    assert api.get(path).json()["description"] == "his"
    assert api.put(path, {"description": "mine"}, headers={"If-Match": "*"}).status_code == 200
    for strange in ('"x1"', "r1", '"r"', '"r1x"', '"r99999999999"', '""'):
        assert_problem(api.put(path, {"description": "x"}, headers={"If-Match": strange}), 412)


def test_a_change_needs_a_tag_where_that_is_asked_for(make_mcpd):
    strict = make_mcpd(MCP_REQUIRE_IF_MATCH="1").start()
    user = Api(strict.url, strict.key)
    made = user.post("/workflows/", workflow(unique("strict"), [])).json()
    path = f"/workflows/{made['id']}"
    assert_problem(user.put(path, {"description": "x"}), 428)
    tag = user.get(path).headers["ETag"]
    assert user.put(path, {"description": "x"}, headers={"If-Match": tag}).status_code == 200


def test_pages_lead_to_each_other(api, bench):
    tag = unique("paged")
    for _ in range(5):
        body = script_mcp(unique("page"), NOTHING)
        body["tags"] = [tag, "a&b=c d"]
        assert api.post("/context", body).status_code == 201
    seen, path, pages = [], f"/context?limit=2&tag={tag}&query=", 0
    while path:
        answer = api.get(path)
        seen += [one["id"] for one in answer.json()]
        path = answer.links.get("next", {}).get("url")
        pages += 1
    assert len(seen) == len(set(seen)) == 5
    assert pages == 3
    link = api.get("/context", params={"limit": 1, "tag": "a&b=c d"}).links["next"]["url"]
    assert api.get(link).status_code == 200
    assert len(api.get(link).json()) == 1


@pytest.fixture(scope="module")
def long_lists(api, bench):
    """Five of everything that is listed, all of one workflow where it has one."""
    workflow = bench.workflow([])
    fires = "/schedules/paged-0/fires"
    for i in range(5):
        bench.workflow([])
        bench.run(workflow)
        body = {"name": f"paged {i}", "workflow": workflow, "cron": "0 0 1 1 *"}
        assert api.post("/schedules", body).status_code == 201
        assert api.post("/auth/keys", {"name": unique("paged"), "level": "viewer"}).status_code == 201
        assert api.post("/schedules/paged-0/trigger").status_code == 202
    return {
        "/workflows/": "workflow_id",
        f"/workflows/runs/?workflow_id={workflow}": "run_id",
        "/schedules": "schedule_id",
        "/auth/keys": "id",
        "/audit?kind=schedule": "audit_id",
        fires: "scheduled_at",
    }


@pytest.mark.parametrize("place", range(6))
def test_every_list_goes_on_behind_its_last_row(api, long_lists, place):
    path, key = list(long_lists.items())[place]
    everything = [one[key] for one in api.get(path, params={"limit": 500}).json()]
    paged, page, pages = [], path + ("&" if "?" in path else "?") + "limit=2", 0
    while page and pages < len(everything):
        answer = api.get(page)
        assert answer.status_code == 200, answer.text
        paged += [one[key] for one in answer.json()]
        page = answer.links.get("next", {}).get("url")
        pages += 1
        assert page is None or ("after=" in page and "skip=" not in page)
    assert len(everything) >= 5
    assert paged == everything


def test_a_page_behind_is_the_same_whatever_comes_before(api, bench):
    workflow = bench.workflow([])
    runs = [bench.run(workflow)["run_id"] for _ in range(3)][::-1]
    first = api.get("/workflows/runs/", params={"workflow_id": workflow, "limit": 2})
    bench.run(workflow)
    second = api.get(first.links["next"]["url"])
    assert [one["run_id"] for one in first.json() + second.json()] == runs


def test_a_page_behind_nothing_that_can_be_is_refused(api):
    assert_problem(api.get("/context", params={"after": "nonsense"}), 422)


def test_a_long_answer_is_compressed_for_who_takes_it(mcpd, api, mcp):
    plain = api.get("/context?limit=500", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    packed = raw(mcpd, head(mcpd, "GET /context?limit=500 HTTP/1.1", "Accept-Encoding: br, gzip"))
    headers, body = packed.split(b"\r\n\r\n", 1)
    assert b"Content-Encoding: gzip" in headers
    assert b"Vary: Accept-Encoding" in headers
    assert b'ETag: W/"' in headers
    assert gzip.decompress(body) == plain.content
    assert len(body) < len(plain.content) / 2
    for refusal in ("gzip;q=0", "br", "gzipx"):
        headers = {"Accept-Encoding": refusal}
        assert "Content-Encoding" not in api.get("/context?limit=500", headers=headers).headers
    small = api.get("/health", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers


def test_without_configuration_no_origin_is_let_in(api):
    answer = api.get("/context", headers={"Origin": "https://example.com"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_origins_that_are_configured_are_let_in(make_mcpd):
    daemon = make_mcpd(MCP_CORS_ORIGINS="https://one.example, https://two.example").start()
    user = Api(daemon.url, daemon.key)
    for origin in ("https://one.example", "https://two.example"):
        answer = user.get("/context", headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in answer.headers["Vary"]
        preflight = Api(daemon.url).request(
            "OPTIONS", "/context", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        assert preflight.status_code == 204
        assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
        assert "X-API-Key" in preflight.headers["Access-Control-Allow-Headers"]
    for origin in ("https://one.example.evil", "http://one.example", "https://one", "null"):
        answer = user.get("/context", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers
    refused = Api(daemon.url).get("/context", headers={"Origin": "https://one.example"})
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == "https://one.example"


SMUGGLED = b"GET /health HTTP/1.1\r\nHost: test\r\n\r\n"


@pytest.mark.parametrize(
    "headers, body",
    [
        (["Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked", "Content-Length: 5"], b"0\r\n\r\n"),
        (["Content-Length: 0", "Content-Length: 38"], b""),
        (["Content-Length: 5", "Content-Length: 5"], b"12345"),
        (["Content-Length: +5"], b"12345"),
        (["Content-Length: 5, 5"], b"12345"),
        (["Content-Length: -1"], b""),
        (["Content-Length: 0x5"], b"12345"),
        (["Content-Length: 99999999999999999999999"], b""),
        (["Transfer-Encoding: xchunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked, identity"], b"0\r\n\r\n"),
        (["Transfer-Encoding: identity, chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"zz\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"-1\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"fffffffffffffffff\r\n\r\n"),
        (["Transfer-Encoding: chunked"], b"1\r\nab\r\n0\r\n\r\n"),
    ],
)
def test_a_second_request_is_not_smuggled_in_by_the_first(mcpd, headers, body):
    """It is refused, and the connection ends: what follows is not read."""
    request = head(mcpd, "POST /workflows/none/execute HTTP/1.1", *headers).replace(
        b"Connection: close\r\n", b""
    )
    received = sent(mcpd, request + body + SMUGGLED)
    assert b'"database"' not in received, received
    if received:
        assert status_of(received) in (400, 413, 501), received


@pytest.mark.parametrize(
    "request_line, status",
    [
        ("GET /context HTTP/1.1", 200),
        ("GET /context HTTP/2.7", 505),
            ("GET /context", 400),
    ],
)
def test_request_lines(mcpd, request_line, status):
    received = raw(mcpd, head(mcpd, request_line), ends=True)
    if received:
        assert status_of(received) == status, received


def test_a_request_without_a_host_is_refused(mcpd):
    received = raw(mcpd, f"GET /context HTTP/1.1\r\nX-API-Key: {mcpd.key}\r\n\r\n".encode(), ends=True)
    assert status_of(received) == 400


def sent(mcpd, data):
    """What comes back; nothing where the daemon closed before it read all."""
    try:
        return raw(mcpd, data, ends=True)
    except OSError:
        return b""


@pytest.mark.parametrize("size", [40_000, 1_000_000])
def test_headers_past_the_limit_are_refused(mcpd, api, size):
    received = sent(mcpd, head(mcpd, "GET /context HTTP/1.1", "X-Long: " + "x" * size))
    assert not received or status_of(received) == 431
    received = sent(mcpd, head(mcpd, "GET /context?query=" + "x" * size + " HTTP/1.1"))
    assert not received or status_of(received) in (414, 431)
    assert api.get("/context").status_code == 200

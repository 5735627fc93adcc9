"""What clients do by habit: bodies as they come, headers, paths, and deletions by tag."""

import gzip
import json

import pytest
from definitions import script_mcp, unique
from test_http import head, raw, status_of
from test_mcps import assert_problem

NOTHING = "def main():\n    return 1\n"


@pytest.fixture(scope="module")
def mcp(bench):
    return bench.script(NOTHING)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity, gzip"])
def test_a_body_in_a_coding_is_refused(api, coding):
    body = gzip.compress(b"{}") if coding == "gzip" else b"{}"
    answer = api.request("POST", "/context", data=body, headers={"Content-Encoding": coding})
    assert_problem(answer, 415)
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_body_that_is_sent_as_it_is_may_say_so(api):
    body = json.dumps(script_mcp(unique("plain"), NOTHING))
    answer = api.request("POST", "/context", data=body, headers={"Content-Encoding": "Identity"})
    assert answer.status_code == 201, answer.text


def test_a_byte_order_mark_is_passed_over(api):
    body = b"\xef\xbb\xbf" + json.dumps(script_mcp(unique("marked"), NOTHING)).encode()
    assert api.request("POST", "/context", data=body).status_code == 201
    wrong = api.request("POST", "/context", data=b'\xef\xbb\xbf{"name": }')
    assert_problem(wrong, 422)
    assert wrong.json()["detail"].endswith("line 1, column 10")
    nothing = api.request("POST", "/context", data=b"\xef\xbb\xbf")
    assert "the body is empty" in nothing.json()["detail"]
    assert_problem(api.request("POST", "/context", data=b"\xef\xbb"), 422)


def test_of_a_key_that_comes_twice_the_last_counts(api):
    body = json.dumps(script_mcp(unique("last"), NOTHING))
    answer = api.request("POST", "/context", data='{"name": "the first", ' + body[1:])
    assert answer.status_code == 201
    assert answer.json()["name"] == json.loads(body)["name"]


@pytest.mark.parametrize("right", ["*", None])
def test_what_is_deleted_is_not_deleted_in_spite_of_a_tag(api, bench, right):
    for path in (f"/context/{bench.script(NOTHING)}", f"/workflows/{bench.workflow([])}"):
        for wrong in ('"r77"', '"another"', "r1"):
            assert_problem(api.delete(path, headers={"If-Match": wrong}), 412)
        kept = api.get(path)
        assert kept.status_code == 200
        headers = {"If-Match": right or kept.headers["ETag"]}
        assert api.delete(path, headers=headers).status_code == 204


def test_what_has_no_revision_is_not_deleted_by_one(api):
    assert_problem(api.delete("/schedules/any", headers={"If-Match": '"r1"'}), 412)


@pytest.mark.parametrize(
    "headers, code",
    [
        ({"Accept": "text/html;q=0.9, application/json;q=0.1"}, 200),
        ({"Accept": "*/*, application/json;q=0"}, 406),
        ({"Accept": "application/json, */*;q=0"}, 200),
        ({"Accept-Encoding": "identity;q=0"}, 200),
        ({"Range": "bytes=0-10"}, 200),
        ({"Range": "bytes=999999-"}, 200),
        ({"If-Modified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"}, 200),
        ({"If-None-Match": 'W/"r1"'}, 304),
        ({"If-None-Match": '"r9", W/"r1"'}, 304),
        ({"If-None-Match": "r1"}, 200),
        ({"Prefer": "wait=abc"}, 200),
    ],
)
def test_headers_of_a_reader(api, mcp, headers, code):
    answer = api.get(f"/context/{mcp}", headers=headers)
    assert answer.status_code == code
    assert code != 200 or answer.json()["id"] == mcp


@pytest.mark.parametrize("prefer", ["wait=abc", "wait=-1", "return=minimal, wait=5; foo", ""])
def test_a_preference_that_is_not_understood_is_passed_over(api, mcp, prefer):
    answer = api.post(f"/context/{mcp}/execute", {}, headers={"Prefer": prefer})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "path, code",
    [
        ("/context//{mcp}", 404),
        ("/context/{mcp}/", 200),
        ("/context/{encoded}", 200),
        ("/context/a%2Fb", 404),
        ("/context/a%00b", 400),
        ("/context/%ff%fe", 400),
        ("/context/" + "a" * 3000, 404),
        ("/workflows/runs/" + "a" * 3000, 400),
        ("/CONTEXT", 404),
        ("/context?", 200),
        ("/context?&&limit=1&", 200),
        ("/context?colour=1", 200),
    ],
)
def test_paths_and_queries(mcpd, mcp, path, code):
    encoded = "".join(f"%{ord(letter):02x}" for letter in mcp)
    target = path.format(mcp=mcp, encoded=encoded)
    received = raw(mcpd, head(mcpd, f"GET {target} HTTP/1.1"))
    assert status_of(received) == code, received

"""The OpenAPI document and the router, both ways."""

import glob
import json
import os
import re

import answers
import pytest
import requests
from mcpd import Api
from postgres import TOP

ROUTE = re.compile(r'\{HTTP_(GET|POST|PUT|DELETE),\s*"([^"]+)",\s*API_(OPEN|KNOWN)')
NOBODY = "00000000-0000-7000-8000-000000000000"


def routes():
    """(method, path, is open) of each row in the tables of the source."""
    found = set()
    for path in glob.glob(os.path.join(TOP, "daemon/api_*.c")):
        with open(path) as file:
            for method, pattern, access in ROUTE.findall(file.read()):
                for name in ("{id}", "{name}"):
                    pattern = pattern.replace("*", name, 1)
                found.add((method, "/" + pattern, access == "OPEN"))
    return found


@pytest.fixture(scope="module")
def document(mcpd):
    answer = requests.get(mcpd.url + "/openapi.json", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method.upper(), path, operation


def test_the_document_has_every_route_and_no_other(document):
    described = {
        (method, path, operation["security"] == [])
        for method, path, operation in operations(document)
    }
    assert len(described) > 25
    assert described == routes()


def test_every_operation_leads_to_a_handler(mcpd, document):
    """Without credentials: what is closed says so, what is open answers."""
    user = Api(mcpd.url)
    for method, path, operation in operations(document):
        if path.endswith("/events"):
            continue
        answer = user.request(method, path.replace("{id}", NOBODY).replace("{name}", "x"))
        expected = 200 if operation["security"] == [] else 401
        assert answer.status_code == expected, (method, path, answer.text)
        content = operation["responses"]["2XX" if expected == 200 else "default"]["content"]
        assert answer.headers["Content-Type"].split(";")[0] in content, path


def test_the_document_is_openapi_of_its_version(document):
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= document["info"].keys()
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for path, item in document["paths"].items():
        named = [one["name"] for one in item.get("parameters", [])]
        assert named == re.findall(r"\{(\w+)\}", path), path
        assert all(one["in"] == "path" and one["required"] for one in item.get("parameters", []))
    for _, _, operation in operations(document):
        assert "default" in operation["responses"]
        for requirement in operation["security"]:
            assert requirement.keys() <= document["components"]["securitySchemes"].keys()


def test_the_page_names_every_route_and_asks_nobody(mcpd):
    answer = requests.get(mcpd.url + "/docs", timeout=30, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for method, path, _ in routes():
        assert f"<td>{method}</td><td><code>{path}</code></td>" in answer.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)


def test_every_operation_says_what_it_takes_and_answers(document):
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        if method in ("POST", "PUT"):
            (body,) = operation["requestBody"]["content"].values()
            assert "schema" in body, where
        (answer,) = operation["responses"]["2XX"].get("content", {"": {"schema": {}}}).values()
        assert "schema" in answer or path.startswith("/secrets/"), where


def test_nothing_is_described_that_is_no_route():
    with open(os.path.join(TOP, "daemon/openapi/routes.json")) as file:
        described = json.load(file)["routes"]
    named = {f"{method} {re.sub('{[a-z]+}', '*', path[1:])}" for method, path, _ in routes()}
    assert set(described) == named


def test_every_schema_is_one(database, document):
    for name in document["components"]["schemas"]:
        schema = {"components": document["components"], "$ref": f"#/components/schemas/{name}"}
        database.query("SELECT mcp.json_schema_is_valid(%s, '{}')", json.dumps(schema))


def is_taken(database, document, method, path, body):
    """Whether the document lets such a body be sent."""
    content = document["paths"][path][method]["requestBody"]["content"]
    schema = {"components": document["components"], **content["application/json"]["schema"]}
    return database.value("SELECT mcp.json_schema_is_valid(%s, %s)", json.dumps(schema), json.dumps(body))


def test_what_is_applied_is_described(database, document, api):
    mcp = {"name": "Applied", "type": "worker", "config": {}}
    flow = {"name": "Flow", "steps": []}
    nightly = {"name": "Nightly", "workflow": "flow", "cron": "0 3 * * *"}
    body = {"documents": [mcp, flow, nightly, {"name": "Odd", "type": "odd"}], "options": {"dry_run": True}}
    assert is_taken(database, document, "post", "/apply", body)
    answer = api.post("/apply", body)
    assert [one["outcome"] for one in answer.json()] == ["created"] * 3 + ["failed"]
    for bad in ({"name": "x"}, {"name": 1, "steps": []}, {"name": "x", "steps": {}}, 1):
        assert not is_taken(database, document, "post", "/apply", {"documents": [bad]}), bad
    assert not is_taken(database, document, "post", "/apply", {"documents": [], "options": {"odd": 1}})


def test_every_change_is_described(database, document):
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if method == "PUT" and schema:
            assert "$ref" in schema or "properties" in schema, path


@pytest.mark.parametrize(
    "method, path, status, body",
    [
        ("GET", "/context", 200, [{"id": "no uuid"}]),
        ("GET", "/workflows/runs/x", 200, {"status": "ODD"}),
        ("GET", "/workflows/runs/x/gantt", 200, {}),
        ("GET", "/context", 404, {"detail": 1}),
        ("GET", "/nowhere", 200, {}),
    ],
)
def test_an_answer_that_is_not_as_described_is_found(database, document, monkeypatch, method, path, status, body):
    kind = "application/json" if status == 200 else "application/problem+json"
    monkeypatch.setattr(answers, "KEPT", {(method, path, status, json.dumps(body).encode()): kind})
    assert answers.problems(database, document)

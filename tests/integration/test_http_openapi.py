"""The OpenAPI document and the router, both ways."""

import glob
import os
import re

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

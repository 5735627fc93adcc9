"""Search, versions side by side, kinds of MCP, constraints and the audit log."""

import pytest
from definitions import script_mcp, step, unique
from test_mcps import assert_problem


@pytest.fixture(scope="module")
def found(api):
    """Two MCPs of a word that nobody else has, the better match first."""
    word = unique("zebra").replace("-", "")
    first = script_mcp(f"{word} one", "pass")
    second = script_mcp(unique("striped"), "pass")
    second["description"] = f"something about a {word}"
    second["tags"] = ["stripes"]
    ids = [api.post("/context", body).json()["id"] for body in (first, second)]
    return word, ids


def test_search_finds_the_best_first(api, found):
    word, ids = found
    answer = api.get("/context/search", params={"query": word})
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()] == ids
    assert {"name", "slug", "type", "tags", "latest_version_str", "rank"} <= answer.json()[0].keys()


def test_search_is_narrowed_and_goes_on(api, found):
    word, ids = found
    of_tag = api.get("/context/search", params={"query": word, "tag": "stripes"}).json()
    assert [one["id"] for one in of_tag] == ids[1:]
    page = api.get("/context/search", params={"query": word, "limit": 1}).json()
    rest = api.get(
        "/context/search", params={"query": word, "limit": 1, "cursor": page[0]["cursor"]}
    ).json()
    assert [one["id"] for one in page + rest] == ids


@pytest.mark.parametrize("query", ["", "?query=", "?query=%20"])
def test_an_empty_search_is_no_request(api, query):
    assert_problem(api.get("/context/search" + query), 400)
    assert_problem(api.get("/context/search/facets" + query), 400)


def test_facets_count_what_search_finds(api, found):
    word, _ = found
    facets = api.get("/context/search/facets", params={"query": word}).json()
    counts = {(one["facet"], one["value"]): one["count"] for one in facets}
    assert counts["type", "python_script"] == 2
    assert counts["tag", "stripes"] == 1


def test_versions_of_an_mcp_side_by_side(api, bench):
    mcp = bench.script("pass")
    api.post(f"/context/{mcp}/versions", {"version_str": "2.0.0", "config": {"script_content": "print()"}})
    rows = api.get(f"/context/{mcp}/diff", params={"from": "1.0.0", "to": "2.0.0"}).json()
    assert [row["new"] for row in rows if row["path"].endswith("script_content")] == ["print()"]
    assert_problem(api.get(f"/context/{mcp}/diff", params={"from": "1.0.0"}), 422)
    assert_problem(api.get(f"/context/{mcp}/diff", params={"from": "1.0.0", "to": "9.9.9"}), 404)


def test_versions_of_a_workflow_side_by_side(api, bench):
    flow = bench.workflow([])
    api.put(f"/workflows/{flow}", {"description": "another"})
    versions = api.get(f"/workflows/{flow}/versions").json()
    assert [one["version"] for one in versions] == [2, 1]
    rows = api.get(f"/workflows/{flow}/diff", params={"from": 1, "to": 2}).json()
    assert [row["new"] for row in rows if row["path"] == "$.description"] == ["another"]


def test_a_workflow_explains_itself(api, bench):
    flow = bench.workflow([step("s1", bench.script("pass"))])
    rows = api.get(f"/workflows/{flow}/explain").json()
    assert [(row["level"], row["step_id"]) for row in rows] == [(1, "s1")]


def test_kinds_and_constraints_are_listed(api):
    assert "python_script" in [one["type"] for one in api.get("/types").json()]
    assert api.get("/constraints").json() == []


def test_the_audit_log_is_read_in_pages(api, bench):
    mcp = bench.script("pass")
    rows = api.get("/audit", params={"kind": "mcp", "object": mcp}).json()
    assert [row["action"] for row in rows] == ["create"]
    assert api.get("/audit", params={"limit": 1}).links["next"]
    assert_problem(api.get("/audit", params={"since": "yesterday noon or so"}), 422)


def test_a_document_is_tried_without_making_anything(api, bench):
    flow = {"name": unique("tried"), "steps": [{"step_id": "a", "name": "A", "mcp_id": "nobody-knows"}]}
    answer = api.post("/workflows/validate", flow)
    assert answer.status_code == 200
    assert [(one["path"], one["rule"]) for one in answer.json()] == [("$.steps[0].mcp_id", "unknown_mcp")]
    assert api.post("/workflows/validate", {**flow, "steps": []}).json() == []
    made = {"name": unique("tried"), "type": "llm_prompt", "initial_config": {"template": "x"}}
    assert api.post("/context/validate", made).json() == []
    assert api.post("/context/validate", {**made, "colour": 1}).json()[0]["path"] == "$.colour"
    assert api.get("/context", params={"query": made["name"]}).json() == []


def test_constraints_and_kinds_come_and_go(api):
    name = unique("policy")
    body = {"name": name, "policy": {"max_workflow_steps": 3}, "description": "short ones"}
    made = api.post("/constraints", body)
    assert made.status_code == 201, made.text
    changed = api.put(f"/constraints/{name}", {"is_enabled": False})
    assert changed.status_code == 200 and changed.json()["is_enabled"] is False
    assert api.delete(f"/constraints/{name}").status_code == 204
    assert api.delete(f"/constraints/{name}").status_code == 404
    kind = {"type": "greeting", "executor": "worker", "config_schema": {"type": "object"}}
    made = api.post("/types", kind)
    assert made.status_code == 201, made.text
    assert "greeting" in [one["type"] for one in api.get("/types").json()]
    assert api.delete("/types/greeting").status_code == 204


def test_workers_are_listed(api):
    (worker,) = api.get("/workers").json()
    assert worker["is_alive"] is True

"""MCPs over HTTP: every route of /context, and how each says no."""

import uuid

import pytest
from definitions import ECHO, join_workflow, script_mcp, step, unique, workflow

DETAIL_KEYS = {
    "id",
    "name",
    "slug",
    "type",
    "description",
    "tags",
    "created_at",
    "updated_at",
    "latest_version_str",
    "latest_version_config",
}
ROW_KEYS = DETAIL_KEYS - {"created_at", "latest_version_config"}


@pytest.fixture
def echo(api):
    answer = api.post("/context", script_mcp(unique("echo"), ECHO))
    assert answer.status_code == 201, answer.text
    return answer.json()


def assert_problem(answer, status, code=None):
    """The body of every error, as COMPAT has it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    assert problem["status"] == status
    assert isinstance(problem["detail"], str)
    if code is not None:
        assert problem["code"] == code
    return problem


def test_create_answers_the_mcp_in_full(echo):
    assert DETAIL_KEYS <= set(echo)
    assert echo["type"] == "python_script"
    assert echo["latest_version_str"] == "1.0.0"
    assert echo["latest_version_config"]["script_content"] == ECHO
    assert echo["tags"] == ["test"]
    uuid.UUID(echo["id"])


def test_config_is_another_word_for_initial_config(api):
    body = script_mcp(unique("config"), ECHO)
    body["config"] = body.pop("initial_config")
    answer = api.post("/context/", body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["latest_version_config"]["script_content"] == ECHO


def test_version_string_has_a_default(api):
    body = script_mcp(unique("default"), ECHO)
    del body["initial_version_str"]
    assert api.post("/context", body).json()["latest_version_str"] == "0.1.0"


def test_get_takes_id_and_slug(api, echo):
    by_id = api.get(f"/context/{echo['id']}")
    by_slug = api.get(f"/context/{echo['slug']}/")
    assert by_id.status_code == by_slug.status_code == 200
    assert by_id.json() == by_slug.json() == echo


@pytest.mark.parametrize("name", [str(uuid.uuid4()), "no-such-mcp", "not%20an%20id", "%F0%9F%8E%89"])
def test_unknown_or_malformed_id_is_not_found(api, name):
    assert_problem(api.get(f"/context/{name}"), 404)
    assert_problem(api.put(f"/context/{name}", {"name": "other"}), 404)
    assert_problem(api.delete(f"/context/{name}"), 404)


def test_list_is_a_bare_array_that_pages(api, echo):
    for number in range(3):
        body = script_mcp(f"paged {number}", ECHO)
        body["tags"] = ["paging"]
        assert api.post("/context", body).status_code == 201
    everything = api.get("/context?tag=paging").json()
    assert [row["name"] for row in everything]
    assert len(everything) == 3
    assert ROW_KEYS <= set(everything[0])
    first = api.get("/context?tag=paging&limit=2").json()
    rest = api.get("/context?tag=paging&skip=2&limit=2").json()
    assert first + rest == everything


def test_list_filters_by_type_and_text(api, echo):
    assert api.get("/context?type=llm_prompt").json() == []
    found = api.get("/context", params={"query": echo["name"]}).json()
    assert echo["id"] in [row["id"] for row in found]
    assert api.get("/context?query=nothinglikethis").json() == []


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "skip=-1", "skip=x"])
def test_list_refuses_a_page_out_of_bounds(api, query):
    assert_problem(api.get(f"/context?{query}"), 422)


def test_update_changes_what_is_given_and_keeps_the_rest(api, echo):
    answer = api.put(f"/context/{echo['id']}", {"description": "changed"})
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert changed["description"] == "changed"
    assert changed["name"] == echo["name"]
    assert changed["tags"] == echo["tags"]
    assert changed["updated_at"] > echo["updated_at"]


@pytest.mark.parametrize(
    "changes", [{"name": "ab"}, {"tags": "x"}, {"description": "x" * 501}, {"unknown": 1}]
)
def test_update_refuses_what_breaks_a_rule(api, echo, changes):
    problem = assert_problem(api.put(f"/context/{echo['id']}", changes), 422)
    assert problem["errors"]
    assert api.get(f"/context/{echo['id']}").json() == echo


def test_delete_takes_it_away(api, echo):
    answer = api.delete(f"/context/{echo['id']}")
    assert answer.status_code == 204
    assert answer.content == b""
    assert_problem(api.get(f"/context/{echo['id']}"), 404, "MC020")


def test_delete_is_refused_while_a_workflow_uses_it(api, echo, bench):
    flow = bench.workflow([step("s1", echo["slug"])])
    problem = assert_problem(api.delete(f"/context/{echo['id']}"), 409, "MC021")
    assert "workflow" in problem["detail"]
    assert api.delete(f"/context/{echo['id']}?force=true").status_code == 204
    assert api.get(f"/context/{echo['id']}").status_code == 404
    assert api.get(f"/workflows/{flow}").status_code == 200


def broken(**changes):
    body = script_mcp("a good name", ECHO)
    body.update(changes)
    return body


@pytest.mark.parametrize(
    "body, path",
    [
        (broken(name="ab"), "$.name"),
        (broken(name="x" * 101), "$.name"),
        (broken(name=7), "$.name"),
        (broken(type="no_such_type"), "$.type"),
        (broken(description="x" * 501), "$.description"),
        (broken(tags=["x", 7]), "$.tags[1]"),
        (broken(tags="x"), "$.tags"),
        (broken(colour="red"), "$.colour"),
        (broken(initial_config={}), "$.initial_config"),
        (broken(initial_config={"script_content": 7}), "$.initial_config.script_content"),
        (
            broken(initial_config={"script_content": "x", "timeout": 59}),
            "$.initial_config.timeout",
        ),
        (
            broken(initial_config={"script_content": "x", "colour": 1}),
            "$.initial_config.colour",
        ),
        (
            broken(initial_config={"script_content": "x", "type": "llm_prompt"}),
            "$.initial_config.type",
        ),
        (
            broken(type="llm_prompt", initial_config={"template": "x", "temperature": 1.5}),
            "$.initial_config.temperature",
        ),
        (
            broken(type="ai_assistant", initial_config={}),
            "$.initial_config.system_prompt",
        ),
        (
            broken(type="ai_assistant", initial_config={"system_prompt": "x", "tool_choice": "y"}),
            "$.initial_config.tool_choice",
        ),
    ],
)
def test_create_names_the_path_of_what_is_wrong(api, body, path):
    problem = assert_problem(api.post("/context", body), 422, "MC001")
    assert path in [error["path"] for error in problem["errors"]], problem["errors"]
    for error in problem["errors"]:
        assert {"path", "rule", "message", "hint"} <= set(error)


def test_create_lists_every_problem_at_once(api):
    body = broken(name="ab", tags=7, initial_config={"script_content": "x", "timeout": 1})
    problem = assert_problem(api.post("/context", body), 422)
    assert {error["path"] for error in problem["errors"]} >= {
        "$.name",
        "$.tags",
        "$.initial_config.timeout",
    }


@pytest.mark.parametrize("body", [b"", b"{", b"[1,2]", b'"text"', b"\xff\xfe", b'{"a":1}x'])
def test_create_refuses_a_body_that_is_no_object(api, body):
    answer = api.request(
        "POST", "/context", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422), answer.text
    assert_problem(answer, answer.status_code)


def test_a_name_may_be_taken_twice_but_never_a_slug(api, echo):
    second = api.post("/context", script_mcp(echo["name"], ECHO))
    assert second.status_code == 201, second.text
    assert second.json()["name"] == echo["name"]
    assert second.json()["slug"] != echo["slug"]


def test_versions_are_listed_newest_first(api, echo):
    base = f"/context/{echo['id']}/versions"
    for version in ("1.10.0", "1.9.0"):
        body = {"version_str": version, "config": {"script_content": f"# {version}"}}
        answer = api.post(base, body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["version_str"] == version
    listed = [row["version_str"] for row in api.get(base).json()]
    assert sorted(listed) == ["1.0.0", "1.10.0", "1.9.0"]
    assert listed[-1] == "1.0.0"


def test_a_version_can_be_read_and_not_be_made_twice(api, echo):
    base = f"/context/{echo['slug']}/versions"
    body = {"version_str": "2.0.0", "config": {"script_content": "# two"}}
    assert api.post(base, body).status_code == 201
    assert_problem(api.post(base, body), 409, "23505")
    one = api.get(f"{base}/2.0.0")
    assert one.status_code == 200, one.text
    assert one.json()["config"]["script_content"] == "# two"
    assert_problem(api.get(f"{base}/3.0.0"), 404, "MC020")
    latest = api.get(f"/context/{echo['id']}").json()
    assert latest["latest_version_str"] == "2.0.0"


def test_a_version_is_checked_like_a_new_mcp(api, echo):
    body = {"version_str": "2.0.0", "config": {"script_content": 7}}
    problem = assert_problem(api.post(f"/context/{echo['id']}/versions", body), 422)
    assert [error["path"] for error in problem["errors"]] == ["$.config.script_content"]
    assert_problem(api.post("/context/no-such-mcp/versions", body), 404, "MC020")


def test_a_path_that_is_no_route_is_not_found(api):
    assert_problem(api.get("/nowhere"), 404)

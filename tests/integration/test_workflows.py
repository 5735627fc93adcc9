"""Workflows over HTTP: create, read, change, delete, and how each says no."""

import uuid

import pytest
from definitions import (
    ECHO,
    output_of,
    static,
    step,
    unique,
    workflow,
    workflow_input,
)
from test_mcps import assert_problem

KEYS = {
    "workflow_id",
    "name",
    "description",
    "execution_mode",
    "error_handling",
    "steps",
    "created_at",
    "updated_at",
}


@pytest.fixture(scope="module")
def echo(bench):
    return bench.script(ECHO)


@pytest.fixture
def flow(api, echo):
    body = workflow(unique("flow"), [step("s1", echo, input_string=static("x"))])
    answer = api.post("/workflows/", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_create_answers_the_workflow(flow, echo):
    assert KEYS <= set(flow)
    assert flow["execution_mode"] == "sequential"
    assert flow["error_handling"]["strategy"] == "Stop on Error"
    (only,) = flow["steps"]
    assert only["step_id"] == "s1"
    assert only["mcp_id"] == echo
    assert only["inputs"]["input_string"]["value"] == "x"


def test_step_ids_are_made_where_none_are_given(api, echo):
    steps = [step("x", echo, input_string=static("x")) for _ in range(2)]
    for one in steps:
        del one["step_id"]
    answer = api.post("/workflows", workflow(unique("flow"), steps))
    assert answer.status_code == 201, answer.text
    made = [one["step_id"] for one in answer.json()["steps"]]
    assert len(set(made)) == 2 and all(made)


def test_get_takes_id_and_slug(api, flow):
    assert api.get(f"/workflows/{flow['workflow_id']}").json() == flow
    assert api.get(f"/workflows/{flow['slug']}/").json() == flow


def test_unknown_is_not_found_and_malformed_is_a_bad_request(api):
    for method in ("GET", "DELETE"):
        assert_problem(api.request(method, f"/workflows/{uuid.uuid4()}"), 404, "MC020")
        assert_problem(api.request(method, "/workflows/no-such-workflow"), 404, "MC020")
        assert_problem(api.request(method, "/workflows/not%20an%20id"), 400)


def test_list_pages(api, flow):
    everything = api.get("/workflows/").json()
    assert isinstance(everything, list)
    assert flow["workflow_id"] in [row["workflow_id"] for row in everything]
    assert KEYS <= set(everything[0])
    assert api.get("/workflows?skip=1&limit=1").json() == everything[1:2]
    assert_problem(api.get("/workflows/?limit=501"), 422)


def test_update_replaces_what_is_given(api, flow):
    answer = api.put(f"/workflows/{flow['workflow_id']}", {"description": "changed"})
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert changed["description"] == "changed"
    assert changed["steps"] == flow["steps"]
    assert changed["workflow_id"] == flow["workflow_id"]


def test_update_is_checked_as_a_whole(api, flow, echo):
    loop = [step("a", echo, ["b"]), step("b", echo, ["a"])]
    changes = {"execution_mode": "parallel", "steps": loop}
    assert_problem(api.put(f"/workflows/{flow['workflow_id']}", changes), 422, "MC003")
    assert api.get(f"/workflows/{flow['workflow_id']}").json() == flow
    assert_problem(api.put(f"/workflows/{uuid.uuid4()}", changes), 404)


def test_delete_takes_it_away(api, flow):
    assert api.delete(f"/workflows/{flow['workflow_id']}").status_code == 204
    assert_problem(api.get(f"/workflows/{flow['workflow_id']}"), 404, "MC020")
    assert_problem(api.delete(f"/workflows/{flow['workflow_id']}"), 404, "MC020")


def test_an_unknown_mcp_in_a_step_is_refused(api):
    body = workflow(unique("flow"), [step("s1", str(uuid.uuid4()))])
    answer = api.post("/workflows/", body)
    assert answer.status_code in (404, 422), answer.text
    problem = assert_problem(answer, answer.status_code, "MC002")
    assert problem["errors"][0]["path"] == "$.steps[0].mcp_id"


BROKEN = {
    "no name": ({"name": None}, "$.name"),
    "a mode that is none": ({"execution_mode": "both"}, "$.execution_mode"),
    "a strategy that is none": (
        {"error_handling": {"strategy": "Hope"}},
        "$.error_handling.strategy",
    ),
    "a key that is none": ({"colour": "red"}, "$.colour"),
    "steps that are no list": ({"steps": {}}, "$.steps"),
    "a step that is no object": ({"steps": [7]}, "$.steps[0]"),
}


@pytest.mark.parametrize("changes, path", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_workflow_is_refused_with_its_path(api, echo, changes, path):
    body = workflow(unique("flow"), [step("s1", echo)])
    body.update(changes)
    problem = assert_problem(api.post("/workflows/", body), 422)
    assert path in [error["path"] for error in problem["errors"]], problem["errors"]


def with_input(source):
    return lambda mcp: [step("s1", mcp, input_string=static("x")), step("s2", mcp, x=source)]


BROKEN_STEPS = {
    "a null value": (with_input(static(None)), "MC001", "$.steps[1].inputs.x.value"),
    "an input without key": (
        with_input({"source_type": "workflow_input"}),
        "MC001",
        "$.steps[1].inputs.x.workflow_input_key",
    ),
    "a source that is none": (
        with_input({"source_type": "hope"}),
        "MC001",
        "$.steps[1].inputs.x.source_type",
    ),
    "an output of a step that is none": (
        with_input(output_of("s9", "y")),
        "MC002",
        "$.steps[1].inputs.x.source_step_id",
    ),
    "a step waiting for itself": (
        lambda mcp: [step("s1", mcp, ["s1"])],
        "MC003",
        "$.steps[0].depends_on[0]",
    ),
    "the same step id twice": (
        lambda mcp: [step("s1", mcp), step("s1", mcp)],
        "MC001",
        "$.steps[1].step_id",
    ),
    "a later step in sequential mode": (
        lambda mcp: [step("s1", mcp, ["s2"]), step("s2", mcp)],
        "MC002",
        "$.steps[0].depends_on[0]",
    ),
}


@pytest.mark.parametrize("steps, code, path", BROKEN_STEPS.values(), ids=BROKEN_STEPS.keys())
def test_a_broken_step_is_refused_with_its_path(api, echo, steps, code, path):
    problem = assert_problem(api.post("/workflows/", workflow(unique("flow"), steps(echo))), 422)
    assert path in [error["path"] for error in problem["errors"]], problem["errors"]
    assert problem["code"] == code


def test_an_unknown_version_is_refused(api, echo):
    one = step("s1", echo)
    one["mcp_version_id"] = "9.9.9"
    answer = api.post("/workflows/", workflow(unique("flow"), [one]))
    problem = assert_problem(answer, 422, "MC002")
    assert problem["errors"][0]["path"] == "$.steps[0].mcp_version_id"


def test_a_loop_is_named_by_its_members(api, echo):
    steps = [step("a", echo, ["c"]), step("b", echo, ["a"]), step("c", echo, ["b"])]
    body = workflow(unique("flow"), steps, "parallel")
    problem = assert_problem(api.post("/workflows/", body), 422, "MC003")
    assert all(name in problem["detail"] for name in ('"a"', '"b"', '"c"')), problem


def test_nothing_is_kept_of_what_was_refused(api, echo):
    name = unique("refused")
    assert api.post("/workflows/", workflow(name, [step("s1", echo, ["s1"])])).status_code == 422
    assert name not in [row["name"] for row in api.get("/workflows/?limit=500").json()]

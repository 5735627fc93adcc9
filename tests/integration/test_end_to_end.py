"""The old service's own end-to-end test: create, run, compare, delete."""

from definitions import CONCAT, ECHO, join_workflow, script_mcp


def test_three_steps_join_a_string(api):
    echo = api.post("/context", script_mcp("Echo script", ECHO))
    assert echo.status_code == 201, echo.text
    concat = api.post("/context", script_mcp("Concat script", CONCAT))
    assert concat.status_code == 201, concat.text
    echo_id, concat_id = echo.json()["id"], concat.json()["id"]

    created = api.post("/workflows/", join_workflow("Join", echo_id, concat_id))
    assert created.status_code == 201, created.text
    workflow_id = created.json()["workflow_id"]

    answer = api.post(
        f"/workflows/{workflow_id}/execute",
        {"initial_inputs": {"initial_message": "HelloFromTest"}},
    )
    assert answer.status_code == 200, answer.text
    run = answer.json()
    assert run["status"] == "SUCCESS", run
    assert run["final_outputs"] == {
        "concatenated_string": "HelloFromTest-suffix-from-static"
    }
    assert run["error_message"] is None
    assert run["workflow_id"] == workflow_id
    assert run["run_id"] == run["execution_id"]
    assert [step["step_id"] for step in run["step_results"]] == ["s1", "s2", "s3"]
    assert {step["status"] for step in run["step_results"]} == {"SUCCESS"}
    assert run["step_results"][0]["inputs_used"] == {"input_string": "HelloFromTest"}
    assert run["step_results"][1]["outputs_generated"] == {
        "output_string": "-suffix-from-static"
    }
    assert run["step_results"][2]["inputs_used"] == {
        "string1": "HelloFromTest",
        "string2": "-suffix-from-static",
    }

    assert api.delete(f"/workflows/{workflow_id}").status_code == 204
    assert api.delete(f"/context/{echo_id}").status_code == 204
    assert api.delete(f"/context/{concat_id}").status_code == 204
    assert api.get(f"/workflows/{workflow_id}").status_code == 404

    again = api.get(f"/workflows/runs/{run['run_id']}")
    assert again.status_code == 200, again.text
    assert again.json() == run

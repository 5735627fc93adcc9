"""Definitions that the tests are made of, as COMPAT shows them."""

import itertools

ECHO = """\
import json, sys
with open(sys.argv[1]) as file:
    inputs = json.load(file)
with open(sys.argv[2], "w") as file:
    json.dump({"success": True,
               "result": {"output_string": inputs["input_string"]},
               "error": None}, file)
"""

CONCAT = """\
def main(string1, string2):
    return {"concatenated_string": string1 + string2}
"""

_numbers = itertools.count(1)


def unique(word):
    return f"{word}-{next(_numbers)}"


def script_mcp(name, content, **config):
    return {
        "name": name,
        "type": "python_script",
        "description": "made by a test",
        "tags": ["test"],
        "initial_version_str": "1.0.0",
        "initial_config": {**({"script_content": content} if content else {}), **config},
    }


def workflow_input(key):
    return {"source_type": "workflow_input", "workflow_input_key": key}


def static(value):
    return {"source_type": "static_value", "value": value}


def output_of(step_id, name):
    return {
        "source_type": "step_output",
        "source_step_id": step_id,
        "source_output_name": name,
    }


def step(step_id, mcp_id, depends_on=(), **inputs):
    return {
        "step_id": step_id,
        "name": f"Step {step_id}",
        "mcp_id": mcp_id,
        "depends_on": list(depends_on),
        "inputs": inputs,
    }


def workflow(name, steps, execution_mode="sequential", **error_handling):
    return {
        "name": name,
        "description": None,
        "execution_mode": execution_mode,
        "error_handling": {"strategy": "Stop on Error", **error_handling},
        "steps": steps,
    }


def join_workflow(name, echo, concat):
    """COMPAT's example: echo a message, echo a suffix, join the two."""
    return workflow(
        name,
        [
            step("s1", echo, input_string=workflow_input("initial_message")),
            step("s2", echo, input_string=static("-suffix-from-static")),
            step(
                "s3",
                concat,
                depends_on=["s1", "s2"],
                string1=output_of("s1", "output_string"),
                string2=output_of("s2", "output_string"),
            ),
        ],
    )


class Workbench:
    """Creates definitions over HTTP and insists that it worked."""

    def __init__(self, api):
        self.api = api

    def script(self, content, **config):
        """The id of a new python_script MCP."""
        answer = self.api.post("/context", script_mcp(unique("script"), content, **config))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def workflow(self, steps, execution_mode="sequential", **error_handling):
        """The id of a new workflow."""
        body = workflow(unique("workflow"), steps, execution_mode, **error_handling)
        answer = self.api.post("/workflows/", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["workflow_id"]

    def call(self, mcp, inputs=None):
        """What executing one MCP answers."""
        answer = self.api.post(f"/context/{mcp}/execute", inputs or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def run(self, workflow_id, inputs=None):
        """The run of a workflow that was waited for."""
        answer = self.api.post(f"/workflows/{workflow_id}/execute", inputs)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start(self, workflow_id, inputs=None):
        """The id of a run that nobody waits for."""
        answer = self.api.post(
            f"/workflows/{workflow_id}/execute",
            inputs,
            headers={"Prefer": "respond-async"},
        )
        assert answer.status_code == 202, answer.text
        return answer.headers["Location"].rstrip("/").rsplit("/", 1)[1]

    def get_run(self, run_id):
        answer = self.api.get(f"/workflows/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

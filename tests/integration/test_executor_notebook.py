"""jupyter_notebook: real notebooks in real kernels, inside of the sandbox."""

import json
import os
import subprocess
import sys

import pytest
import requests
from definitions import step, unique
from mcpd import sandbox_level

pytestmark = pytest.mark.skipif(
    "sandbox_level() != 'standard'", reason="a kernel has no sockets in the basic sandbox"
)

PROGRAM = os.path.join(os.path.dirname(__file__), "../../daemon/notebook/program.py")


@pytest.fixture(scope="module")
def mcpd(make_mcpd, tmp_path_factory):
    daemon = make_mcpd()
    notebooks = os.path.join(daemon.folder, "notebooks")
    os.mkdir(notebooks)
    os.chmod(notebooks, 0o755)
    daemon.settings["MCP_NOTEBOOKS_DIR"] = notebooks
    return daemon.start()


def code(source, tags=()):
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells, **metadata):
    cells = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}


def notebook_mcp(content, **config):
    return {
        "name": unique("notebook"),
        "type": "jupyter_notebook",
        "initial_config": {"notebook_content": content, **config},
    }


@pytest.fixture(scope="module")
def make(api):
    def create(*cells, **config):
        answer = api.post("/context", notebook_mcp(notebook(*cells), **config))
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return create


@pytest.fixture(scope="module")
def call(bench):
    """What is recorded of one execution, a failed one too."""

    def execute(mcp, inputs=None):
        answer = bench.call(mcp, inputs)
        (recorded,) = bench.get_run(answer["run_id"])["step_results"]
        return {**answer, **recorded, "result": recorded["outputs_generated"]}

    return execute


@pytest.fixture(scope="module")
def run(call, make):
    """Runs a notebook of these cells."""

    def execute(*cells, inputs=None, **config):
        return call(make(*cells, **config), inputs)

    return execute


def streams(answer, cell):
    outputs = answer["result"]["results"][str(cell)]["outputs"]
    return "".join(o["text"] for o in outputs if o["output_type"] == "stream")


def test_inputs_are_variables_before_the_first_cell(run):
    inputs = {"word": "Grüße 🎉 'x' {y}", "number": 12345678901234567890, "list": [1, None, {"a": 2.5}]}
    answer = run("result = [word, number, list]", inputs=inputs)
    assert answer["success"] is True, answer
    assert answer["result"]["result"] == [inputs["word"], inputs["number"], inputs["list"]]


def test_the_result_has_each_cell_and_what_they_said(run):
    answer = run(text("# head"), "print('one')", "x = 40", "x + 2")
    assert answer["success"] is True, answer
    assert answer["result"]["output"] == "one\n42\n"
    assert answer["stdout"] == "one\n"
    assert list(answer["result"]["results"]) == ["1", "2", "3"]
    assert answer["result"]["results"]["3"] == {
        "execution_count": 3,
        "outputs": [
            {
                "output_type": "execute_result",
                "data": {"text/plain": "42"},
                "metadata": {},
                "execution_count": 3,
            }
        ],
    }
    assert 0 <= answer["result"]["execution_time"] < 60
    assert "result" not in answer["result"]


def test_inputs_win_over_a_cell_tagged_parameters(run):
    defaults = code("size = 1\ncolour = 'red'", tags=["parameters"])
    answer = run("before = size", defaults, "result = [before, size, colour]", inputs={"size": 7})
    assert answer["result"]["result"] == [7, 7, "red"]
    assert list(answer["result"]["results"]) == ["0", "1", "2"]


def test_an_input_that_names_no_variable_is_refused(run):
    answer = run("pass", inputs={"a b": 1, "class": 2, "fine": 3})
    assert answer["success"] is False
    assert answer["error"].endswith("no names of one: a b, class")
    assert answer["error_class"] == "inputs"


def test_only_the_cells_that_are_named_are_run(run):
    answer = run("a = 1", "a = 2", text("words"), "result = a", cells_to_execute=[0, 3])
    assert answer["result"]["result"] == 1
    assert list(answer["result"]["results"]) == ["0", "3"]


def test_a_cell_that_is_not_there_is_named(run):
    answer = run("pass", cells_to_execute=[0, 4])
    assert answer["success"] is False
    assert answer["error"] == "cells_to_execute names cell 4: the notebook has 1, counted from 0"
    assert answer["error_class"] == "refused"


def test_an_error_names_the_cell_and_keeps_what_ran_before(run):
    answer = run("print('one')", "two = 2\ntwo", "\n# why\n1 / 0", "print('never')")
    assert answer["success"] is False
    assert answer["error"] == "Cell 2 (`# why`) failed: ZeroDivisionError: division by zero"
    assert answer["error_class"] == "script_error"
    assert streams(answer, 0) == "one\n"
    assert list(answer["result"]["results"]) == ["0", "1", "2"]
    assert answer["result"]["results"]["2"]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert "division by zero" in answer["stderr"]
    assert "\x1b" not in answer["stderr"]


def test_a_cell_that_takes_too_long_is_a_timeout(run):
    answer = run("print('quick')", "while True:\n    pass", cell_timeout=1)
    assert answer["success"] is False
    assert answer["error"] == "Cell 1 (`while True:`) took longer than 1 s"
    assert answer["error_class"] == "timeout"
    assert streams(answer, 0) == "quick\n"


def test_the_time_of_all_cells_is_limited(bench, make):
    mcp = make("print('quick')", "import time", "time.sleep(100)", "print('never')")
    limited = {**step("s", mcp), "timeout_seconds": 4}
    done = bench.run(bench.workflow([limited]))
    result = done["step_results"][0]
    assert done["status"] == "FAILED"
    assert result["error_class"] == "timeout"
    assert "4" in result["error"]


def test_a_kernel_that_kills_itself_is_a_failure(run):
    answer = run("print('alive')", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert answer["success"] is False
    assert answer["error"] == "Cell 1 (`import os, signal`): the kernel died of signal 9 (SIGKILL)"
    assert answer["error_class"] == "killed"
    assert streams(answer, 0) == "alive\n"


def test_a_cell_that_kills_the_program_is_a_failure(run):
    answer = run("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)")
    assert answer["success"] is False
    assert answer["error_class"] == "killed"


def test_a_cell_that_ends_the_kernel_is_a_failure(run):
    answer = run("import os\nos._exit(3)")
    assert answer["success"] is False
    assert "the kernel ended with code 3" in answer["error"]


def test_an_image_is_kept_as_base64(run):
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    answer = run(
        f"import base64\nfrom IPython.display import Image\nImage(base64.b64decode('{png}'))"
    )
    (output,) = answer["result"]["results"]["0"]["outputs"]
    assert output["data"]["image/png"].strip() == png


def test_an_image_over_the_limit_is_left_out_and_said(run):
    answer = run(
        "from IPython.display import Image\n"
        "Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(3_000_000), format='png')"
    )
    assert answer["success"] is True, answer
    (output,) = answer["result"]["results"]["0"]["outputs"]
    assert "image/png" not in output["data"]
    assert "[image/png left out:" in output["data"]["text/plain"]


def test_huge_output_is_cut_and_the_rest_is_kept(run):
    answer = run(
        "print('first')\nfor _ in range(20000):\n    print('x' * 1000)", "print('after')"
    )
    assert answer["success"] is True, answer["error"]
    said = streams(answer, 0)
    assert said.startswith("first\nxxx")
    assert said.endswith("[cut: over 262144 bytes]\n")
    assert len(said) < 263000
    assert streams(answer, 1) == "after\n"
    assert len(answer["stdout"]) < 70000


def test_many_outputs_end_at_the_limit_of_all(run):
    answer = run(
        "from IPython.display import display\nfor _ in range(60):\n"
        "    display({'text/plain': 'y' * 100_000}, raw=True)",
        "result = 'done'",
    )
    assert answer["success"] is True, answer["error"]
    assert answer["result"]["result"] == "done"
    assert len(json.dumps(answer["result"]["results"])) < 5_000_000


def test_what_jsonb_cannot_hold_is_replaced(run):
    answer = run("print('a\\x00b')", "result = {'nul': 'a\\x00b', 'half': '\\ud800'}")
    assert answer["success"] is True, answer["error"]
    assert streams(answer, 0) == "a\ufffdb\n"


def test_a_result_that_is_no_number_is_a_failure(run):
    answer = run("result = float('nan')")
    assert answer["success"] is False
    assert answer["error"].startswith("The variable `result` is no JSON: ValueError")


def test_a_notebook_may_be_a_file_and_use_what_lies_beside_it(mcpd, api, call):
    folder = os.path.join(mcpd.settings["MCP_NOTEBOOKS_DIR"], "deep")
    os.mkdir(folder)
    with open(os.path.join(folder, "beside.py"), "w") as file:
        file.write("ANSWER = 42\n")
    with open(os.path.join(folder, "a.ipynb"), "w") as file:
        json.dump(notebook("import beside", "result = beside.ANSWER"), file)
    config = {"notebook_path": "deep/a.ipynb"}
    body = {"name": unique("file"), "type": "jupyter_notebook", "initial_config": config}
    mcp = api.post("/context", body).json()["id"]
    answer = call(mcp)
    assert answer["success"] is True, answer
    assert answer["result"]["result"] == 42


def test_a_path_out_of_the_folder_is_refused(mcpd, api, call):
    os.symlink("/etc/passwd", os.path.join(mcpd.settings["MCP_NOTEBOOKS_DIR"], "out.ipynb"))
    config = {"notebook_path": "out.ipynb"}
    body = {"name": unique("file"), "type": "jupyter_notebook", "initial_config": config}
    answer = call(api.post("/context", body).json()["id"])
    assert answer["success"] is False
    assert "leads out of the directory of MCP_NOTEBOOKS_DIR" in answer["error"]
    assert answer["error_class"] == "refused"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"cells": 5}', "It is no notebook"),
        ("no json", "It is no notebook"),
        (notebook("1", kernelspec={"name": "ir", "language": "R"}), "only Python notebooks"),
    ],
)
def test_what_cannot_be_run_is_refused(api, call, content, complaint):
    mcp = api.post("/context", notebook_mcp(content)).json()["id"]
    answer = call(mcp)
    assert answer["success"] is False
    assert complaint in answer["error"]
    assert answer["error_class"] == "refused"


def test_a_notebook_reaches_neither_network_nor_daemon(mcpd, run):
    answer = run(
        "import glob, os, socket\n"
        "reached = {}\n"
        "def attempt(name, act):\n"
        "    try:\n"
        "        reached[name] = repr(act())\n"
        "    except OSError:\n"
        "        pass\n",
        "attempt('tcp', lambda: socket.create_connection((host, port), 2))\n"
        "attempt('metadata', lambda: socket.create_connection(('169.254.169.254', 80), 1))\n"
        "attempt('log', lambda: open(folder + '/log').read())\n"
        "attempt('shadow', lambda: open('/etc/shadow').read())\n"
        "attempt('write', lambda: open('/usr/x', 'w'))\n"
        "attempt('ptrace', lambda: os.kill(daemon, 0))\n",
        "result = [reached, dict(os.environ)]",
        inputs={
            "host": "127.0.0.1",
            "port": mcpd.port,
            "folder": mcpd.folder,
            "daemon": mcpd.process.pid,
        },
    )
    assert answer["success"] is True, answer
    reached, environment = answer["result"]["result"]
    assert reached == {}
    assert mcpd.key not in str(environment)
    assert "DATABASE_URL" not in environment


def test_processes_of_a_notebook_end_with_it(bench, make):
    mcp = make("import subprocess\nchild = subprocess.Popen(['sleep', '1000'])\nresult = child.pid")
    assert bench.call(mcp)["success"] is True


def artifact_of(api, answer, **options):
    path = f"/workflows/runs/{answer['run_id']}/artifacts/{answer['step_id']}"
    return api.get(path, **options)


def test_the_executed_notebook_is_kept_and_served(api, run):
    answer = run(text("# head"), "print(word)", inputs={"word": "kept"})
    listed = api.get(f"/workflows/runs/{answer['run_id']}/artifacts").json()
    assert [(a["name"], a["attempt"]) for a in listed] == [("notebook.ipynb", 1)]
    got = artifact_of(api, answer, headers={"Accept": "application/x-ipynb+json"})
    assert got.status_code == 200, got.text
    assert got.headers["Content-Type"] == "application/x-ipynb+json"
    assert got.headers["Content-Disposition"] == 'attachment; filename="notebook.ipynb"'
    assert listed[0]["size"] == len(got.content)
    injected, head, cell = got.json()["cells"]
    assert injected["metadata"]["tags"] == ["injected-parameters"]
    assert injected["source"] == "# Parameters\nword = 'kept'"
    assert head["source"] == "# head"
    assert cell["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "kept\n"}]
    known = artifact_of(api, answer, headers={"If-None-Match": got.headers["ETag"]})
    assert known.status_code == 304


def test_the_notebook_of_a_failure_is_kept_too(api, run):
    answer = run("print('one')", "1 / 0", "print('never')")
    cells = artifact_of(api, answer, params={"attempt": 1}).json()["cells"]
    assert [bool(cell["outputs"]) for cell in cells] == [True, True, False]


def test_the_notebook_of_a_timeout_is_kept_too(api, bench, make):
    mcp = make("print('quick')", "import time\ntime.sleep(100)")
    flow = bench.workflow([{**step("s", mcp), "timeout_seconds": 12}])
    done = bench.run(flow)
    result = done["step_results"][0]
    assert result["error"] == "Notebook execution timed out after 12 seconds, in: Cell 1 (`import time`)"
    assert result["outputs_generated"]["output"] == "quick\n"
    cells = api.get(f"/workflows/runs/{done['run_id']}/artifacts/s").json()["cells"]
    assert cells[0]["outputs"][0]["text"] == "quick\n"


def test_who_may_not_read_runs_gets_no_artifact(mcpd, api, database, run):
    answer = run("pass")
    path = f"/workflows/runs/{answer['run_id']}/artifacts/{answer['step_id']}"
    assert requests.get(mcpd.url + path, timeout=10).status_code == 401
    for scopes, code in ([["get_artifact"], 200], [["list_artifacts", "get_run"], 403]):
        make = "SELECT mcp.create_api_key(%s, level => 'viewer', scopes => %s)"
        key = database.value(make, unique("key"), scopes)["key"]
        answered = requests.get(mcpd.url + path, headers={"X-API-Key": key}, timeout=10)
        assert answered.status_code == code, answered.text
    assert artifact_of(api, {**answer, "step_id": "none"}).status_code == 404
    assert artifact_of(api, {**answer, "run_id": "x"}).status_code == 400
    assert artifact_of(api, answer, params={"attempt": "0"}).status_code in (400, 422)


def test_missing_packages_are_named(tmp_path):
    """-S: an interpreter that finds nothing that was installed."""
    answer = tmp_path / "output.json"
    with open(PROGRAM) as file:
        program = file.read()
    command = ["/usr/bin/python3", "-S", "-B", "-c", program, "task.json", "n.ipynb", str(answer)]
    subprocess.run(command, cwd=tmp_path, check=True, stderr=sys.stderr)
    said = json.loads(answer.read_text())
    assert said["outcome"] == "unavailable"
    assert "python3-nbclient and python3-ipykernel" in said["error"]

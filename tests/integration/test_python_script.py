"""python_script: each of the ways in which a script gives its result."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from definitions import script_mcp, unique
from gates import is_running
from mcpd import sandbox_level
from test_mcps import assert_problem
from waiting import wait_for


def test_main_returns_the_result(bench):
    answer = bench.call(bench.script("def main(a, b=2):\n    return [a, b]\n"), {"a": 1})
    assert answer["success"] is True
    assert answer["result"] == [1, 2]
    assert answer["error"] is None


def test_an_output_file_is_the_result(bench):
    script = (
        "import json, sys\n"
        "inputs = json.load(open(sys.argv[1]))\n"
        'json.dump({"success": True, "result": inputs, "error": None}, open(sys.argv[2], "w"))\n'
    )
    inputs = {"text": "Grüße 🎉", "list": [1, None, {"x": 2.5}], "big": 12345678901234567890}
    assert bench.call(bench.script(script), inputs)["result"] == inputs


def test_an_output_file_can_say_that_it_failed(bench):
    script = (
        "import json, sys\n"
        'json.dump({"success": False, "result": None, "error": "no luck"}, open(sys.argv[2], "w"))\n'
    )
    answer = bench.call(bench.script(script))
    assert answer["success"] is False
    assert answer["error"] == "no luck"


def test_the_last_json_line_of_stdout_is_the_result(bench):
    script = 'print("{\\"a\\": 1}")\nprint("{\\"a\\": 2}")\nprint("done")\n'
    answer = bench.call(bench.script(script))
    assert answer["success"] is True
    assert answer["result"] == {"a": 2}
    assert "done" in answer["stdout"]


def test_stdout_is_the_result_where_no_line_is_json(bench):
    answer = bench.call(bench.script('print("just words")\n'))
    assert answer["success"] is True
    assert answer["result"].strip() == "just words"


def test_an_exit_code_is_a_failure_that_keeps_the_output(bench):
    script = 'import sys\nprint("before")\nprint("why", file=sys.stderr)\nsys.exit(3)\n'
    answer = bench.call(bench.script(script))
    assert answer["success"] is False
    assert answer["error"].startswith("Script execution failed with code 3. Stderr: ")
    assert "why" in answer["error"]
    assert answer["stdout"] == "before\n"
    assert answer["stderr"] == "why\n"


def test_an_exception_is_a_failure_with_its_traceback(bench):
    answer = bench.call(bench.script('def main():\n    raise ValueError("boom")\n'))
    assert answer["success"] is False
    assert "ValueError: boom" in answer["stderr"]


def test_what_a_script_relies_on_at_its_end_happens(bench):
    """Threads end, atexit runs, objects in loops are finalised, files are flushed."""
    script = (
        "import atexit, json, sys, threading, time\n"
        "class Ring:\n"
        "    def __init__(self):\n"
        "        self.me = self\n"
        "    def __del__(self):\n"
        "        print('finalised')\n"
        "ring = Ring()\n"
        "atexit.register(print, 'registered')\n"
        "threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()\n"
        "json.kept = open(sys.argv[2], 'w')\n"
        'json.kept.write(\'{"success": true, "result": 7}\')\n'
    )
    for end in ("", "sys.exit(0)\n", "sys.exit()\n"):
        answer = bench.call(bench.script(script + end))
        assert answer["result"] == 7
        assert answer["stdout"].split() == ["thread", "registered", "finalised"]


def test_an_exit_with_a_text_is_a_failure_that_says_it(bench):
    answer = bench.call(bench.script("import sys\nsys.exit('no such planet')\n"))
    assert answer["success"] is False
    assert answer["error"].startswith("Script execution failed with code 1. Stderr: ")
    assert answer["stderr"] == "no such planet\n"


def test_a_death_by_signal_is_a_failure(bench):
    script = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    answer = bench.call(bench.script(script))
    assert answer["success"] is False
    assert answer["error"]


def test_long_output_is_cut_and_says_so(bench):
    script = 'print("x" * 300000)\n'
    answer = bench.call(bench.script(script))
    assert answer["success"] is True
    assert 60000 < len(answer["stdout"]) < 70000
    assert "x" * 1000 in answer["stdout"]
    assert answer["stdout"].count("x") <= 65536


def test_output_that_is_no_text_is_kept_all_the_same(bench):
    script = (
        "import sys\n"
        'sys.stdout.buffer.write(b"\\xff\\x00abc")\n'
        "sys.stdout.flush()\n"
        "sys.exit(1)\n"
    )
    answer = bench.call(bench.script(script))
    assert answer["success"] is False
    assert "abc" in answer["stdout"]


def test_the_environment_tells_of_the_task_and_of_nothing_else(bench, mcpd):
    script = "import os\ndef main():\n    return dict(os.environ)\n"
    environment = bench.call(bench.script(script))["result"]
    private = ("MCP_", "DATABASE", "PG", "POSTGRES", "REDIS", "ANTHROPIC", "OPENAI")
    assert {name for name in environment if name.startswith(private)} <= {
        "MCP_RUN_ID",
        "MCP_STEP_ID",
        "MCP_ATTEMPT",
        "MCP_IDEMPOTENCY_TOKEN",
    }
    assert mcpd.key not in str(environment)


def test_the_interpreter_is_the_system_s_own_program(bench):
    """The library of the same version runs the same bytecode a sixth slower."""
    script = (
        "import os, subprocess, sys\n"
        "def main():\n"
        "    child = subprocess.run(['/usr/bin/env'], capture_output=True, text=True)\n"
        "    return [os.readlink('/proc/self/exe'), open('/proc/self/maps').read(),\n"
        "            sys.executable, list(os.environ), child.stdout]\n"
    )
    answer = bench.call(bench.script(script))
    assert answer["success"] is True, answer["error"]
    program, maps, executable, names, environment = answer["result"]
    assert program == os.path.realpath("/usr/bin/python3")
    assert executable == "/usr/bin/python3"
    assert "libpython" not in maps
    assert "LD_PRELOAD" not in names
    assert "LD_PRELOAD" not in environment


def test_each_attempt_has_a_directory_of_its_own(bench):
    script = (
        "import os\n"
        "def main():\n"
        '    open("left-behind", "x").close()\n'
        "    return os.getcwd()\n"
    )
    mcp = bench.script(script)
    first = bench.call(mcp)
    second = bench.call(mcp)
    assert first["success"] and second["success"], (first, second)
    assert first["result"] != second["result"]
    assert not os.path.exists(first["result"])


def test_what_a_sandboxed_script_gets_is_never_on_disk(bench, mcpd):
    if sandbox_level() != "standard":
        pytest.skip("without a root of its own a script works in a directory of the host")
    before = os.stat(mcpd.work).st_mtime_ns
    answer = bench.call(bench.script("import os\ndef main(a):\n    return sorted(os.listdir())\n"), {"a": 1})
    assert answer["result"] == ["input.json", "script.py", "task.json"]
    assert os.stat(mcpd.work).st_mtime_ns == before


def test_a_script_below_the_scripts_directory_runs(bench, mcpd):
    path = os.path.join(mcpd.scripts, "add.py")
    with open(path, "w") as file:
        file.write("def main(a, b):\n    return a + b\n")
    os.chmod(path, 0o644)
    mcp = path_mcp(bench, "add.py")
    assert bench.call(mcp, {"a": 1, "b": 2})["result"] == 3


@pytest.mark.parametrize("path", ["../log", "/etc/hostname", "a/../../b.py", ""])
def test_a_path_that_leads_outside_is_no_definition(bench, path):
    answer = bench.api.post("/context", path_definition(path))
    problem = assert_problem(answer, 422, "MC001")
    assert problem["errors"][0]["path"] == "$.initial_config.script_path"


@pytest.mark.parametrize("path", ["missing.py", "link.py", "."])
def test_a_path_that_turns_out_to_lead_outside_is_refused(bench, mcpd, path):
    link = os.path.join(mcpd.scripts, "link.py")
    if not os.path.islink(link):
        os.symlink("/etc/hostname", link)
    answer = bench.call(path_mcp(bench, path))
    assert answer["success"] is False
    assert answer["error"]
    assert answer["stdout"] in (None, "")


def path_definition(path):
    body = script_mcp(unique("path"), "")
    body["initial_config"] = {"script_path": path}
    return body


def path_mcp(bench, path):
    answer = bench.api.post("/context", path_definition(path))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_grandchild_dies_with_its_attempt(bench):
    script = (
        "import subprocess\n"
        "def main(name):\n"
        '    child = subprocess.Popen([name, "1000"], executable="/bin/sleep")\n'
        "    return child.poll()\n"
    )
    name = unique("grandchild")
    answer = bench.call(bench.script(script), {"name": name})
    assert answer["success"] is True, answer
    wait_for(lambda: not is_running(name), "the grandchild to end")


def test_many_at_once_all_succeed(bench):
    mcp = bench.script("def main(n):\n    return n * n\n")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: bench.call(mcp, {"n": n}), range(24)))
    assert [answer["result"] for answer in answers] == [n * n for n in range(24)]

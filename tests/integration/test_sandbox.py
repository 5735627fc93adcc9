"""Scripts that try to get out, at everybody, or at all there is.

Each is a real script in attacks/.  It tells what it reached: None where it
reached nothing.  After each of them the daemon serves.
"""

import os
import socket
import time
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from definitions import Workbench, static, step, unique
from gates import is_running
from mcpd import Api, Mcpd, sandbox_level
from waiting import wait_for

ATTACKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacks")

pytestmark = pytest.mark.skipif(
    "sandbox_level() != 'standard'", reason="this machine refuses namespaces"
)


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    return make_mcpd(MCP_SANDBOX_MEMORY="512", MCP_SANDBOX_DISK="64").start()


@pytest.fixture(scope="module")
def attack(bench):
    """Runs a script of attacks/ as an MCP; returns the answer."""
    made = {}

    def run(script, **inputs):
        if script not in made:
            made[script] = bench.script(read(script))
        return bench.call(made[script], inputs)

    return run


@pytest.fixture(autouse=True)
def the_daemon_lives(mcpd, api, bench):
    yield
    assert mcpd.process.poll() is None, mcpd.log()
    assert api.get("/health").json()["database"] == "ok"
    assert bench.call(bench.script("def main():\n    return 'alive'\n"))["result"] == "alive"


def read(script):
    with open(os.path.join(ATTACKS, script + ".py")) as file:
        return file.read()


def assert_held(answer):
    """It failed, or it came to its end and had reached nothing."""
    assert not answer["success"] or answer["result"] is None, answer


def test_a_fork_bomb_is_contained(attack):
    assert_held(attack("fork_bomb"))


def test_two_fork_bombs_at_once_are_contained(attack):
    with ThreadPoolExecutor(2) as pool:
        for answer in pool.map(lambda _: attack("fork_bomb"), range(2)):
            assert_held(answer)


def test_a_memory_bomb_hits_its_limit(attack):
    answer = attack("memory_bomb")
    assert answer["success"] is False
    assert "MemoryError" in answer["stderr"] or "of memory together" in answer["error"]


def test_the_memory_of_all_processes_counts(attack):
    answer = attack("memory_in_eight_processes")
    assert answer["success"] is False
    assert "more than 512 MiB of memory together" in answer["error"]


@pytest.mark.parametrize("name", ["memfd_hoard", "big_file", "many_files", "inode_flood"])
def test_what_it_stores_is_limited(attack, name):
    answer = attack(name)
    assert answer["success"] is False, answer


def test_a_gigabyte_of_stdout_is_cut(attack):
    answer = attack("gigabyte_of_stdout")
    assert answer["success"] is True
    assert len(answer["stdout"]) < 70000


def test_sleeping_through_term_does_not_help(bench, api):
    token = unique("deaf")
    mcp = bench.script(read("sleep_through_term"))
    run_id = bench.start(bench.workflow([step("s1", mcp, name=static(token))]))
    wait_for(lambda: is_running(token), "the script to begin")
    assert api.post(f"/workflows/runs/{run_id}/cancel").status_code in (200, 202)
    wait_for(lambda: not is_running(token), "the script to end")


@pytest.mark.parametrize("name", ["leave_the_session", "hold_the_pipe"])
def test_nothing_outlives_it(attack, name):
    token = unique("orphan")
    start = time.monotonic()
    assert attack(name, name=token)["success"] is True
    assert time.monotonic() - start < 30
    wait_for(lambda: not is_running(token), "what it left to end")


def test_files_of_others_are_not_there(attack, mcpd):
    pid = mcpd.process.pid
    secret = os.path.join(mcpd.folder, "secret.env")
    with open(secret, "w") as file:
        file.write("MCP_API_KEY=x\n")
    os.chmod(secret, 0o644)
    paths = ["/etc/shadow", "/etc/hostname", "/root/.bashrc", secret, mcpd.log_path]
    paths += [f"/proc/{pid}/{name}" for name in ("environ", "mem", "maps", "fd/0", "cmdline")]
    assert_held(attack("read_files", paths=paths))
    assert_held(attack("list_directories", paths=["/home", "/root", "/var", "/srv"]))


def test_other_tasks_are_not_there(attack, mcpd):
    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            answers = list(
                pool.map(lambda _: attack("list_directories", paths=[mcpd.work, "/tmp"]), range(3))
            )
            for answer in answers:
                # The way to its own directory is all that there is.
                assert not any(name.startswith("mcp-") for name in answer["result"] or ()), answer


def test_what_earlier_tasks_were_given_is_not_in_its_memory(attack, bench):
    """A sandbox is made while others run, and by a process that has heard of them."""
    marker = unique("marker")
    tell = bench.script("def main(text):\n    return text\n")
    for _ in range(6):
        bench.call(tell, {"text": marker + "-tail"})
        answer = attack("search_own_memory", backwards=marker[::-1])
        assert answer["success"] is True
        assert answer["result"] is None


def test_processes_of_others_are_not_there(attack, mcpd):
    assert_held(attack("see_processes"))
    assert_held(attack("signal_others", pids=[mcpd.process.pid, os.getpid(), os.getppid()]))
    assert_held(attack("read_the_keeper"))


def test_nobody_can_be_reached(attack, mcpd, database):
    url = urllib.parse.urlsplit(database.url)
    ports = [url.port or 5432, mcpd.port, 6379, 80]
    tcp = [["127.0.0.1", port] for port in ports] + [["169.254.169.254", 80], ["8.8.8.8", 53]]
    unix = ["/tmp/.s.PGSQL.5432", "/run/postgresql/.s.PGSQL.5432", "/var/run/docker.sock", "/dev/log"]
    assert_held(attack("connect", tcp=tcp, unix=unix))
    answer = attack("make_socket")
    assert answer["success"] is True
    assert answer["result"] is None


def test_an_abstract_socket_is_out_of_reach(attack):
    name = uuid.uuid4().hex
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + name)
        server.listen()
        assert_held(attack("abstract_socket", name=name))


@pytest.mark.parametrize("name", ["system_calls", "gain_privileges", "look_at_the_environment",
                                  "inherit_descriptors"])
def test_it_has_no_power(attack, name):
    answer = attack(name)
    assert answer["success"] is True, answer
    assert answer["result"] is None, answer


def test_another_architecture_ends_it(attack):
    answer = attack("other_architecture")
    assert answer["success"] is False
    assert "signal" in answer["error"]


def test_the_system_cannot_be_written(attack, mcpd):
    paths = ["/", "/usr", "/usr/lib", "/etc", "/bin", "/proc", "/sys", "/dev", "/var", mcpd.scripts,
             mcpd.folder]
    assert_held(attack("write_outside", paths=paths))
    answer = attack("kernel_settings")
    assert answer["success"] is True
    assert answer["result"] is None


def test_the_directory_has_no_way_out(attack, mcpd):
    assert_held(attack("leave_the_directory", target=mcpd.log_path))


@pytest.mark.parametrize(
    "body",
    [
        'import os; os.mkfifo(sys.argv[2])',
        'import os; os.symlink("/etc/passwd", sys.argv[2])',
        'import os; os.symlink("/dev/zero", sys.argv[2])',
        'import os; os.mkdir(sys.argv[2])',
        'import os; os.mknod(sys.argv[2], 0o20600, os.makedev(1, 5))',
        'open(sys.argv[2], "w").truncate(1 << 40)',
        'open(sys.argv[2], "w").truncate(60 << 20)',
        'open(sys.argv[2], "w").write("x" * (60 << 20))',
        'open(sys.argv[2], "w").write("[" * 100000)',
        'open(sys.argv[2], "w").write("1e131071")',
    ],
)
def test_an_answer_that_is_a_trap_is_refused(bench, body):
    answer = bench.call(bench.script("import sys\n" + body + "\n"))
    assert answer["success"] is False, answer


def test_a_forged_answer_on_stdout_does_not_count(bench):
    script = (
        "import json, sys\n"
        'json.dump({"success": False, "result": None, "error": "honest"}, open(sys.argv[2], "w"))\n'
        'print(json.dumps({"success": True, "result": "forged", "error": None}))\n'
    )
    answer = bench.call(bench.script(script))
    assert answer["success"] is False
    assert answer["error"] == "honest"


def test_a_task_leaves_no_trace_for_the_next(bench):
    """Neither modules nor memory nor files of the one before."""
    first = (
        "import json, os, builtins\n"
        "def main():\n"
        "    json.loads = lambda *_: 'poisoned'\n"
        "    builtins.poison = 1\n"
        "    os.environ['POISON'] = '1'\n"
        "    open('/tmp/poison', 'w').close()\n"
        "    open('/dev/shm/poison', 'w').close()\n"
    )
    second = (
        "import json, os, builtins\n"
        "def main():\n"
        "    return [json.loads('[]'), hasattr(builtins, 'poison'), 'POISON' in os.environ,\n"
        "            os.listdir('/dev/shm'), os.path.exists('/tmp/poison')]\n"
    )
    assert bench.call(bench.script(first))["success"] is True
    assert bench.call(bench.script(second))["result"] == [[], False, False, [], False]


def test_random_numbers_differ_between_tasks(bench):
    mcp = bench.script("import random, uuid, os\ndef main():\n    return [random.random(), str(uuid.uuid4())]\n")
    seen = [tuple(bench.call(mcp)["result"]) for _ in range(3)]
    assert len({one[0] for one in seen}) == 3
    assert len({one[1] for one in seen}) == 3


@pytest.fixture
def lonely(server):
    """A daemon whose steps nobody else could run."""
    database = server.create("test_sandbox_lonely")
    daemon = Mcpd(database.url).start()
    yield daemon
    if daemon.process is not None:
        daemon.kill()
    daemon.clean()
    server.drop("test_sandbox_lonely")


def test_a_killed_daemon_takes_its_tasks_along(lonely):
    bench = Workbench(Api(lonely.url, lonely.key))
    token = unique("victim")
    mcp = bench.script(
        "import subprocess\ndef main(name):\n"
        '    subprocess.run([name, "1000"], executable="/bin/sleep")\n'
    )
    bench.start(bench.workflow([step("s1", mcp, name=static(token))]))
    wait_for(lambda: is_running(token), "the child to begin")
    lonely.kill()
    wait_for(lambda: not is_running(token), "the child to end")


def test_ordinary_work_is_not_in_the_way(bench):
    """What scripts do all day works behind all the locks."""
    script = (
        "import concurrent.futures, multiprocessing, os, sqlite3, subprocess, tempfile, threading\n"
        "def square(n):\n    return n * n\n"
        "def main():\n"
        "    with multiprocessing.Pool(2) as pool:\n"
        "        squares = pool.map(square, range(4))\n"
        "    with concurrent.futures.ThreadPoolExecutor(4) as pool:\n"
        "        squares += pool.map(square, range(2))\n"
        "    with tempfile.NamedTemporaryFile('w') as file:\n"
        "        file.write('x')\n"
        "    lock = multiprocessing.Lock()\n"
        "    with lock:\n"
        "        said = subprocess.check_output(['sh', '-c', 'ls /usr | wc -l; nproc'], text=True)\n"
        "    base = sqlite3.connect('base.db')\n"
        "    base.execute('CREATE TABLE t (a)')\n"
        "    base.commit()\n"
        "    return [squares, len(said.split()), os.getcwd() == os.environ['HOME']]\n"
    )
    answer = bench.call(bench.script(script))
    assert answer["success"] is True, answer
    assert answer["result"] == [[0, 1, 4, 9, 0, 1], 2, True]

"""Steps that show themselves, and wait until they are let through.

A script in its sandbox can neither write where a test could look nor tell its
number; what anybody can see is the name that it gives to a process.  It sees in
turn what lies beside a script of the scripts directory.
"""

import os

SCRIPT = """\
import os, subprocess, time
def main(gate):
    with subprocess.Popen([gate, "1000"], executable="/bin/sleep") as sign:
        while not os.path.exists(gate):
            time.sleep(0.02)
        sign.kill()
    return "through"
"""


def write_script(mcpd):
    """The script_path of a step that waits at the gate it is given."""
    with open(os.path.join(mcpd.scripts, "gate.py"), "w") as file:
        file.write(SCRIPT)
    return "gate.py"


def open_gate(gate):
    with open(gate, "w"):
        pass


def is_running(name):
    """Whether there is a process, of anybody, that was started by this name."""
    return any(first_argument(pid) == name for pid in os.listdir("/proc") if pid.isdigit())


def first_argument(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().split(b"\0")[0].decode()
    except OSError:
        return None

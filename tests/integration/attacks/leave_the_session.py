"""Two forks and a session of its own, to live on."""
import os
import subprocess


def main(name):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            subprocess.Popen([name, "1000"], executable="/bin/sleep")
        os._exit(0)
    os.wait()
    return None

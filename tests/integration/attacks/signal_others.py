"""Ends whom it can."""
import os
import signal


def main(pids):
    hit = []
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue
        hit.append(pid)
    return hit or None

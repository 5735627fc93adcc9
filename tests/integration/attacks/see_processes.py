"""Looks for a process that is not its own."""
import os


def main():
    strangers = []
    for pid in os.listdir("/proc"):
        if not pid.isdigit() or int(pid) in (1, os.getpid()):
            continue
        strangers.append(int(pid))
    return strangers or None

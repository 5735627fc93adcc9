"""Becomes somebody else, or runs a program that would."""
import os
import subprocess


def main():
    gained = []
    for become in (os.setuid, os.setgid):
        try:
            become(0)
            gained.append(become.__name__)
        except OSError:
            pass
    for program in ("/usr/bin/su", "/usr/bin/passwd", "/usr/bin/newgrp", "/usr/bin/mount"):
        if not os.path.exists(program):
            continue
        probe = f"grep ^CapEff /proc/self/status; exec {program} --version"
        said = subprocess.run(["sh", "-c", probe], capture_output=True, text=True, check=False)
        if "CapEff:\t0000000000000000" not in said.stdout:
            gained.append([program, said.stdout])
    with open("/proc/self/status") as file:
        status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
    for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh"):
        if int(status[name], 16) != 0:
            gained.append([name, status[name]])
    if status["NoNewPrivs"] != "1" or status["Seccomp"] != "2":
        gained.append("no lock")
    return gained or None

"""Leaves a process that holds both streams."""
import subprocess


def main(name):
    subprocess.Popen([name, "1000"], executable="/bin/sleep")
    return None

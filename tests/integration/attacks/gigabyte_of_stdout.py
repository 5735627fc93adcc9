"""Prints more than anybody wants to keep."""
import os


def main():
    line = b"x" * 65535 + b"\n"
    for _ in range(16384):
        os.write(1, line)
    return None

"""Descriptors that were not meant for it."""
import os


def main():
    return [fd for fd in range(3, 512) if is_open(fd)] or None


def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True

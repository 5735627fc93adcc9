"""Looks for other tasks and their files."""
import os


def main(paths):
    own = os.path.basename(os.getcwd())
    found = []
    for path in paths:
        try:
            found += [name for name in os.listdir(path) if name != own]
        except OSError:
            pass
    return found or None

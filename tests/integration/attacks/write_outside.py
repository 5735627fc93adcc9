"""Writes where the system lies, and where nobody looks."""
import os


def main(paths):
    written = []
    for path in paths:
        try:
            with open(os.path.join(path, "attack"), "w") as file:
                file.write("x")
        except OSError:
            continue
        written.append(path)
    return written or None

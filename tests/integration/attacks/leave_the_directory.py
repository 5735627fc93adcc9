"""Reaches out by link, hard link and parents."""
import os


def main(target):
    reached = []
    for name, make in (("symbolic", os.symlink), ("hard", os.link)):
        try:
            make(target, name)
            with open(name) as file:
                reached.append([name, file.read(20)])
        except OSError:
            pass
    try:
        with open("../" * 20 + target.lstrip("/")) as file:
            reached.append(["parents", file.read(20)])
    except OSError:
        pass
    return reached or None

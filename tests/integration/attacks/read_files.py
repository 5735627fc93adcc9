"""Reads what is none of its business."""


def main(paths):
    found = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                found.append([path, len(file.read(100))])
        except OSError:
            pass
    return found or None

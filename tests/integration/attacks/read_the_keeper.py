"""Reads the process that looks after it."""


def main():
    read = []
    for name in ("environ", "mem", "maps", "fd/0", "root/etc", "cwd"):
        try:
            with open(f"/proc/1/{name}", "rb") as file:
                file.read(1)
        except OSError:
            continue
        read.append(name)
    return read or None

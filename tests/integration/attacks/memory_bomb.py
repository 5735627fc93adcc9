"""Takes memory and writes to it."""


def main():
    hoard = []
    for _ in range(400):
        hoard.append(bytearray(b"x" * (16 << 20)))
    return f"{len(hoard) * 16} MiB"

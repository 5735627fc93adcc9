"""Only makes a socket: some families need no more to do harm."""
import socket


def main():
    made = []
    for family in range(2, 46):
        for kind in (1, 2, 3):
            try:
                socket.socket(family, kind).close()
            except OSError:
                continue
            made.append([family, kind])
    return made or None

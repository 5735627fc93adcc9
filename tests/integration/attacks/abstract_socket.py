"""Reaches a socket that has no path."""
import socket


def main(name):
    with socket.socket(socket.AF_UNIX) as tube:
        tube.connect("\0" + name)
    return "connected"

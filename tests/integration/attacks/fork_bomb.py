"""Forks until there is no room; what it got is told."""
import os


def main():
    count = 0
    try:
        while count < 5000:
            if os.fork() == 0:
                while True:
                    os.fork()
            count += 1
    except OSError:
        return None
    return f"{count} forks"

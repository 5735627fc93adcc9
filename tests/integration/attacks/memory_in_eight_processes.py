"""Takes little in each of many processes."""
import os
import time


def main():
    for _ in range(8):
        if os.fork() == 0:
            hoard = [bytearray(b"x" * (16 << 20)) for _ in range(25)]
            time.sleep(20)
            os._exit(len(hoard) & 1)
    time.sleep(15)
    return "3200 MiB in eight processes"

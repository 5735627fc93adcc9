"""Waiting for what is to come, and never for a time that should do."""

import time


def wait_for(condition, what, seconds=30):
    """The first true value that the condition gives; fails naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)

"""What it was told that it should not know."""
import os


def main():
    known = {"PATH", "LANG", "HOME", "TMPDIR", "LC_CTYPE"}
    return sorted(set(os.environ) - known) or None

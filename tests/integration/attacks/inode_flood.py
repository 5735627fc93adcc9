"""Makes files with nothing in them."""
import os


def main():
    for number in range(2000000):
        os.close(os.open(f"empty-{number}", os.O_CREAT | os.O_WRONLY))
    return "two million files"

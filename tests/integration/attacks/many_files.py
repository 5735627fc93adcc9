"""Writes many large files."""


def main():
    for number in range(64):
        with open(f"file-{number}", "wb") as file:
            for _ in range(64):
                file.write(b"x" * (1 << 20))
    return "4 GiB in files"

"""Looks for what an earlier task was given in all the memory that it has itself."""


def main(backwards):
    wanted = backwards[::-1].encode()
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(number, 16) for number in place.split("-"))
            try:
                memory.seek(start)
                text = memory.read(end - start)
            except OSError:
                continue
            found += text.count(wanted + b"-tail")
    return found or None

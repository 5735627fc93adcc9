"""Changes what /proc and /sys let root change."""


def main():
    changed = []
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname",
                 "/proc/sysrq-trigger", "/proc/self/oom_score_adj"):
        try:
            with open(path, "w") as file:
                file.write("-1000")
        except OSError:
            continue
        changed.append(path)
    return changed or None

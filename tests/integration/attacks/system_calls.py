"""Asks the kernel for what a script has no use for."""
import ctypes
import os

CALLS = {
    "ptrace": (101, 16, 1, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0),
    "prlimit of another": (302, 1, 7, 0, 0),
    "affinity of another": (203, 1, 8, 0),
    "priority of a user": (141, 2, 0, 0),
    "unshare of users": (272, 0x10000000),
    "unshare of mounts": (272, 0x00020000),
    "clone of users": (56, 0x10000000 | 17, 0, 0, 0, 0),
    "setns": (308, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "umount": (166, 0, 0),
    "pivot_root": (155, 0, 0),
    "chroot": (161, 0),
    "io_uring_setup": (425, 8, 0),
    "bpf": (321, 0, 0, 0),
    "userfaultfd": (323, 0),
    "keyctl": (250, 0, -3, 1),
    "add_key": (248, 0, 0, 0, 0, -3),
    "perf_event_open": (298, 0, 0, -1, -1, 0),
    "clock_settime": (227, 0, 0),
    "settimeofday": (164, 0, 0),
    "sethostname": (170, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0),
    "init_module": (175, 0, 0, 0),
    "reboot": (169, 0, 0, 0, 0),
    "memfd_create": (319, 0, 0),
    "memfd_secret": (447, 0),
    "shmget": (29, 0, 1 << 30, 0o1600),
    "msgget": (68, 0, 0o1600),
    "mq_open": (240, 0, 0x42, 0o600, 0),
    "open_by_handle_at": (304, 0, 0, 0),
    "fanotify_init": (300, 0, 0),
    "pidfd_getfd": (438, 0, 0, 0),
    "kcmp": (312, 1, 1, 0, 0, 0),
    "seccomp": (317, 0, 0, 0),
    "personality": (135, 0x0008),
    "quotactl": (179, 0, 0, 0, 0),
    "swapon": (167, 0, 0),
    "acct": (163, 0),
}
REFUSALS = {1, 38, 97}


def main():
    libc = ctypes.CDLL(None, use_errno=True)
    passed = []
    for name, (number, *arguments) in CALLS.items():
        ctypes.set_errno(0)
        result = libc.syscall(*[ctypes.c_long(word) for word in (number, *arguments)])
        if name == "clone of users" and result == 0:
            os._exit(0)
        if result != -1 or ctypes.get_errno() not in REFUSALS:
            passed.append([name, result, ctypes.get_errno()])
    return passed or None

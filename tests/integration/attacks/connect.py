"""Opens a connection of any kind to anybody."""
import socket


def attempt(family, kind, address, protocol=0):
    with socket.socket(family, kind, protocol) as tube:
        tube.settimeout(2)
        tube.connect(address)


def main(tcp, unix):
    open_doors = []
    tries = [(socket.AF_INET, socket.SOCK_STREAM, (host, port)) for host, port in tcp]
    tries += [(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53))]
    tries += [(socket.AF_INET6, socket.SOCK_STREAM, ("::1", port)) for _, port in tcp]
    tries += [(socket.AF_UNIX, socket.SOCK_STREAM, path) for path in unix]
    tries += [(socket.AF_NETLINK, socket.SOCK_RAW, (0, 0))]
    tries += [(socket.AF_VSOCK, socket.SOCK_STREAM, (2, 1))]
    tries += [(socket.AF_PACKET, socket.SOCK_RAW, ("lo", 0))]
    tries += [(socket.AF_INET, socket.SOCK_RAW, ("127.0.0.1", 0), socket.IPPROTO_ICMP)]
    for one in tries:
        try:
            attempt(*one)
        except OSError:
            continue
        open_doors.append(repr(one))
    return open_doors or None

"""Clients that send as slowly as can be: they have their time, and no more."""

import socket
import time

import pytest
from mcpd import Api
from waiting import wait_for

TIMEOUT = 1


@pytest.fixture(scope="module")
def mcpd(make_mcpd):
    return make_mcpd(MCP_API_READ_TIMEOUT=str(TIMEOUT)).start()


def trickle(mcpd, start, piece, seconds=20):
    """For how long pieces were taken, one after the other."""
    client = socket.create_connection(("127.0.0.1", mcpd.port), timeout=10)
    client.sendall(start)
    client.setblocking(False)
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < seconds:
            client.send(piece)
            time.sleep(0.1)
            try:
                if client.recv(4096) == b"":
                    break
            except BlockingIOError:
                pass
    except OSError:
        pass
    client.close()
    return time.monotonic() - begun


HEAD = "POST /context HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n"


@pytest.mark.parametrize(
    "start, piece",
    [
        ("", b"G"),
        ("GET /", b"a"),
        ("GET /health HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n"),
        (HEAD + "Content-Length: 1000\r\n\r\n", b" "),
    ],
)
def test_who_trickles_is_cut_off(mcpd, start, piece):
    assert trickle(mcpd, start.format(key=mcpd.key).encode(), piece) < TIMEOUT + 4


def test_a_long_body_has_the_time_of_its_length(mcpd):
    """At 10 KiB/s, which is slow but no attack, 30 KiB come in three seconds."""
    body = b" " * 30 * 1024 + b"{}"
    client = socket.create_connection(("127.0.0.1", mcpd.port), timeout=10)
    client.sendall((HEAD.format(key=mcpd.key) + f"Content-Length: {len(body)}\r\n\r\n").encode())
    for place in range(0, len(body), 1024):
        client.sendall(body[place : place + 1024])
        time.sleep(0.1)
    assert client.recv(4096).startswith(b"HTTP/1.1 422")
    client.close()


def test_who_rests_between_requests_is_left_alone(mcpd):
    request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", mcpd.port), timeout=10) as client:
        for _ in range(2):
            client.sendall(request)
            assert client.recv(4096).startswith(b"HTTP/1.1 200")
            time.sleep(TIMEOUT * 2)
        client.sendall(request)
        assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_who_waits_for_an_answer_is_left_alone(mcpd, bench):
    sleeper = bench.workflow([{"step_id": "w", "name": "w", "wait": {"seconds": TIMEOUT * 3}}])
    assert bench.run(sleeper)["status"] == "SUCCESS"


def test_hundreds_of_slow_clients_keep_nobody_out(make_mcpd):
    """More than there is room for: they go in time for those who ask."""
    daemon = make_mcpd(MCP_API_READ_TIMEOUT=str(TIMEOUT), MCP_API_CONNECTIONS="100").start()
    slow = [socket.create_connection(("127.0.0.1", daemon.port)) for _ in range(150)]
    for client in slow:
        client.sendall(b"GET /")

    def is_answered():
        try:
            return Api(daemon.url).get("/health", timeout=1).status_code == 200
        except OSError:
            return False

    wait_for(is_answered, "an answer", seconds=15)
    for client in slow:
        client.close()
    daemon.stop()

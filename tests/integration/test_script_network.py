"""The network of scripts: what a version names and a DBA opens, by way of a proxy."""

import socket
import threading
import time

import pytest
from definitions import script_mcp, unique
from mcpd import is_sanitized, sandbox_level
from peer import Peer, response

pytestmark = pytest.mark.skipif(
    "sandbox_level() not in ('standard', 'strict')", reason="this machine refuses namespaces"
)

# What a client of Python sees of an URL: the answer, or what it was told.
FETCH = """\
import urllib.error, urllib.request

def main(urls):
    said = []
    for url in urls:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                said.append([answer.status, answer.read().decode()])
        except urllib.error.HTTPError as error:
            said.append([error.code, error.read().decode()])
        except OSError as error:
            said.append([None, str(error)])
    return said
"""

# Bytes to the proxy, and what comes back until it has closed.
TALK = """\
import os, socket

def main(pieces, wait=5):
    place = os.environ["http_proxy"].rsplit("/", 1)[1].split(":")
    with socket.create_connection((place[0], int(place[1])), timeout=wait) as proxy:
        heard = b""
        for piece in pieces:
            proxy.sendall(piece.encode())
        while True:
            got = proxy.recv(65536)
            if not got:
                return heard.decode()
            heard += got
"""

# Each way around the proxy, and how it ended.
AROUND = """\
import socket

def attempt(family, kind, place):
    try:
        with socket.socket(family, kind) as one:
            one.settimeout(2)
            if kind == socket.SOCK_DGRAM:
                one.sendto(b"x", place)
            else:
                one.connect(place)
        return "reached"
    except OSError as error:
        return type(error).__name__

def main(ports):
    said = {}
    for port in ports:
        said[f"tcp {port}"] = attempt(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port))
    said["outside"] = attempt(socket.AF_INET, socket.SOCK_STREAM, ("192.0.2.1", 80))
    said["udp"] = attempt(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53))
    said["raw"] = attempt(socket.AF_INET, socket.SOCK_RAW, ("127.0.0.1", 0))
    said["six"] = attempt(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 80))
    said["netlink"] = attempt(socket.AF_NETLINK, socket.SOCK_DGRAM, (0, 0))
    return said
"""


@pytest.fixture(scope="module")
def peer():
    server = Peer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def shut():
    """A server that versions name and no DBA has opened."""
    server = Peer()
    yield server
    server.close()


@pytest.fixture(scope="module", autouse=True)
def allowed(database, peer):
    database.query("SELECT mcp.allow_http_target('127.0.0.1', %s, 'the tests'' own')", peer.port)


def place(server, host="127.0.0.1"):
    return f"{host}:{server.port}"


def fetch(bench, hosts, *urls):
    mcp = bench.script(FETCH, network={"hosts": hosts})
    answer = bench.call(mcp, {"urls": list(urls)})
    assert answer["success"] is True, answer
    return answer["result"]


def talk(bench, hosts, *pieces):
    answer = bench.call(bench.script(TALK, network={"hosts": hosts}), {"pieces": list(pieces)})
    assert answer["success"] is True, answer
    return answer["result"]


def test_a_host_that_both_allow_is_reached(bench, peer):
    peer.play(response(200, b"hello"))
    assert fetch(bench, [place(peer)], peer.url + "/a?b=c") == [[200, "hello"]]
    request = peer.requests[0]
    assert request.target == "/a?b=c"
    assert request.headers["host"] == place(peer)
    assert request.headers["connection"] == "close"


def test_what_names_the_proxy_exempts_nothing(bench, peer):
    mcp = bench.script(
        "import os, urllib.request\n"
        "def main():\n"
        "    named = {name: value for name, value in os.environ.items() if 'proxy' in name.lower()}\n"
        "    return [named, bool(urllib.request.proxy_bypass('127.0.0.1'))]\n",
        network={"hosts": [place(peer)]},
    )
    way = "http://127.0.0.1:3128"
    names = {"http_proxy": way, "https_proxy": way, "no_proxy": ""}
    named, is_exempt = bench.call(mcp, {})["result"]
    assert named == names | {name.upper(): value for name, value in names.items()}
    assert not is_exempt


def test_connect_is_a_tunnel_for_any_bytes(bench, peer):
    peer.play(response(200, b"through"))
    said = talk(
        bench,
        [place(peer)],
        f"CONNECT {place(peer)} HTTP/1.1\r\n\r\nGET /t HTTP/1.1\r\nHost: any\r\n\r\n",
    )
    head, _, rest = said.partition("\r\n\r\n")
    assert head == "HTTP/1.1 200 Connection established"
    assert rest.endswith("through")
    assert peer.requests[0].target == "/t"


def test_without_the_word_there_is_no_network(bench, peer):
    peer.play(response())
    answer = bench.call(bench.script(FETCH), {"urls": [peer.url]})
    assert answer["result"][0][0] is None
    assert peer.requests == []


def test_what_the_version_does_not_name_is_refused(bench, mcpd, peer, shut):
    peer.play(response(200, b"fine"))
    said = fetch(
        bench, [f"*.example.org:{peer.port}", f"127.0.0.1:{shut.port}"], peer.url, "http://other/"
    )
    for (status, text), name in zip(said, [place(peer), "other:80"]):
        assert status == 403
        assert text == f"{name} is not among network.hosts of this version of the MCP\n"
    assert peer.requests == []
    assert "a script's connection is refused" in mcpd.log()
    assert "host=other" in mcpd.log()


def test_what_no_dba_has_opened_is_refused(bench, shut):
    shut.play(response(200, b"secret"))
    said = fetch(
        bench,
        [place(shut), place(shut, "localhost"), "169.254.169.254:80", "[::1]:80", "0x7f.1:80"],
        shut.url,
        f"http://localhost:{shut.port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://0x7f.1/",
    )
    for status, text in said:
        assert status == 403, said
        assert "mcp.allow_http_target()" in text
    assert shut.requests == []


def test_a_redirect_is_judged_anew(bench, peer, shut):
    shut.play(response(200, b"secret"))
    peer.play(response(302, b"", [("Location", shut.url + "/x")]))
    assert fetch(bench, [place(peer)], peer.url)[0][0] == 403
    assert shut.requests == []


def test_there_is_no_way_around_it(bench, database, mcpd, peer):
    ports = [peer.port, mcpd.port, 5432, 6379]
    mcp = bench.script(AROUND, network={"hosts": [place(peer)]})
    said = bench.call(mcp, {"ports": ports})["result"]
    assert len(said) == len(ports) + 5
    assert "reached" not in said.values(), said


def test_each_task_has_a_proxy_of_its_own(bench, peer, shut):
    """At the same time, at the same place, by other rules."""
    peer.play(response(200, b"mine"))
    answers = {}

    def run(name, hosts):
        answers[name] = fetch(bench, hosts, *[peer.url] * 5)

    threads = [
        threading.Thread(target=run, args=("one", [place(peer)])),
        threading.Thread(target=run, args=("other", [place(shut)])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers["one"]] == [200] * 5
    assert [status for status, _ in answers["other"]] == [403] * 5


@pytest.mark.parametrize(
    "bytes_said",
    [
        "GET / HTTP/1.1\r\n\r\n",
        "CONNECT nowhere HTTP/1.1\r\n\r\n",
        "CONNECT a b:1 HTTP/1.1\r\n\r\n",
        "CONNECT host:99999 HTTP/1.1\r\n\r\n",
        "CONNECT [::1:80 HTTP/1.1\r\n\r\n",
        "GET http://a@b/ HTTP/1.1\r\n\r\n",
        "GET http:// HTTP/1.1\r\n\r\n",
        "GET ftp://host/ HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
        "x" * 20000,
    ],
)
def test_what_is_no_request_is_told_so(bench, bytes_said):
    assert talk(bench, ["host:80"], bytes_said).startswith("HTTP/1.1 400 ")


def test_who_says_nothing_is_let_go(bench):
    begun = time.monotonic()
    said = bench.call(
        bench.script(TALK, network={"hosts": ["host:80"]}), {"pieces": ["GET "], "wait": 30}
    )
    assert said["result"].startswith("HTTP/1.1 408 ")
    assert time.monotonic() - begun < 25


def test_a_notebook_has_a_proxy_too(api, bench, peer):
    peer.play(response(200, b"hello"))
    source = f"import urllib.request\nresult = urllib.request.urlopen({peer.url!r}).read().decode()"
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
    content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}
    body = {
        "name": unique("notebook"),
        "type": "jupyter_notebook",
        "initial_config": {"notebook_content": content, "network": {"hosts": [place(peer)]}},
    }
    answer = api.post("/context", body)
    assert answer.status_code == 201, answer.text
    assert bench.call(answer.json()["id"])["result"]["result"] == "hello"


def test_memory_stays_where_it_is(bench, mcpd, peer):
    """What many and large answers take, and those that were broken off."""
    peer.play(response(200, b"x" * 1000000))
    mcp = bench.script(FETCH.replace("answer.read().decode()", "len(answer.read())"), network={"hosts": [place(peer)]})
    begun = None
    for _ in range(4):
        said = bench.call(mcp, {"urls": [peer.url, "http://other/"] * 20})
        assert [one[0] for one in said["result"]] == [200, 403] * 20
        begun = begun or mcpd.resident()
    assert is_sanitized() or mcpd.resident() - begun < 4096


def test_a_task_that_ends_takes_its_connections_along(bench, database):
    ended = threading.Event()

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def take():
            connection, _ = server.accept()
            with connection:
                if connection.recv(1) == b"":
                    ended.set()

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        leave = (
            "import os, socket\n"
            "def main(port):\n"
            "    proxy = socket.create_connection(('127.0.0.1', 3128))\n"
            "    proxy.sendall(b'CONNECT 127.0.0.1:%d HTTP/1.1\\r\\n\\r\\n' % port)\n"
            "    assert b' 200 ' in proxy.recv(100)\n"
            "    os.set_inheritable(proxy.detach(), True)\n"
        )
        mcp = bench.script(leave, network={"hosts": [f"127.0.0.1:{port}"]})
        database.query("SELECT mcp.allow_http_target('127.0.0.1', %s)", port)
        assert bench.call(mcp, {"port": port})["success"] is True
        assert ended.wait(10)


@pytest.mark.parametrize(
    ("network", "path"),
    [
        ({}, "$.initial_config.network.hosts"),
        ({"hosts": []}, "$.initial_config.network.hosts"),
        ({"hosts": ["a:1", "nothing"]}, "$.initial_config.network.hosts[1]"),
        ({"hosts": ["a:0"]}, "$.initial_config.network.hosts[0]"),
        ({"hosts": ["a:65536"]}, "$.initial_config.network.hosts[0]"),
        ({"hosts": ["http://a:1"]}, "$.initial_config.network.hosts[0]"),
        ({"hosts": ["a:1"], "host": 1}, "$.initial_config.network.host"),
    ],
)
def test_a_wish_that_is_none_is_refused(api, network, path):
    answer = api.post("/context", script_mcp(unique("script"), FETCH, network=network))
    assert answer.status_code == 422, answer.text
    assert path in answer.text

"""An HTTP server of the tests' own, which says byte for byte what it is told.

Each connection takes one request.  What the test puts into `script` answers the
requests in their order, and the last of it all that follow: bytes, a list of
bytes that are sent one by one, or a function of the request that returns either.
"""

import json
import socket
import threading
import time


# A piece that says no more, and leaves the connection open.
HALF_CLOSE = object()


class Request:
    def __init__(self, method, target, headers, body):
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


def response(status=200, body=b"", headers=(), reason="Whatever"):
    """A whole answer; body: bytes, or what becomes JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Peer:
    def __init__(self, family=socket.AF_INET, host="127.0.0.1", port=0):
        self.requests = []
        self.script = [response()]
        self.listener = socket.socket(family)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((host, port))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.lock = threading.Lock()
        self.is_closed = False
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        """Ends the thread that accepts, which would take a later peer's guests."""
        self.is_closed = True
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def play(self, *script):
        """What it says from now on; forgets what it was asked before."""
        with self.lock:
            self.requests = []
            self.script = list(script)

    def accept(self):
        while not self.is_closed:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                request = read_request(connection)
                if request is not None:
                    self.answer(connection, request)
            except OSError:
                pass  # the client went away, which is its right

    def answer(self, connection, request):
        with self.lock:
            self.requests.append(request)
            said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if callable(said):
            said = said(request)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in [said] if isinstance(said, bytes) else said:
            if isinstance(piece, (int, float)):
                time.sleep(piece)
            elif piece is HALF_CLOSE:
                connection.shutdown(socket.SHUT_WR)
            else:
                connection.sendall(piece)


def read_request(connection):
    stream = connection.makefile("rb")
    line = stream.readline().decode("latin-1").split()
    if len(line) != 3:
        return None
    headers = {}
    while (header := stream.readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Request(line[0], line[1], headers, body)

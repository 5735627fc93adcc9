"""Redis for tests: the real server, and one that does wrong what it is told to."""

import re
import socket
import subprocess
import tempfile
import threading
import time

import redis
from mcpd import free_port
from waiting import wait_for


class RealRedis:
    """redis-server as a process of the test; start() and kill() any number of times."""

    def __init__(self, *options):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.options = options
        self.process = None
        self.client = redis.Redis(port=self.port)

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--dir", tempfile.gettempdir(), *self.options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.answers, "redis-server")
        return self

    def answers(self):
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def keys(self):
        return [key.decode() for key in self.client.scan_iter("*")]


class FakeRedis:
    """Keeps what it is given as Redis does, until `fault` says what to do instead.

    fault: None, or a function of a command (a list of bytes) and of the right
    answer, which returns what is sent; it may sleep, or raise to end the connection.
    """

    def __init__(self):
        self.fault = None
        self.store = {}
        self.commands = []
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        stream = connection.makefile("rb")
        try:
            while True:
                command = self.read(stream)
                if command is None:
                    return
                self.commands.append(command)
                answer = self.answer(command)
                fault = self.fault
                connection.sendall(fault(command, answer) if fault else answer)
        except (OSError, EndOfConnection):
            pass
        finally:
            connection.close()

    @staticmethod
    def read(stream):
        line = stream.readline()
        if not line:
            return None
        words = []
        for _ in range(int(line[1:])):
            length = int(stream.readline()[1:])
            words.append(stream.read(length + 2)[:-2])
        return words

    def answer(self, command):
        name = command[0].upper()
        if name == b"GET":
            value = self.store.get(command[1])
            return b"$-1\r\n" if value is None else b"$%d\r\n%b\r\n" % (len(value), value)
        if name == b"SET":
            self.store[command[1]] = command[2]
        return b"+OK\r\n"

    def entries(self):
        """What daemons have put here, but for the word by which they look."""
        return {key: value for key, value in self.store.items() if not re.search(b":look$", key)}


class EndOfConnection(Exception):
    pass


def is_get(command):
    return command[0].upper() == b"GET"


def slow(seconds):
    def fault(command, answer):
        time.sleep(seconds)
        return answer

    return fault

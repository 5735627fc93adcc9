"""Many reads and writes, by two daemons and psql: each answer is what the database says.

Reads are sent on many connections at once, as soon as a write was acknowledged and
before the next begins; so what each must be is known, and the database itself is
asked what that is.
"""

import json
import random
import select
import socket
import threading

import pytest
from definitions import script_mcp, unique, workflow
from mcpd import Api
from redis_server import RealRedis
from waiting import wait_for

OPERATIONS = 100_000
READS = 24  # after each write
CONNECTIONS = 6  # to each daemon


class Reader:
    """One connection that reads: a request at a time, sent and received apart."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.socket = socket.create_connection(("127.0.0.1", daemon.port))
        self.rest = b""

    def send(self, path):
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {self.daemon.key}\r\n\r\n".encode())

    def receive(self):
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(self.rest) < length:
            self.more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(head.split(b" ", 2)[1]), body

    def more(self):
        assert select.select([self.socket], [], [], 30)[0], "no answer came"
        piece = self.socket.recv(1 << 16)
        assert piece, "the daemon has hung up"
        self.rest += piece


class Storm:
    """The definitions that are read and written, and who does it."""

    def __init__(self, database, daemons, random_numbers):
        self.connection = database.connect()
        self.random = random_numbers
        self.apis = [Api(daemon.url, daemon.key) for daemon in daemons]
        self.readers = [Reader(daemon) for daemon in daemons for _ in range(CONNECTIONS)]
        self.mcps = [self.make_mcp() for _ in range(20)]
        self.workflows = [
            self.apis[0].post("/workflows", workflow(unique("storm"), [])).json()["slug"] for _ in range(5)]
        self.versions = 1

    def make_mcp(self):
        made = self.random.choice(self.apis).post("/context", script_mcp(unique("storm"), "pass"))
        assert made.status_code == 201, made.text
        return made.json()["id"], made.json()["slug"]

    def sql(self, sql, *arguments):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchall() if cursor.description else None

    def write(self):
        api = self.random.choice(self.apis)
        identity, slug = self.random.choice(self.mcps)
        word = f"{self.random.random()}"
        change = self.random.randrange(12)
        if change < 4:
            self.sql("UPDATE mcp.mcp_definitions SET description = %s WHERE slug = %s", word, slug)
        elif change < 7:
            assert api.put(f"/context/{identity}", {"description": word}).status_code == 200
        elif change == 7:
            self.versions += 1
            made = api.post(f"/context/{slug}/versions", {
                "version_str": f"1.{self.versions}.0", "config": {"script_content": word}})
            assert made.status_code == 201, made.text
        elif change == 8:
            self.sql("SELECT mcp.update_workflow(%s, %s)", self.random.choice(self.workflows),
                     json.dumps({"description": word}))
        elif change == 9:
            changed = api.put(f"/workflows/{self.random.choice(self.workflows)}", {"description": word})
            assert changed.status_code == 200
        elif change == 10:
            self.mcps.remove((identity, slug))
            assert api.delete(f"/context/{identity}").status_code == 204
            self.mcps.append(self.make_mcp())
        else:
            # Gone and back within one transaction, under the old slug.
            self.sql("DELETE FROM mcp.mcp_definitions WHERE id = %s", identity)
            made = self.sql("SELECT mcp.create_mcp(%s) ->> 'id'", json.dumps(
                {**script_mcp(slug, word), "slug": slug}))[0][0]
            self.mcps[self.mcps.index((identity, slug))] = (made, slug)

    def question(self):
        """A path, and the SQL that tells what it must answer."""
        identity, slug = self.random.choice(self.mcps)
        kind = self.random.randrange(20)
        if kind < 8:
            return f"/context/{identity}", ("SELECT mcp.get_mcp(%s)::text", identity)
        if kind < 14:
            return f"/context/{slug}", ("SELECT mcp.get_mcp(%s)::text", slug)
        if kind == 14:
            return f"/context/{slug}/versions", (
                "SELECT coalesce(json_agg(r), '[]')::text FROM mcp.list_mcp_versions(%s) AS r", slug)
        if kind < 17:
            limit = self.random.choice((1, 5, 20))
            return f"/context?limit={limit}", (
                "SELECT coalesce(json_agg(r), '[]')::text FROM mcp.list_mcps(max_rows => %s) AS r", limit)
        if kind < 19:
            name = self.random.choice(self.workflows)
            return f"/workflows/{name}", ("SELECT mcp.get_workflow(%s)::text", name)
        return "/workflows?limit=3", (
            "SELECT coalesce(json_agg(r), '[]')::text FROM mcp.list_workflows(max_rows => %s) AS r", 3)

    def round(self):
        """One write, and what is read after it; how many operations."""
        self.write()
        told = {}
        asked = 0
        for _ in range(READS // len(self.readers)):
            questions = [(reader, *self.question()) for reader in self.readers]
            for reader, path, _ in questions:
                reader.send(path)
            for reader, path, sql in questions:
                code, body = reader.receive()
                assert code == 200, (path, body)
                told.setdefault(sql, set()).add(body.decode())
                asked += 1
        for sql, bodies in told.items():
            assert bodies == {self.sql(*sql)[0][0]}, sql
        return asked + 1


@pytest.fixture(scope="module")
def redis():
    redis = RealRedis().start()
    yield redis
    redis.kill()


@pytest.fixture(scope="module")
def daemons(make_mcpd, redis):
    """One with both levels, one with Redis alone."""
    made = [make_mcpd(REDIS_URL=redis.url, MCP_WORKER_SLOTS="0", **settings).start()
            for settings in ({}, {"MCP_CACHE_MEMORY": "0"})]
    for daemon in made:
        wait_for(lambda daemon=daemon: Api(daemon.url).get("/health").json()["redis"] == "ok", "Redis to be used")
    return made


def test_every_answer_is_what_the_database_says(database, daemons, redis):
    storm = Storm(database, daemons, random.Random(5))
    done = 0
    rounds = 0
    while done < OPERATIONS:
        done += storm.round()
        rounds += 1
        if rounds % 500 == 0:
            redis.client.flushall()


def test_who_reads_while_others_write_never_sees_less_than_was_told(database, daemons):
    """Reads and writes at once: an answer has every change that was acknowledged before it was asked."""
    apis = [Api(daemon.url, daemon.key) for daemon in daemons]
    made = apis[0].post("/context", script_mcp(unique("raced"), "pass")).json()
    path = f"/context/{made['id']}"
    acknowledged = [0]
    trouble = []

    def write():
        connection = database.connect()
        for number in range(1, 1001):
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE mcp.mcp_definitions SET description = %s WHERE id = %s", (str(number), made["id"]))
            acknowledged[0] = number
        connection.close()

    def read(daemon):
        reader = Reader(daemon)
        last = 0
        while acknowledged[0] < 1000 and not trouble:
            known = acknowledged[0]
            reader.send(path)
            code, body = reader.receive()
            text = json.loads(body)["description"]
            told = int(text) if text.isdigit() else 0
            if code != 200 or told < max(known, last):
                trouble.append((known, last, told))
            last = told

    threads = [threading.Thread(target=read, args=(daemon,)) for daemon in daemons for _ in range(3)]
    threads.append(threading.Thread(target=write))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []

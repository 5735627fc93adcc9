"""A worker that may be killed at any moment: a process of its own.

    crash_worker.py NAME DATABASE LOG QUERY

QUERY is the id of an MCP of kind sql, which the database runs and records itself.

It writes into LOG, a line each, the attempts whose results a turn has taken: what
stands there was acknowledged, and must never be lost.
"""

import json
import os
import sys
import time

import psycopg2

ROOM = 40
LEASE_LOST = "MC011"


def main(name, database, log_path, query):
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    worker = Worker(name, database, query)
    while True:
        try:
            acknowledged = worker.turn()
        except psycopg2.Error as error:
            worker.recover(error)
            continue
        if acknowledged:
            os.write(log, "".join(acknowledged).encode())


class Worker:
    def __init__(self, name, database, query):
        self.name = name
        self.database = database
        self.query = query
        self.connection = None
        self.epoch = None
        self.tasks = []

    def turn(self):
        """Hands in what it has done, takes more; returns what was acknowledged."""
        if self.connection is None:
            self.connect()
        if self.epoch is None:
            self.epoch = self.call("SELECT mcp.register_worker(%s)", self.name)
            self.tasks = []
        queries = [task for task in self.tasks if task["mcp_id"] == self.query]
        for task in queries:
            self.run_query(task)
            self.tasks.remove(task)
        results = [
            {**attempt(task), "success": True, "result": {"n": task["inputs"].get("n", 0) + 1}}
            for task in self.tasks
        ]
        answer = self.call(
            "SELECT mcp.worker_turn(%s, %s, %s, %s, %s)",
            self.name,
            self.epoch,
            json.dumps(results),
            json.dumps({"default": ROOM}),
            self.held,
        )
        refused = [attempt(one) for one in answer["refused"]]
        done = [attempt(task) for task in self.tasks if attempt(task) not in refused]
        self.tasks = answer["tasks"]
        self.held = None
        if not self.tasks:
            time.sleep(0.005)
        return [json.dumps(list(one.values())) + "\n" for one in done]

    def run_query(self, task):
        self.call(
            "SELECT mcp.run_sql_step(%s, %s, %s, %s, %s, %s)",
            self.name,
            self.epoch,
            task["run_id"],
            task["step_ordinal"],
            task["attempt"],
            json.dumps(task["inputs"]),
        )

    def connect(self):
        self.connection = psycopg2.connect(dbname=self.database)
        self.connection.autocommit = True
        # An answer may have been lost: what it handed out is asked for again.
        self.held = json.dumps([attempt(task) for task in self.tasks])

    def call(self, sql, *arguments):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchone()[0]

    def recover(self, error):
        if error.pgcode == LEASE_LOST:
            self.epoch = None
            return
        self.connection = None
        time.sleep(0.05)


def attempt(task):
    return {key: task[key] for key in ("run_id", "step_ordinal", "attempt")}


if __name__ == "__main__":
    main(*sys.argv[1:])

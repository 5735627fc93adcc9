"""A worker that is nothing but SQL: it registers, takes turns, and says how it went."""

import json


class SqlWorker:
    def __init__(self, database, name):
        self.database = database
        self.name = name
        self.epoch = database.value("SELECT mcp.register_worker(%s)", name)

    def turn(self, *results, room=0):
        """What one turn answers; room for so many tasks of the default queue."""
        return self.database.value(
            "SELECT mcp.worker_turn(%s, %s, %s, %s)",
            self.name,
            self.epoch,
            json.dumps(results),
            json.dumps({"default": room}),
        )

    def take(self, room=1):
        return self.turn(room=room)["tasks"]

    def renew(self):
        """A lease of an hour, for a test that is not about leases."""
        self.database.query(
            "UPDATE mcp.workers SET lease_until = now() + interval '1 hour' WHERE worker = %s",
            self.name,
        )


def success(task, result):
    return {**attempt(task), "success": True, "result": result}


def failure(task, error):
    return {**attempt(task), "success": False, "error": error, "error_class": "test"}


def attempt(task):
    return {key: task[key] for key in ("run_id", "step_ordinal", "attempt")}

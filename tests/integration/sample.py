"""A database with rows of every kind that a user can make, all made in SQL."""

import json

from definitions import output_of, script_mcp, static, step, workflow, workflow_input
from sql_worker import SqlWorker, failure, success

SCHEMA = {"type": "object", "required": ["path"]}
GRANTS = [
    ("mcp_sample_viewer", "viewer"),
    ("mcp_sample_operator", "operator"),
    ("mcp_sample_developer", "developer"),
    ("mcp_sample_admin", "admin"),
    ("mcp_sample_worker", "worker"),
]


class Sample:
    """Fills the database; keeps what the tests go on with."""

    def __init__(self, database):
        self.database = database
        grant(database)
        self.make_definitions()
        self.make_history()
        self.make_live_runs()

    def call(self, function, *arguments):
        marks = ", ".join(["%s"] * len(arguments))
        return self.database.value(
            f"SELECT mcp.{function}({marks})",
            *(json.dumps(a) if isinstance(a, dict) else a for a in arguments),
        )

    def has(self, function):
        return self.database.value("SELECT to_regproc(%s) IS NOT NULL", f"mcp.{function}")

    def make_definitions(self):
        self.call("register_json_schema", "https://example.com/file", SCHEMA)
        if self.has("create_mcp_type"):
            self.call("create_mcp_type", "sample_kind", "worker", SCHEMA)
            kind = {"name": "kind", "type": "sample_kind", "initial_config": {"path": "a"}}
            self.call("create_mcp", kind)
        self.mcp = self.call("create_mcp", script_mcp("echo", "print()"))["id"]
        version = {"version_str": "1.1.0", "config": {"script_content": "pass"}}
        self.call("add_mcp_version", self.mcp, version)
        first = step("a", self.mcp, text=workflow_input("text"))
        second = step("b", self.mcp, depends_on=["a"], text=output_of("a", "text"))
        self.chain = self.make_workflow(workflow("chain", [first]))
        self.call("update_workflow", self.chain, workflow("chain", [first, second]))
        self.gone = self.make_workflow(workflow("gone", [first]))
        self.call("delete_workflow", self.gone)
        retry = {"strategy": "Retry with Backoff", "max_retries": 3, "backoff_factor": 2}
        lone = step("a", self.mcp, text=static("x"))
        self.retrying = self.make_workflow(workflow("retrying", [lone], **retry))

    def make_workflow(self, definition):
        return self.call("create_workflow", definition)["workflow_id"]

    def make_history(self):
        """One run in the partition of its month, one in the default partition."""
        self.call("maintain")
        worker = SqlWorker(self.database, "early")
        self.finished = self.call("start_run", self.chain, {"text": "one"})
        (task,) = worker.take()
        (task,) = worker.turn(success(task, {"text": "two"}), room=1)["tasks"]
        assert worker.turn(success(task, {"text": "three"}))["finished"]
        self.recorded = self.call(
            "record_run",
            {
                "run_id": self.call("uuid_v7_floor", "2021-02-03T04:05:06Z"),
                "workflow_id": self.chain,
                "workflow_version": 1,
                "status": "SUCCESS",
                "started_at": "2021-02-03T04:05:06Z",
                "finished_at": "2021-02-03T04:05:08Z",
                "inputs": {"text": "old"},
                "step_results": [
                    {
                        "step_id": "a",
                        "status": "SUCCESS",
                        "started_at": "2021-02-03T04:05:06Z",
                        "finished_at": "2021-02-03T04:05:07Z",
                        "outputs_generated": {"text": "older"},
                    }
                ],
                "final_outputs": {"text": "older"},
            },
        )["run_id"]
        self.database.query("SELECT mcp.retire_worker(%s, %s)", worker.name, worker.epoch)

    def make_live_runs(self):
        """One under way at its second step, one that waits for a time, one ready."""
        self.worker = SqlWorker(self.database, "busy")
        self.worker.renew()
        self.live = self.call("start_run", self.chain, {"text": "one"})
        (task,) = self.worker.take()
        (self.held,) = self.worker.turn(success(task, {"text": "two"}), room=1)["tasks"]
        assert self.held["run_id"] == self.live and self.held["step_id"] == "b"
        self.timed = self.call("start_run", self.retrying)
        (task,) = self.worker.take()
        self.worker.turn(failure(task, "not yet"))
        self.ready = self.call("start_run", self.chain, {"text": "ready"})
        self.worker.renew()


def grant(database):
    """Grants each level to a role of the cluster, made where it is not there."""
    for role, level in GRANTS:
        if not database.query("SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            database.query(f"CREATE ROLE {role}")
        database.query("SELECT mcp.grant_role(%s, %s)", role, level)


def drop_roles(server):
    """Once no database has their grants any more."""
    for role, _ in GRANTS:
        server.maintenance.query(f"DROP ROLE IF EXISTS {role}")

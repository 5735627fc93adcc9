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
        self.make_limits()
        self.make_controls()

    def call(self, function, *arguments):
        marks = ", ".join(["%s"] * len(arguments))
        return self.database.value(
            f"SELECT mcp.{function}({marks})",
            *(json.dumps(a) if isinstance(a, dict) else a for a in arguments),
        )

    def make_definitions(self):
        self.call("register_json_schema", "https://example.com/file", SCHEMA)
        self.call("create_mcp_type", "sample_kind", "worker", SCHEMA)
        kind = {"name": "kind", "type": "sample_kind", "initial_config": {"path": "a"}}
        self.call("create_mcp", kind)
        self.call("create_constraint", "small", {"max_workflow_steps": 9})
        self.database.query("SELECT mcp.create_api_key('of the sample', level => 'viewer')")
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

    def make_limits(self):
        """What says when, how many at a time, and for how long; no run comes of it."""
        scheduled = self.make_workflow(workflow("scheduled", [step("a", self.mcp)]))
        far = {"interval": "1 day", "anchor": "2100-01-01T00:00:00Z"}
        self.call("create_schedule", {"name": "far", "workflow": scheduled, **far})
        self.database.query(
            "INSERT INTO mcp.schedule_fires"
            " SELECT schedule_id, now(), now(), 'skipped', NULL, 'of the sample' FROM mcp.schedules"
        )
        self.call("set_queue", "limited", 3)
        self.call("set_retention", 36500)
        self.database.query(
            "SELECT mcp.apply(jsonb_build_array(mcp.export_definition('schedule', 'far')),"
            " '{\"set\": \"sample\"}')"
        )
        keys = "INSERT INTO mcp.concurrency_keys VALUES (%s, 'ada', 1, 1)"
        self.database.query(keys, scheduled)
        runs = "INSERT INTO mcp.concurrency_runs VALUES (mcp.uuid_v7(), %s, 'ada', true)"
        self.database.query(runs, scheduled)

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
        self.make_details()
        self.database.query("SELECT mcp.retire_worker(%s, %s)", worker.name, worker.epoch)

    def make_details(self):
        """Of runs of their own: those above read the same at a version without these."""
        for moment in ("now()", "timestamptz '2021-02-03Z'"):
            for table in ("run_details (run_id, traceparent)", "run_events (run_id, kind)"):
                self.database.query(
                    f"INSERT INTO mcp.{table} VALUES (mcp.uuid_v7_floor({moment}), 'sample')"
                )
            self.database.query(
                "INSERT INTO mcp.step_details (run_id, step_ordinal, attempt, usage)"
                f" VALUES (mcp.uuid_v7_floor({moment}), 0, 1, '{{\"input_tokens\": 3}}')"
            )
            self.database.query(
                "INSERT INTO mcp.step_artifacts (run_id, step_ordinal, attempt, name, content_type, data)"
                f" VALUES (mcp.uuid_v7_floor({moment}), 0, 1, 'a.txt', 'text/plain', 'sample')"
            )
        self.database.query(
            "INSERT INTO mcp.idempotency_keys"
            " VALUES (mcp.uuid_v7(), 'sample', mcp.uuid_v7(), '', now() + interval '1 day')"
        )
        self.database.query(
            "INSERT INTO mcp.assistant_rounds (run_id, step_ordinal, round, attempt, answer)"
            " VALUES (mcp.uuid_v7(), 0, 1, 1, '{\"text\": \"so far\"}')"
        )
        self.database.query(
            "INSERT INTO mcp.tool_calls (run_id, step_ordinal, round, place, call_id, tool)"
            " VALUES (mcp.uuid_v7(), 0, 1, 0, 'call_1', 'echo')"
        )
        self.database.query(
            "INSERT INTO mcp.assistant_memory (owner, mcp_id, session, run_id, message, answer)"
            " SELECT current_user, id, 'sample', mcp.uuid_v7(), 'hello', 'hi'"
            " FROM mcp.mcp_definitions LIMIT 1"
        )
        self.database.query(
            "INSERT INTO mcp.kept_answers"
            " VALUES ('somebody', 'sample', 'key', 'hash', '{}', now() + interval '1 day')"
        )

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


    def make_controls(self):
        """What is let in and what it costs; runs that are steered, of queues that no
        worker serves."""
        self.call("allow_http_target", "10.1.0.0/16")
        self.call("set_model_price", "sample-model", 1, 2)
        self.call("create_api_key", "sample", None, "viewer")
        self.call("set_secret", "sample", "mcp1:00000000:" + 40 * "A")
        self.database.query("SELECT mcp.grant_secret('sample', 'mcp_sample_developer')")
        aside = {"queue": "aside"}
        options = {**aside, "idempotency_key": "once", "timeout_seconds": 3600}
        self.paused = self.call("start_run", self.chain, {"text": "paused"}, options)
        self.call("pause_run", self.paused)
        wait = {"step_id": "w", "name": "Wait", "wait": {"signal": "go"}}
        waiting = self.make_workflow(workflow("waiting", [wait]))
        run = self.call("start_run", waiting, {}, {"queue": "waits"})
        self.call("worker_turn", self.worker.name, self.worker.epoch, "[]", {"waits": 1})
        self.call("send_signal", run, "another", {})
        self.call("pause_run", run)
        # Of a month without partitions; only history that was recorded is so old.
        self.database.query(
            "INSERT INTO mcp.run_events (run_id, kind, actor) VALUES (%s, 'retried', 'somebody')",
            self.recorded,
        )
        self.database.query(
            "INSERT INTO mcp.run_details (run_id, tags) VALUES (%s, '{}')", self.recorded
        )


def make_old_sample(server, name, version):
    """The sample in a new database at an older version of the extension.

    The functions of that version were made for a library that is not here: so the
    rows are made by the version of now and put where the older one would have
    left them, in the columns that it has.
    """
    scratch = server.create_empty(f"{name}_scratch")
    scratch.query("CREATE EXTENSION mcp")
    sample = Sample(scratch)
    sample.source = scratch
    database = server.create_empty(name)
    database.query(f"CREATE EXTENSION mcp VERSION '{version}'")
    database.query("SELECT mcp.maintain()")
    grant(database)
    connection = database.connect(options="-c session_replication_role=replica")
    with connection.cursor() as cursor:
        for table, columns in read_columns(database):
            copy_table(scratch, cursor, table, columns)
        cursor.execute(
            "SELECT setval('mcp.worker_epochs', %s)",
            scratch.query("SELECT last_value FROM mcp.worker_epochs")[0],
        )
    connection.close()
    sample.database = sample.worker.database = database
    return sample


def read_columns(database):
    """Each table and, as a list in SQL, its columns that are written."""
    return database.query(
        """SELECT a.attrelid::regclass::text, string_agg(quote_ident(a.attname), ', ')
           FROM pg_class AS c
           JOIN pg_attribute AS a ON a.attrelid = c.oid
           WHERE c.relnamespace = 'mcp'::regnamespace
             AND c.relkind = 'r'
             AND a.attnum > 0
             AND NOT a.attisdropped
             AND a.attgenerated = ''
           GROUP BY 1"""
    )


def copy_table(source, cursor, table, columns):
    of_users = "NOT is_builtin" if table == "mcp.mcp_types" else "true"
    rows = source.value(
        f"SELECT coalesce(jsonb_agg(t), '[]')::text FROM {table} AS t WHERE {of_users}"
    )
    cursor.execute(f"DELETE FROM {table} WHERE {of_users}")
    cursor.execute(
        f"""INSERT INTO {table} ({columns})
            SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)""",
        [rows],
    )


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

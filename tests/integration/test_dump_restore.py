"""pg_dump and restore: every row of users, every sequence, and runs that go on."""

import datetime
import json
import os
import subprocess

import pytest
from sample import Sample, drop_roles, make_old_sample
from sql_worker import SqlWorker, success
from waiting import wait_for

OLD = "1.0"
PROGRAMS = os.path.join(
    os.environ["MCP_TEST_HOME"], "pgprefix/usr/lib/postgresql/15/bin"
)

# The leases of workers stay behind: who held one is not where the dump goes.  Nor does
# a cache, which is made again, or what tells caches of one database from another's.
NOT_DUMPED = {"workers", "step_cache", "cache_labels", "cache_identities"}


def program(name, *arguments, **options):
    command = [os.path.join(PROGRAMS, name), *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, timeout=120, **options
    ).stdout


def dump_plain(source, *options):
    return program("pg_dump", *options, source.name)


def dump_custom(source, *options):
    archive = program("pg_dump", "-Fc", source.name)
    return program("pg_restore", *options, "-f", "-", input=archive)


def restore_script(script, target):
    program("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", target.name, input=script)


def copy_plain(source, target):
    restore_script(dump_plain(source), target)


def copy_custom(source, target):
    archive = program("pg_dump", "-Fc", source.name)
    program("pg_restore", "--exit-on-error", "-d", target.name, input=archive)


def read_rows(database):
    """{table: its rows as JSON, in no order but their own}, partitions apart."""
    tables = database.query(
        """SELECT relname FROM pg_class
           WHERE relnamespace = 'mcp'::regnamespace AND relkind = 'r'"""
    )
    return {
        table: [
            row
            for (row,) in database.query(
                f"SELECT to_jsonb(t) FROM mcp.{table} AS t ORDER BY to_jsonb(t)"
            )
        ]
        for (table,) in tables
        if table not in NOT_DUMPED
    }


def project(rows, columns):
    """The rows of users with those columns, in an order of their own."""
    return sorted(
        json.dumps({column: row[column] for column in columns}, sort_keys=True)
        for row in rows
        if not row.get("is_builtin")
    )


def read_sequences(database):
    return dict(
        database.query(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'mcp'"
        )
    )


@pytest.fixture(scope="module")
def roles(server):
    """Those that the databases below grant to: the last to go."""
    yield
    drop_roles(server)


@pytest.fixture(scope="module")
def sample(server, roles):
    database = server.create_empty("dumped")
    database.query("CREATE EXTENSION mcp")
    yield Sample(database)
    server.drop("dumped")


@pytest.fixture(scope="module", params=[copy_plain, copy_custom])
def restored(server, sample, request):
    """The sample in another database."""
    database = server.create_empty("restored")
    request.param(sample.database, database)
    yield database
    server.drop("restored")


def test_the_sample_has_rows_in_every_table(sample):
    tables = read_rows(sample.database)
    empty = [table for table in tables if not tables[table] and not is_ahead(table)]
    assert not empty, " ".join(empty)


def is_ahead(table):
    """Whether it is the partition of a month that is to come."""
    month = datetime.datetime.now(datetime.timezone.utc).strftime("%Y_%m")
    return table[-7:-5] == "20" and table[-7:] > month


def test_every_row_and_sequence_is_restored(sample, restored):
    before, after = read_rows(sample.database), read_rows(restored)
    assert after.keys() == before.keys()
    for table, rows in before.items():
        assert after[table] == rows, table
    assert read_sequences(restored) == read_sequences(sample.database)


def test_partitions_are_where_they_were(sample, restored):
    query = """
        SELECT p.relid::regclass::text, p.parentrelid::regclass::text, p.level
        FROM unnest('{workflow_runs,step_runs,step_details,step_artifacts,run_details,run_events}'::text[]) AS t (name)
        CROSS JOIN pg_partition_tree('mcp.' || t.name) AS p
        ORDER BY 1"""
    assert restored.query(query) == sample.database.query(query)


def test_roles_have_the_rights_they_had(sample, restored):
    query = """
        SELECT r.rolname, p.oid::regprocedure::text
        FROM pg_roles AS r
        CROSS JOIN pg_proc AS p
        WHERE r.rolname LIKE 'mcp\\_sample\\_%'
          AND p.pronamespace = 'mcp'::regnamespace
          AND has_schema_privilege(r.oid, 'mcp', 'USAGE')
          AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
        ORDER BY 1, 2"""
    allowed = sample.database.query(query)
    assert len({role for role, _ in allowed}) == 5
    assert restored.query(query) == allowed


def test_runs_go_on_where_they_are_restored(sample, restored):
    """The attempt whose worker stayed behind is handed out again, the rest once."""
    check_runs_go_on(sample, restored)


def check_runs_go_on(sample, database):
    worker = SqlWorker(database, "after")
    assert worker.epoch > sample.worker.epoch
    tasks = {}

    def has_all():
        tasks.update((task["run_id"], task) for task in worker.take(room=10))
        return len(tasks) >= 3

    wait_for(has_all, "the runs that live to be handed out")
    assert set(tasks) == {sample.live, sample.ready, sample.timed}
    assert tasks[sample.live]["step_id"] == "b"
    assert tasks[sample.live]["attempt"] == sample.held["attempt"] + 1
    assert tasks[sample.live]["idempotency_token"] == sample.held["idempotency_token"]
    assert tasks[sample.live]["inputs"] == {"text": "two"}
    assert tasks[sample.timed]["attempt"] == 2
    answer = worker.turn(success(tasks[sample.live], {"text": "three"}))
    assert answer["finished"] == [{"run_id": sample.live, "status": "SUCCESS"}]


def test_what_is_made_after_a_restore_gets_along_with_it(sample, restored):
    check_use(sample, restored)


def check_use(sample, database):
    assert database.value("SELECT mcp.maintain()")["partitions_made"] == []
    made = database.value("SELECT mcp.maintain(4)")["partitions_made"]
    # Two months of runs, of attempts, of details of both and of events.
    assert len(made) == 12
    run = database.value("SELECT mcp.start_run('chain', '{\"text\": \"x\"}')")
    assert run not in (sample.live, sample.ready, sample.timed)
    kept = database.value(
        "SELECT mcp.update_mcp('echo', '{\"description\": \"changed\"}') ->> 'description'"
    )
    assert kept == "changed"
    assert database.value("SELECT count(*) FROM mcp.list_workflow_versions('chain')") == 2


@pytest.fixture(scope="module")
def old_sample(server, roles):
    """A database that is still at 1.0."""
    made = make_old_sample(server, "dumped_old", OLD)
    yield made
    server.drop("dumped_old")
    server.drop(made.source.name)


@pytest.fixture(scope="module", params=[dump_plain, dump_custom])
def newer(server, old_sample, request):
    """What 1.0 had, where CREATE EXTENSION takes the version of now.

    Without the GRANTs of the dump, which name functions by the arguments that they
    had: those of levels come by role_grants.
    """
    database = server.create_empty("newer")
    restore_script(request.param(old_sample.database, "--no-privileges"), database)
    yield database
    server.drop("newer")


def test_a_dump_of_the_old_version_restores_into_the_new_one(old_sample, newer):
    version = "SELECT extversion FROM pg_extension WHERE extname = 'mcp'"
    assert old_sample.database.value(version) == OLD
    assert newer.value(version) != OLD
    after = read_rows(newer)
    for table, rows in read_rows(old_sample.database).items():
        columns = rows[0].keys() if rows else ()
        assert project(after[table], columns) == project(rows, columns), table
    assert read_sequences(newer) == read_sequences(old_sample.database)


def test_runs_of_the_old_version_go_on_in_the_new_one(old_sample, newer):
    check_runs_go_on(old_sample, newer)


def test_the_new_version_is_used_with_what_the_old_one_had(old_sample, newer):
    newer.query("SELECT mcp.maintain()")  # months of what 1.0 had not
    check_use(old_sample, newer)
    assert newer.value(
        """SELECT bool_and(has_function_privilege('mcp_sample_viewer', p.oid, 'EXECUTE'))
           FROM mcp._functions_of('viewer') AS f
           JOIN pg_proc AS p ON p.oid = f"""
    )

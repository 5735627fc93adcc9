"""The PostgreSQL of the tests, and databases in it.

server.sh started it and PG* variables name it, as its superuser.  Every test
module gets a database of its own, copied from a template that has the extension
and the grants of mcpd's role.
"""

import os
import secrets
import signal
import subprocess

import psycopg2
from waiting import wait_for

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TEMPLATE = "mcp_template"
ROLE = "mcpd"


class Database:
    """One database: its connections, and the address that mcpd logs in with."""

    def __init__(self, server, name):
        self.server = server
        self.name = name

    @property
    def url(self):
        return (
            f"postgresql://{ROLE}:{self.server.role_password}"
            f"@{os.environ['PGHOST']}:{os.environ['PGPORT']}/{self.name}"
        )

    def connect(self, **options):
        connection = psycopg2.connect(dbname=self.name, **options)
        connection.autocommit = True
        return connection

    def query(self, sql, *arguments):
        """All rows, as the superuser, on a connection of its own."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, arguments or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def value(self, sql, *arguments):
        return self.query(sql, *arguments)[0][0]

    def maintain(self):
        """Not while the daemon's own upkeep is at it, which may have begun before."""
        wait_for(lambda: not self.value("SELECT mcp.maintain()")["is_busy"], "the other upkeep")


class Server:
    """The cluster: makes and drops databases, stops and starts."""

    def __init__(self):
        self.role_password = secrets.token_hex(16)
        self.maintenance = Database(self, "postgres")
        self.make_template()

    def make_template(self):
        self.drop(TEMPLATE)
        self.maintenance.query(f"CREATE DATABASE {TEMPLATE}")
        if not self.maintenance.query(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", ROLE
        ):
            self.maintenance.query(f"CREATE ROLE {ROLE} LOGIN")
        self.maintenance.query(
            f"ALTER ROLE {ROLE} PASSWORD '{self.role_password}'"
        )
        template = Database(self, TEMPLATE)
        template.query("CREATE EXTENSION mcp")
        template.query("SELECT mcp.maintain()")
        template.query(f"SELECT mcp.grant_role('{ROLE}', 'admin')")
        template.query(f"SELECT mcp.grant_role('{ROLE}', 'worker')")

    def create(self, name):
        self.drop(name)
        self.maintenance.query(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return Database(self, name)

    def create_empty(self, name):
        """A database without the extension."""
        self.drop(name)
        self.maintenance.query(f"CREATE DATABASE {name} TEMPLATE template0")
        return Database(self, name)

    def drop(self, name):
        self.maintenance.query(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self):
        self.control("stop")

    def start(self):
        self.control("start")

    def crash(self):
        """As if its machine had lost power: no process says good-bye."""
        lock_file = os.path.join(os.environ["MCP_TEST_HOME"], "cluster/postmaster.pid")
        with open(lock_file) as file:
            pid = int(file.readline())
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not os.path.exists(f"/proc/{pid}"), "the postmaster to die")

    def control(self, verb):
        script = os.path.join(TOP, "packaging/local/postgres.sh")
        subprocess.run([script, verb], check=True, stdout=subprocess.DEVNULL)

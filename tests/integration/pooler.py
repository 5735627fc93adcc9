"""A real PgBouncer before a database, in transaction mode, with few server processes.

Each of its settings is the default of its version but for what a test has to choose.
"""

import os
import shutil
import subprocess
import tempfile

import psycopg2
from mcpd import as_user, free_port
from postgres import ROLE
from waiting import wait_for

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:" + os.environ["PATH"])


class Pooler:
    def __init__(self, database, pool_size=4):
        self.database = database
        self.port = free_port()
        self.process = None
        self.folder = tempfile.mkdtemp(prefix="pooler-", dir=os.environ["MCP_TEST_HOME"])
        self.settings = os.path.join(self.folder, "pgbouncer.ini")
        server = database.server
        with open(self.settings, "w") as file:
            file.write(
                f"""[databases]
{database.name} = host={os.environ['PGHOST']} port={os.environ['PGPORT']} \
user={ROLE} password={server.role_password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 200
"""
            )
        subprocess.run(["chmod", "-R", "a+rX", self.folder], check=True)

    @property
    def url(self):
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/{self.database.name}"

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                as_user([PROGRAM, self.settings]), stdout=log, stderr=log
            )
        wait_for(self.answers, "the pooler to answer")
        return self

    def answers(self):
        try:
            return self.ask("SELECT 1")
        except psycopg2.OperationalError:
            return None

    def ask(self, sql):
        """All rows, in a transaction of whichever server process is free."""
        connection = psycopg2.connect(self.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def clean(self):
        self.stop()
        shutil.rmtree(self.folder)

"""mcpctl as a process of the tests, with an environment of its own."""

import json
import os
import subprocess


class Done:
    """What a command said and how it ended."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return self.out.splitlines()


class Mcpctl:
    """Runs commands against one daemon; direct ones against its database."""

    def __init__(self, url, key, database_url, folder):
        self.folder = str(folder)
        self.settings = {
            "MCPCTL_URL": url,
            "MCPCTL_API_KEY": key,
            "DATABASE_URL": database_url,
            "HOME": self.folder,
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
            "ASAN_OPTIONS": "exitcode=99:disable_coredump=1",
        }

    def start(self, *arguments, settings=None, **options):
        """The process; a setting that is None is not set."""
        environment = {**self.settings, **(settings or {})}
        return subprocess.Popen(
            [os.environ["MCP_TEST_MCPCTL"], *arguments],
            cwd=self.folder,
            env={name: value for name, value in environment.items() if value is not None},
            **options,
        )

    def __call__(self, *arguments, settings=None, text=None, code=0):
        """Runs it to its end, and insists on the exit code; None: on none."""
        process = self.start(
            *arguments,
            settings=settings,
            stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, err = process.communicate(text, timeout=120)
        done = Done(process.returncode, out, err)
        assert code is None or done.code == code, (arguments, done.code, out, err)
        return done

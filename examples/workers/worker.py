"""A worker of one's own, in Python: `worker.py postgresql://... [queue]`.

It tells of its last tasks and asks for the next in one call, and sleeps as long as it is
told.  Needs psycopg or psycopg2.
"""
import json
import os
import sys
import time
try:
    import psycopg
except ImportError:
    import psycopg2 as psycopg


def work(task):
    return {"echo": task["inputs"], "by": "python"}


def attempt(task):
    try:
        ended = {"success": True, "result": work(task)}
    except Exception as error:
        ended = {"success": False, "error": str(error), "error_class": type(error).__name__}
    return {**task, **ended}


connection = psycopg.connect(sys.argv[1])
connection.autocommit = True
cursor = connection.cursor()
name, room = f"python-{os.getpid()}", json.dumps({(sys.argv[2:] or ["default"])[0]: 1})
cursor.execute("SELECT mcp.register_worker(%s)", (name,))
epoch, results = cursor.fetchone()[0], []
while True:
    cursor.execute("SELECT mcp.worker_turn(%s, %s, %s, %s)", (name, epoch, json.dumps(results), room))
    turn = cursor.fetchone()[0]
    results = [attempt(task) for task in turn["tasks"]]
    if not results:
        time.sleep(min(turn["sleep_ms"], 500) / 1000)

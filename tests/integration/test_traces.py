"""Runs as traces of OpenTelemetry: what is sent, to whom, and what becomes of runs when nobody takes it."""

import http.server
import json
import threading

import pytest
from definitions import ECHO, script_mcp
from mcpd import Api
from waiting import wait_for

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.requests, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()


def start(make_mcpd, receiver):
    daemon = make_mcpd(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.server_port}/",
        OTEL_EXPORTER_OTLP_HEADERS="X-Tenant=blue",
        OTEL_SERVICE_NAME="orders",
    )
    daemon.start()
    return daemon, Api(daemon.url, daemon.key)


def spans_of(receiver, run_id):
    spans = [
        span
        for _, _, document in receiver.requests
        for resource in document["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]
    [root] = [span for span in spans if attributes(span).get("mcp.run.id") == run_id] or [None]
    if root is None:
        return None
    return root, [span for span in spans if span.get("parentSpanId") == root["spanId"]]


def attributes(span):
    return {pair["key"]: next(iter(pair["value"].values())) for pair in span["attributes"]}


def test_a_run_is_a_trace(make_mcpd, receiver):
    daemon, api = start(make_mcpd, receiver)
    api.post("/context", script_mcp("traced", ECHO))
    run = api.post("/context/traced/execute", {"input_string": "hush"}).json()["run_id"]
    root, steps = wait_for(lambda: spans_of(receiver, run), "the trace")
    assert root["traceId"] == run.replace("-", "")
    assert "parentSpanId" not in root
    assert root["status"] == {"code": 1}
    assert int(root["startTimeUnixNano"]) <= int(root["endTimeUnixNano"])
    [step] = steps
    assert step["traceId"] == root["traceId"]
    assert attributes(step)["mcp.step.attempt"] == "1"
    path, headers, document = receiver.requests[0]
    assert (path, headers["X-Tenant"]) == ("/v1/traces", "blue")
    resource = document["resourceSpans"][0]["resource"]
    assert attributes(resource) == {"service.name": "orders"}
    # Inputs and results are nobody's business there.
    assert "hush" not in json.dumps(receiver.requests)
    daemon.stop()


def test_a_run_belongs_to_the_trace_that_asked_for_it(make_mcpd, receiver):
    daemon, api = start(make_mcpd, receiver)
    api.post("/context", script_mcp("asked", "def main():\n    raise ValueError('no')\n"))
    answer = api.post("/context/asked/execute", {}, headers={"traceparent": PARENT})
    run = answer.json()["run_id"]
    root, [step] = wait_for(lambda: spans_of(receiver, run), "the trace")
    assert root["traceId"] == PARENT.split("-")[1]
    assert root["parentSpanId"] == PARENT.split("-")[2]
    assert root["status"]["code"] == step["status"]["code"] == 2
    daemon.stop()


def test_nobody_takes_them(make_mcpd, receiver):
    daemon, api = start(make_mcpd, receiver)
    receiver.status = 503
    api.post("/context", script_mcp("lonely", ECHO))
    for _ in range(2):
        answer = api.post("/context/lonely/execute", {"input_string": "x"})
        assert answer.json()["success"] is True
        wait_for(lambda: "traces cannot be sent" in daemon.log(), "the log to say so")
    assert daemon.log().count("traces cannot be sent") == 1
    receiver.status = 200
    run = api.post("/context/lonely/execute", {"input_string": "x"}).json()["run_id"]
    wait_for(lambda: spans_of(receiver, run), "the trace")
    wait_for(lambda: "traces are sent again" in daemon.log(), "the log to say so")
    daemon.stop()

"""What was answered in this session, held against the document of the daemon.

Every answer that the tests get is kept once for each route, status and body; the
document's schemas are checked by our own JSON Schema functions, in a database.
"""

import json
import re

import requests

KEPT = {}
DOCUMENT = {}
LARGEST = 200_000


def learn(url):
    """The document of the session's first daemon; all are of one build."""
    if not DOCUMENT:
        DOCUMENT.update(requests.get(url + "/openapi.json", timeout=30).json())


def keep(answer):
    """Of an answer of requests: what the document speaks of."""
    kind = answer.headers.get("Content-Type", "")
    if "json" not in kind or len(answer.content) > LARGEST or not answer.content:
        return
    path = answer.request.path_url.partition("?")[0].rstrip("/")
    KEPT[(answer.request.method, path, answer.status_code, answer.content)] = kind


class Document:
    def __init__(self, document):
        self.document = document
        self.paths = [
            (path, re.compile(re.sub(r"\{\w+\}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))))
            for path in document["paths"]
        ]

    def operation(self, method, path):
        """The one with the fewest names in its path, as the router has it; None: none."""
        found = [one for one, form in self.paths if form.fullmatch(path)]
        found = [one for one in found if method.lower() in self.document["paths"][one]]
        if not found:
            return None
        return self.document["paths"][min(found, key=lambda one: one.count("{"))][method.lower()]

    def schema(self, method, path, status, kind):
        """What an answer must be like; an error in words where it may not be at all."""
        operation = self.operation(method, path)
        if operation is None:
            return None if status in (400, 401, 404, 405) else "no such route"
        name = "2XX" if 200 <= status < 300 else "default"
        content = operation["responses"][name].get("content", {})
        kind = kind.partition(";")[0]
        kind = kind if kind in content else "*/*"
        if kind not in content:
            return "answers with a media type that is not described"
        return {"components": self.document["components"], **content[kind]["schema"]}


def problems(database, document):
    """Everything that was answered and is not as described."""
    described, found, schemas = Document(document), [], {}
    for (method, path, status, body), kind in KEPT.items():
        schema = described.schema(method, path, status, kind)
        if isinstance(schema, str):
            found.append((method, path, status, schema))
        elif schema is not None:
            schemas.setdefault(json.dumps(schema), []).append((method, path, status, body))
    for schema, answers in schemas.items():
        rows = database.query(
            "SELECT a.place, e.instance_path, e.message"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS a (body, place),"
            " LATERAL mcp.json_schema_errors(%s::jsonb, a.body::jsonb) AS e",
            [json.dumps(json.loads(body)) for *_, body in answers],
            schema,
        )
        found += [(*answers[place - 1][:3], f"{where}: {what}") for place, where, what in rows]
    return found

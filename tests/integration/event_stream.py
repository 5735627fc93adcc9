"""A client of server-sent events: what EventSource does, and no more."""

import json

import requests


class Event:
    def __init__(self, lines):
        fields = [line.partition(": ")[::2] for line in lines if not line.startswith(":")]
        self.is_comment = not fields
        self.id = dict(fields).get("id")
        self.kind = dict(fields).get("event")
        data = "\n".join(value for name, value in fields if name == "data")
        self.data = json.loads(data) if data else None

    def __repr__(self):
        return f"{self.kind} {self.data}"


class EventStream:
    """One stream; iterating it waits for events and ends with the stream."""

    def __init__(self, api, path, after=None, **options):
        headers = {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = after
        self.answer = api.get(path, headers=headers, stream=True, timeout=30, **options)
        self.code = self.answer.status_code
        self.lines = self.answer.iter_lines(chunk_size=None, decode_unicode=True)

    def __enter__(self):
        assert self.code == 200, self.answer.text
        assert self.answer.headers["Content-Type"] == "text/event-stream"
        return self

    def __exit__(self, *error):
        self.answer.close()

    def __iter__(self):
        lines = []
        try:
            for line in self.lines:
                if line:
                    lines.append(line)
                elif lines:
                    yield Event(lines)
                    lines = []
        except requests.exceptions.ChunkedEncodingError:
            return

    def events(self):
        return (event for event in self if not event.is_comment)

    def next(self):
        return next(self.events())

    def until(self, kind):
        """The events up to the first of that kind, it included."""
        heard = []
        for event in self.events():
            heard.append(event)
            if event.kind == kind:
                return heard
        raise AssertionError(f"the stream ended before {kind}: {heard}")


def kinds(events):
    return [event.kind for event in events]

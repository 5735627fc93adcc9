"""Language models of the tests: both wire formats, to the letter."""

import json

from peer import response

USAGE = (11, 7)


def sse(events, newline="\n"):
    """The bytes of a stream of (event or None, data) and the head before it."""
    lines = []
    for name, data in events:
        if name is not None:
            lines.append(f"event: {name}")
        lines.append("data: " + (data if isinstance(data, str) else json.dumps(data)))
        lines.append("")
    body = newline.join(lines) + newline
    return stream_head() + body.encode()


def stream_head():
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
        b"Connection: close\r\n\r\n"
    )


def pieces_of(text, size=5):
    return [text[i : i + size] for i in range(0, len(text), size)]


class Anthropic:
    path = "/v1/messages"
    model = "claude-test-1"
    key_variable = "ANTHROPIC_API_KEY"
    url_variable = "ANTHROPIC_BASE_URL"
    base = ""

    @staticmethod
    def events(text="", calls=(), stop=None, usage=USAGE):
        yield "message_start", {
            "type": "message_start",
            "message": {
                "id": "msg_1", "type": "message", "role": "assistant", "content": [],
                "model": "claude-test-1-20260101", "stop_reason": None, "stop_sequence": None,
                "usage": {"input_tokens": usage[0], "output_tokens": 1},
            },
        }
        index = 0
        if text:
            yield "content_block_start", {
                "type": "content_block_start", "index": 0,
                "content_block": {"type": "text", "text": ""},
            }
            yield "ping", {"type": "ping"}
            for piece in pieces_of(text):
                yield "content_block_delta", {
                    "type": "content_block_delta", "index": 0,
                    "delta": {"type": "text_delta", "text": piece},
                }
            yield "content_block_stop", {"type": "content_block_stop", "index": 0}
            index = 1
        for number, (name, arguments) in enumerate(calls):
            yield "content_block_start", {
                "type": "content_block_start", "index": index + number,
                "content_block": {
                    "type": "tool_use", "id": f"toolu_{number}", "name": name, "input": {},
                },
            }
            for piece in pieces_of(json.dumps(arguments)):
                yield "content_block_delta", {
                    "type": "content_block_delta", "index": index + number,
                    "delta": {"type": "input_json_delta", "partial_json": piece},
                }
            yield "content_block_stop", {"type": "content_block_stop", "index": index + number}
        yield "message_delta", {
            "type": "message_delta",
            "delta": {
                "stop_reason": stop or ("tool_use" if calls else "end_turn"),
                "stop_sequence": None,
            },
            "usage": {"output_tokens": usage[1]},
        }
        yield "message_stop", {"type": "message_stop"}

    @staticmethod
    def refusal(status, message, headers=()):
        body = {"type": "error", "error": {"type": "some_error", "message": message}}
        return response(status, body, headers)

    @staticmethod
    def system_of(request):
        return request.json.get("system")

    @staticmethod
    def messages_of(request):
        return [(m["role"], m["content"]) for m in request.json["messages"]]

    @staticmethod
    def key_of(request):
        return request.headers.get("x-api-key")

    @staticmethod
    def results_of(request):
        """What tools returned, by the last message."""
        last = request.json["messages"][-1]
        assert last["role"] == "user"
        assert all(block["type"] == "tool_result" for block in last["content"])
        return [(block["tool_use_id"], block["content"]) for block in last["content"]]


class OpenAI:
    path = "/v1/chat/completions"
    model = "gpt-test-1"
    key_variable = "OPENAI_API_KEY"
    url_variable = "OPENAI_BASE_URL"
    base = "/v1"

    @staticmethod
    def events(text="", calls=(), stop=None, usage=USAGE):
        def chunk(delta, finish=None):
            return None, {
                "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
                "model": "gpt-test-1-2026-01-01", "usage": None,
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            }

        yield chunk({"role": "assistant", "content": "" if text else None})
        for piece in pieces_of(text):
            yield chunk({"content": piece})
        for number, (name, arguments) in enumerate(calls):
            yield chunk({"tool_calls": [{
                "index": number, "id": f"toolu_{number}", "type": "function",
                "function": {"name": name, "arguments": ""},
            }]})
            for piece in pieces_of(json.dumps(arguments)):
                yield chunk({"tool_calls": [{
                    "index": number, "function": {"arguments": piece},
                }]})
        yield chunk({}, stop or ("tool_calls" if calls else "stop"))
        yield None, {
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
            "model": "gpt-test-1-2026-01-01", "choices": [],
            "usage": {
                "prompt_tokens": usage[0], "completion_tokens": usage[1],
                "total_tokens": sum(usage),
            },
        }
        yield None, "[DONE]"

    @staticmethod
    def refusal(status, message, headers=()):
        return response(status, {"error": {"message": message, "type": "t", "code": None}}, headers)

    @staticmethod
    def system_of(request):
        first = request.json["messages"][0]
        return first["content"] if first["role"] == "system" else None

    @staticmethod
    def messages_of(request):
        return [
            (m["role"], m["content"]) for m in request.json["messages"] if m["role"] != "system"
        ]

    @staticmethod
    def key_of(request):
        return request.headers.get("authorization", "").removeprefix("Bearer ")

    @staticmethod
    def results_of(request):
        messages = request.json["messages"]
        return [(m["tool_call_id"], m["content"]) for m in messages if m["role"] == "tool"]


WIRES = [Anthropic, OpenAI]


def says(wire, text="", calls=(), **options):
    return sse(wire.events(text, calls, **options))

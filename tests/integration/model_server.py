"""A language model that is none: both wire formats, for the examples and by hand.

    python3 tests/integration/model_server.py 8090

says what to set for mcpd and answers until it is stopped.  Where it is offered
tools and has not called one yet, it calls the first with the message in every
parameter that is a text; else it says what it was told.
"""

import signal
import sys

from models import Anthropic, OpenAI, says
from peer import Peer


def wire_of(request):
    return Anthropic if request.target.endswith(Anthropic.path) else OpenAI


def text_of(content):
    """Of a message, in either format, and of results of tools."""
    if isinstance(content, str):
        return content
    return " ".join(block.get("text") or block.get("content") or "" for block in content)


def tools_of(request, wire):
    tools = request.json.get("tools", [])
    if wire is Anthropic:
        return [(tool["name"], tool["input_schema"]) for tool in tools]
    return [(tool["function"]["name"], tool["function"]["parameters"]) for tool in tools]


def may_call(request, wire):
    choice = request.json.get("tool_choice")
    has_results = any(
        message["role"] == "tool"
        or (isinstance(message["content"], list) and message["content"][0].get("type") == "tool_result")
        for message in request.json["messages"]
    )
    return not has_results and (choice["type"] if wire is Anthropic else choice) == "auto"


def arguments_for(schema, text):
    properties = schema.get("properties", {})
    return {name: text for name in properties if properties[name].get("type", "string") == "string"}


def answer(request):
    wire = wire_of(request)
    tools = tools_of(request, wire)
    said = text_of(request.json["messages"][-1]["content"])
    if tools and may_call(request, wire):
        name, schema = tools[0]
        return says(wire, f"I ask {name}.", [(name, arguments_for(schema, said))])
    return says(wire, f"You said: {said}")


def main():
    server = Peer(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    server.play(answer)
    print("MCP_DEFAULT_MODEL=claude-test-1 ANTHROPIC_API_KEY=none", end=" ")
    print(f"ANTHROPIC_BASE_URL={server.url} OPENAI_BASE_URL={server.url}/v1", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()

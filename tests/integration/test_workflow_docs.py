"""Every document of docs/workflows.md is one that mcp.create_workflow takes, and
every key and rule of the language has its place on that page."""

import json
import os
import re

import pytest
from postgres import TOP

EXAMPLE = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MCPS = ("fetch", "charge", "mail")


@pytest.fixture(scope="module")
def page():
    with open(os.path.join(TOP, "docs", "workflows.md")) as file:
        return file.read()


@pytest.fixture(scope="module")
def examples(page):
    return [json.loads(text) for text in EXAMPLE.findall(page)]


@pytest.fixture(scope="module")
def stored(database, examples):
    for mcp in MCPS:
        definition = {"name": mcp.title(), "slug": mcp, "type": "worker", "config": {}}
        database.value("SELECT mcp.create_mcp(%s)", json.dumps(definition))
    return [
        database.value("SELECT mcp.create_workflow(%s)", json.dumps(document))
        for document in examples
    ]


def keys_of(value):
    """Every key of every object in a document."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from keys_of(member)
    elif isinstance(value, list):
        for item in value:
            yield from keys_of(item)


def test_every_example_is_stored_with_all_that_it_says(examples, stored):
    assert len(stored) >= 8
    for document, workflow in zip(examples, stored):
        said = set(keys_of(document)) - {"workflow"}
        assert said <= set(keys_of(workflow)), document["name"]


def test_what_is_stored_is_stored_again_without_a_change(database, stored):
    for workflow in stored:
        again = database.value(
            "SELECT mcp.update_workflow(%s, %s)", workflow["slug"], json.dumps(workflow)
        )
        assert again["version"] == 1, workflow["name"]


def test_every_key_of_the_language_is_in_an_example(database, examples):
    """The keys come from the server: it lists them where one is unknown."""
    step = {"name": "S", "mcp_id": "fetch", "?": 1}
    nested = {
        "retry": {"?": 1},
        "for_each": {"items": {"source_type": "item", "?": 1}, "?": 1},
        "wait": {"approval": {"?": 1}, "?": 1},
        "cache": {"ttl": 1, "?": 1},
        "on_error": {"fallback_step": "x", "?": 1},
    }
    document = {"name": "x", "concurrency": {"?": 1}, "?": 1, "steps": [{**step, **nested}]}
    rows = database.query(
        "SELECT hint FROM mcp.validate_workflow(%s) WHERE rule = 'unknown_key'",
        json.dumps(document),
    )
    known = {key for (hint,) in rows for key in re.findall(r'"(\w+)"', hint.split("Allowed keys are")[1])}
    assert len(known) > 40
    known -= {"workflow_id"}  # the normal form of "workflow"
    assert known <= set(keys_of(examples)), known - set(keys_of(examples))


def test_every_rule_of_the_language_is_on_the_page(page):
    extension = os.path.join(TOP, "extension")
    rules = set()
    for name in os.listdir(extension):
        if re.fullmatch(r"workflow_\w+\.c", name):
            with open(os.path.join(extension, name)) as file:
                rules |= set(re.findall(r'PROBLEM_(?:REFERENCE|LOOP),\s*"(\w+)"', file.read()))
    assert len(rules) > 15
    missing = {rule for rule in rules if f"`{rule}`" not in page}
    assert not missing

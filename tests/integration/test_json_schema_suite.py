"""The official JSON Schema test suite, draft 2020-12, case by case.

It lies beside the project, in ../shared; where it does not, these tests are
skipped.  Its remotes/ are what the suite wants to be found under
http://localhost:1234, so they are registered there.
"""

import json
import os

import psycopg2
import pytest
from postgres import TOP

SUITE = os.path.join(os.path.dirname(TOP), "shared", "json-schema-test-suite")
REMOTES = os.path.join(SUITE, "remotes")
DRAFT = os.path.join(SUITE, "tests", "draft2020-12")
BASE = "http://localhost:1234/"

pytestmark = pytest.mark.skipif(
    not os.path.isdir(DRAFT),
    reason="the official test suite is not there: " + SUITE,
)

# What we do not do: file, description of the group, why.
EXCEPTIONS = {
    (
        "cross-draft.json",
        "refs to historic drafts are processed as historic drafts",
    ): "only 2020-12 is spoken; another draft is refused, not guessed at",
}

# How many there are, so that a suite half copied is not taken for all of it.
REQUIRED = 1299
FORMATS = 764
OPTIONAL = 162


def files(*folders):
    folder = os.path.join(DRAFT, *folders)
    if not os.path.isdir(folder):
        return []
    return sorted(
        os.path.join(folder, name)
        for name in os.listdir(folder)
        if name.endswith(".json")
    )


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def name_of(path):
    return os.path.relpath(path, DRAFT)[: -len(".json")]


def each(found):
    """The files as parameters; where the suite is absent, one to be skipped."""
    known = [pytest.param(path, id=name_of(path)) for path in found]
    return pytest.mark.parametrize("path", known or [None])


def has_nul(*documents):
    return any("\\u0000" in json.dumps(document) for document in documents)


@pytest.fixture(scope="module")
def cursor(database):
    connection = database.connect()
    with connection.cursor() as cursor:
        for folder, _, names in os.walk(REMOTES):
            for name in names:
                path = os.path.join(folder, name)
                uri = BASE + os.path.relpath(path, REMOTES)
                cursor.execute(
                    "SELECT mcp.register_json_schema(%s, %s)",
                    (uri, json.dumps(read(path))),
                )
        yield cursor
    connection.close()


# jsonb has no U+0000, json has: what holds it is asked of the functions over json,
# and they are asked everything else as well.
OF_JSONB = ""
OF_JSON = "_json"


def answer(cursor, kind, schema, instance, assert_format):
    """True or false, or the SQLSTATE; the errors must be of the same opinion."""
    arguments = (json.dumps(schema), json.dumps(instance), assert_format)
    try:
        cursor.execute(
            f"SELECT mcp.json_schema_is_valid{kind}(%s, %s, %s)", arguments
        )
        is_valid = cursor.fetchone()[0]
    except psycopg2.Error as error:
        return error.pgcode
    cursor.execute(
        f"SELECT count(*) FROM mcp.json_schema_errors{kind}(%s, %s, %s)", arguments
    )
    assert (cursor.fetchone()[0] == 0) == is_valid
    return is_valid


def run(cursor, path, assert_format):
    """How many cases of a file pass, and those that should and do not (or, being
    listed as exceptions, should not and do)."""
    passed = 0
    failures = []
    for group in read(path):
        key = (os.path.basename(path), group["description"])
        for case in group["tests"]:
            documents = (group["schema"], case["data"])
            got = answer(cursor, OF_JSON, *documents, assert_format)
            if not has_nul(*documents):
                assert got == answer(cursor, OF_JSONB, *documents, assert_format)
            expected = case["valid"]
            passed += got == expected
            if (got == expected) == (key in EXCEPTIONS):
                failures.append((*key, case["description"], got))
    return passed, failures


def count(paths):
    return sum(len(group["tests"]) for path in paths for group in read(path))


@each(files())
def test_required_cases_pass(cursor, path):
    passed, failures = run(cursor, path, assert_format=False)
    assert failures == []
    assert passed == count([path])


@each(files("optional"))
def test_optional_cases_pass_but_for_the_listed(cursor, path):
    _, failures = run(cursor, path, assert_format=False)
    assert failures == []


@each(files("optional", "format"))
def test_formats_are_asserted_when_asked_for(cursor, path):
    passed, failures = run(cursor, path, assert_format=True)
    assert failures == []
    assert passed == count([path])


@each(files() + files("optional") + files("optional", "format"))
def test_a_schema_of_the_suite_is_a_schema(cursor, path):
    for group in read(path):
        key = (os.path.basename(path), group["description"])
        if has_nul(group["schema"]) or key in EXCEPTIONS:
            continue
        cursor.execute(
            "SELECT instance_path, message FROM mcp.json_schema_check(%s)",
            (json.dumps(group["schema"]),),
        )
        assert cursor.fetchall() == [], group["description"]


def test_the_suite_is_whole():
    assert count(files()) == REQUIRED
    assert count(files("optional", "format")) == FORMATS
    assert count(files("optional")) == OPTIONAL

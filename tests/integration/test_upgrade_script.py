"""upgrade.awk: what it writes by itself, and what it will not guess."""

import os
import subprocess

import pytest
from postgres import TOP

FUNCTION = """\
-- What it is for.
CREATE FUNCTION mcp.f(a text)
RETURNS {result}
LANGUAGE sql
AS $$ SELECT {body} $$;
COMMENT ON FUNCTION mcp.f(text) IS
'It''s one; {comment}.';
"""
TABLE = "CREATE TABLE mcp.t (a text{more});\nCOMMENT ON COLUMN mcp.t.a IS 'a';\n"


@pytest.fixture
def upgrade(tmp_path):
    def write(old, new, by_hand=""):
        for name, text in (("old", old), ("new", new), ("by_hand", by_hand)):
            (tmp_path / name).write_text(text)
        program = os.path.join(TOP, "packaging/release/upgrade.awk")
        return subprocess.run(
            ["awk", "-f", program, "old", "new", "by_hand"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return write


def statements(answer):
    """What the script does, without its head."""
    assert answer.returncode == 0, answer.stderr
    return " ".join(" ".join(answer.stdout.split("\n")[2:]).split())


def function(result="text", body="'a; b'", comment="a -- b"):
    return FUNCTION.format(result=result, body=body, comment=comment)


def test_what_is_the_same_is_left_alone(upgrade):
    other_comments = function().replace("What it is for", "It's for")
    assert statements(upgrade(function(), other_comments)) == ""


def test_a_function_is_replaced(upgrade):
    script = statements(upgrade(function(), function(body="'c'")))
    assert script.startswith("CREATE OR REPLACE FUNCTION mcp.f(a text)")
    assert "DROP" not in script and "COMMENT" not in script


def test_a_function_with_another_result_is_made_anew(upgrade):
    script = statements(upgrade(function(), function(result="integer")))
    assert script.startswith("DROP FUNCTION mcp.f; CREATE OR REPLACE FUNCTION mcp.f")


def test_a_function_that_is_made_anew_gets_its_comment_back(upgrade):
    script = statements(upgrade(function(), function(result="integer")))
    assert script.endswith("COMMENT ON FUNCTION mcp.f(text) IS 'It''s one; a -- b.';")


def test_a_trigger_that_is_made_anew_gets_its_comment_back(upgrade):
    old = "CREATE TRIGGER g BEFORE UPDATE ON mcp.t;\nCOMMENT ON TRIGGER g ON mcp.t IS\n'g';\n"
    new = old.replace("UPDATE", "DELETE")
    made, comment = new.strip().split("\n", 1)
    script = statements(upgrade(old, new))
    assert script == f"DROP TRIGGER g ON mcp.t; {made} {' '.join(comment.split())}"


def test_the_comment_of_other_arguments_goes_with_them(upgrade):
    new = function().replace("a text", "a text, b text").replace("f(text)", "f(text, text)")
    script = statements(upgrade(function(), new))
    assert "f(text) IS" not in script
    assert "f(text, text) IS" in script


def test_what_is_gone_is_dropped(upgrade):
    index = "CREATE UNIQUE INDEX t_a ON mcp.t (a);\n"
    trigger = "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON mcp.t EXECUTE FUNCTION mcp.f();\n"
    script = statements(upgrade(function() + TABLE + index + trigger, TABLE))
    assert script == "DROP TRIGGER g ON mcp.t; DROP INDEX mcp.t_a; DROP FUNCTION mcp.f;"


def test_a_table_that_changed_needs_a_section(upgrade):
    new = TABLE.replace("{more}", ", b text")
    refused = upgrade(TABLE, new)
    assert refused.returncode != 0
    assert '"TABLE mcp.t" has changed' in refused.stderr
    section = "-- @ TABLE mcp.t\nALTER TABLE mcp.t ADD b text;\n"
    assert statements(upgrade(TABLE, new, section)) == "ALTER TABLE mcp.t ADD b text;"


def test_a_section_for_nothing_is_refused(upgrade):
    refused = upgrade(TABLE, TABLE, "-- @ TABLE mcp.t\nALTER TABLE mcp.t ADD b text;\n")
    assert refused.returncode != 0
    assert "nothing has changed" in refused.stderr


def test_a_name_that_is_two_functions_is_refused(upgrade):
    refused = upgrade(TABLE, TABLE + function() + function())
    assert refused.returncode != 0
    assert "FUNCTION mcp.f stands twice" in refused.stderr

"""MCP_SANDBOX=strict: a cgroup for each task, or a sentence that says why not.

Which of the two depends on the machine: on a subtree of cgroups of version 2 that
is delegated to whoever runs the tests.
"""

import pytest
from definitions import Workbench
from mcpd import Api, sandbox_level

pytestmark = pytest.mark.skipif(
    "sandbox_level() != 'standard'", reason="this machine refuses namespaces"
)

BOMB = "def main():\n    return len([bytearray(1 << 20) for _ in range(4096)])\n"


@pytest.fixture(scope="module")
def strict(make_mcpd):
    return make_mcpd(MCP_SANDBOX="strict", MCP_SANDBOX_MEMORY="128").start()


def test_strict_is_had_or_refused_with_a_reason(strict):
    api = Api(strict.url, strict.key)
    bench = Workbench(api)
    health = Api(strict.url).get("/health").json()
    answer = bench.call(bench.script("def main():\n    return 1\n"))
    if health["sandbox"] == "strict":
        assert answer["result"] == 1
        assert "sandbox_missing" not in health
        assert bench.call(bench.script(BOMB))["success"] is False
        return
    assert health["sandbox"] == "none"
    assert "cgroup" in health["sandbox_missing"]
    assert health["sandbox_missing"].endswith("or set MCP_SANDBOX=standard")
    assert answer["success"] is False
    assert health["sandbox_missing"] in answer["error"]


"""The last lines of `make test`, which are all that some people see of it."""

import pytest

from tools.check import _print_summaries
from tools.steps import Result

VITEST = """ \x1b[32m✓\x1b[39m \x1b[30m\x1b[45m core \x1b[49m\x1b[39m src/core/policy.test.ts (6 tests)
\x1b[31m⎯⎯⎯⎯\x1b[39m\x1b[1m\x1b[41m Failed Tests 1 \x1b[49m\x1b[22m\x1b[31m⎯⎯⎯⎯\x1b[39m

\x1b[41m\x1b[1m FAIL \x1b[22m\x1b[49m \x1b[45m core \x1b[49m src/core/a.test.ts\x1b[2m > \x1b[22mit is saved
AssertionError: expected 1 to be 2

\x1b[2m Test Files \x1b[22m \x1b[1m\x1b[31m1 failed\x1b[39m\x1b[22m\x1b[2m | \x1b[22m46 passed\x1b[90m (47)\x1b[39m
\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[31m1 failed\x1b[39m\x1b[22m\x1b[2m | \x1b[22m876 passed\x1b[90m (877)\x1b[39m
\x1b[2m   Duration \x1b[22m 143.55s
"""
PYTEST = """.....F..
FAILED tests/test_a.py::test_it_is_saved
=========== 1 failed, 7 passed in 3.20s ===========
"""


def test_they_name_what_failed_and_end_with_what_pytest_says(capsys: pytest.CaptureFixture[str]) -> None:
    _print_summaries([Result("pytest", 1, 3.2, PYTEST), Result("vitest", 1, 143.6, VITEST)])
    said = capsys.readouterr().out.splitlines()
    assert said == [
        " FAIL   core  src/core/a.test.ts > it is saved",
        " Test Files  1 failed | 46 passed (47)",
        "      Tests  1 failed | 876 passed (877)",
        "FAILED tests/test_a.py::test_it_is_saved",
        "=========== 1 failed, 7 passed in 3.20s ===========",
    ]

"""What a model can have calculated."""

import pytest

from src.errors import InvalidInput
from src.services.tools.calculator import calculate


@pytest.mark.parametrize(
    ("expression", "value"),
    [("3 * (4 + 5)", "27"), ("0.1 + 0.2", "0.3"), ("2^10", "1024"), ("sqrt(16)", "4"), ("-7 % 3", "2"), ("1/3*3", "1")],
)
def test_it_calculates(expression: str, value: str) -> None:
    assert calculate(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "9**9**9",
        "9" * 501,
        "1/0",
        "__import__('os')",
        "(1).real",
        "'a' * 9",
        "[1] * 9",
        "((",
        "",
        "1e999",
        "sqrt(-1)",
        "x",
    ],
)
def test_what_is_no_arithmetic_or_takes_for_ever_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput):
        calculate(expression)

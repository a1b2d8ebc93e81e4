"""JSON as databases, the log of changes and browsers can hold it, whatever a model or a tool made."""

import json
import math
from typing import Any, Final

from src.unicode import storable

DEEPEST: Final = 40
"""What lies deeper is kept as the text of its JSON."""
EXACT: Final = 2**53
"""A whole number that is larger is not the same number in a browser: it is kept as its digits."""


def storable_json(value: Any, depth: int = 0) -> Any:
    """The same value with whole characters and numbers that can be read again."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT:
        return str(value) if value.bit_length() < EXACT.bit_length() * 4 else "a very large number"
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple):
        value = list(value)
    if not isinstance(value, dict | list):
        return storable(str(value))
    if depth == DEEPEST:
        return storable(text_of(value))
    if isinstance(value, list):
        return [storable_json(item, depth + 1) for item in value]
    return {storable(str(name)): storable_json(item, depth + 1) for name, item in value.items()}


def text_of(value: Any) -> str:
    """As people and models read it: a text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "[nested too deeply]"


def read(text: str) -> Any:
    """The JSON value that a text is; raises ValueError for what is none, or cannot be read here."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None

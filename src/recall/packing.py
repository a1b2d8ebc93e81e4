"""What of the ranked units is shown, within a budget."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from src.recall.arrays import Arrays, Floats

PER_COST: Final = 0.8
CONSIDERED: Final = 400
CHARS_PER_TOKEN: Final = 4
DATE_LINE_CHARS: Final = 13
UNIT_CHARS: Final = 7
"""Who said it, and the end of the line."""


class Picked(NamedTuple):
    unit: int
    score: float


def pack(arrays: Arrays, scores: Floats, tokens: int) -> list[Picked]:
    """The best first, skipping what does not fit, with a line of `DATE_LINE_CHARS` for each conversation."""
    left, sessions, picked = tokens * CHARS_PER_TOKEN, set[int](), list[Picked]()
    session, cost = arrays.column("session"), arrays.column("cost")
    for unit, score in _ordered(arrays, scores):
        chars = int(cost[unit]) + UNIT_CHARS + (0 if session[unit] in sessions else DATE_LINE_CHARS)
        if chars <= left:
            left -= chars
            sessions.add(int(session[unit]))
            picked.append(Picked(unit, score))
    return picked


def _ordered(arrays: Arrays, scores: Floats) -> Iterable[Picked]:
    """By score, less for what is long; of the same, the older one in the conversation that came first."""
    value = scores - PER_COST * np.log(np.maximum(arrays.column("cost"), 1) / CHARS_PER_TOKEN)
    best = np.argpartition(-value, CONSIDERED)[:CONSIDERED] if len(value) > CONSIDERED else np.arange(len(value))
    best = best[np.isfinite(scores[best])]
    order = np.lexsort((arrays.column("place")[best], arrays.column("time")[best], -value[best]))
    return (Picked(int(unit), float(scores[unit])) for unit in best[order])

"""Which memories matter to what is asked or said: by the ranking of what was said."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from src.entities import Memory
from src.recall import ranking, units
from src.recall.arrays import Arrays, Turn
from src.recall.ranking import PERSON


class RankedMemory(NamedTuple):
    """`features` say how much each thing that it has in common with the question counts for `score`; `terms` are the
    words, as stems."""

    memory: Memory
    score: float
    features: dict[str, float]
    terms: list[str]


def ranked(memories: Sequence[Memory], question: str, names: Sequence[Collection[str]]) -> list[RankedMemory]:
    """The best first, without those that have nothing in common with it. `names` as in `ranking.query`."""
    asked = ranking.query(question, names)
    if not memories or not (asked.terms or asked.moment):
        return []
    arrays = Arrays()
    arrays.add([_turn(number, memory) for number, memory in enumerate(memories, 1)])
    found = ranking.rank(arrays, asked)
    best = dict[int, int]()
    for unit in np.argsort(-found.scores, kind="stable"):
        if np.isfinite(found.scores[unit]):
            best.setdefault(int(arrays.column("message")[unit]), int(unit))
    return [
        RankedMemory(
            memories[number - 1],
            round(float(found.scores[unit]), 3),
            {
                name: round(float(ranking.WEIGHTS[name] * values[unit]), 3)
                for name, values in found.features.items()
                if values[unit]
            },
            [term for term, postings in found.by_term.items() if unit in postings.units],
        )
        for number, unit in best.items()
    ]


def _turn(number: int, memory: Memory) -> Turn:
    """Each stands alone: what is noted before and after it has nothing to do with it."""
    since = memory.valid_from or memory.created_at
    return Turn(number, memory.id, 1, PERSON, since, units.units(memory.content))

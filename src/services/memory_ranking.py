"""Which memories matter to what is asked or said: by the ranking of what was said."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from src.entities import Memory, RecalledMemory
from src.recall import ranking, units
from src.recall.arrays import Arrays, Turn
from src.recall.ranking import PERSON
from src.recall.terms import spellings


class RankedMemories:
    """Some memories, ready to be ranked. One thread at a time."""

    def __init__(self, memories: Sequence[Memory]) -> None:
        self.memories = memories
        self._arrays = Arrays()
        self._arrays.add([_turn(number, memory) for number, memory in enumerate(memories)])

    def ranked(
        self, question: str, names: Sequence[Collection[str]], before: str = "", least: float = -np.inf
    ) -> list[RecalledMemory]:
        """The best first, of those that score `least` and have something in common with it. `names` and
        `before` as in `ranking.query`."""
        asked = ranking.query(question, names, before)
        if not self._arrays.count or not (asked.terms or asked.moment):
            return []
        found = ranking.rank(self._arrays, asked)
        best = dict[int, int]()
        for unit in np.argsort(-found.scores, kind="stable"):
            if found.scores[unit] < least or not np.isfinite(found.scores[unit]):
                break
            best.setdefault(int(self._arrays.column("message")[unit]), int(unit))
        words = spellings(question)  # of the question before, another message tells
        return [self._entity(number, unit, found, words) for number, unit in best.items()]

    def _entity(self, number: int, unit: int, found: ranking.Ranked, words: Mapping[str, str]) -> RecalledMemory:
        counted = {name: float(ranking.WEIGHTS[name] * values[unit]) for name, values in found.features.items()}
        return RecalledMemory(
            memory=self.memories[number],
            score=round(float(found.scores[unit]), 3),
            features={name: round(value, 3) for name, value in counted.items() if value},
            terms=[words[term] for term, postings in found.by_term.items() if term in words and unit in postings],
        )


def _turn(number: int, memory: Memory) -> Turn:
    """Each stands alone: what is noted before and after it has nothing to do with it."""
    since = memory.valid_from or memory.created_at
    return Turn(number, memory.id, 1, PERSON, since, units.units(memory.content))

"""What of the ranked units is shown, within a budget."""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from src.recall.arrays import Arrays, Floats
from src.recall.ranking import LOCRIT, PERSON

PER_COST: Final = 0.8
CONSIDERED: Final = 400
LOOKED_AT: Final = 20 * CONSIDERED
"""Of what is said more than once only one is considered."""
CHARS_PER_TOKEN: Final = 4
DATE_LINE_CHARS: Final = 13
UNIT_CHARS: Final = 7
"""Who said it, and the end of the line."""

Because = Literal["score", "pinned", "question"]


class Picked(NamedTuple):
    """`because` of its score, as a person wants it always, or as what the answer that is picked was asked."""

    unit: int
    score: float
    because: Because = "score"


class _Budget:
    """What is picked so far, with a line of `DATE_LINE_CHARS` for each conversation."""

    def __init__(self, arrays: Arrays, tokens: int) -> None:
        self.picked: dict[int, Picked] = {}
        self._left = tokens * CHARS_PER_TOKEN
        self._sessions, self._texts = set[int](), set[int]()
        self._session, self._cost, self._text = (arrays.column(name) for name in ("session", "cost", "text"))

    def take(self, one: Picked) -> None:
        """If it fits, and is not there; what says the same, as copies in forks do, is there."""
        session, text = int(self._session[one.unit]), int(self._text[one.unit])
        chars = int(self._cost[one.unit]) + UNIT_CHARS + (0 if session in self._sessions else DATE_LINE_CHARS)
        if chars <= self._left and text not in self._texts:
            self._left -= chars
            self._sessions.add(session)
            self._texts.add(text)
            self.picked[one.unit] = one


def pack(
    arrays: Arrays, scores: Floats, tokens: int, may_be_shown: NDArray[np.bool_], pinned: NDArray[np.bool_]
) -> list[Picked]:
    """What is pinned, then the best, skipping what does not fit; with what is left, what the answers among it were
    asked."""
    budget = _Budget(arrays, tokens)
    for unit, score in _ordered(arrays, np.where(np.isfinite(scores), scores, 0), pinned & may_be_shown):
        budget.take(Picked(unit, score, "pinned"))
    for unit, score in _ordered(arrays, scores, np.isfinite(scores)):
        budget.take(Picked(unit, score))
    before, role = arrays.column("before"), arrays.column("role")
    for unit in [*budget.picked]:
        asked = int(before[unit])
        if asked >= 0 and (role[asked], role[unit]) == (PERSON, LOCRIT) and may_be_shown[asked]:
            budget.take(Picked(asked, 0.0, "question"))
    return [*budget.picked.values()]


def _ordered(arrays: Arrays, scores: Floats, of: NDArray[np.bool_]) -> Iterable[tuple[int, float]]:
    """By score, less for what is long; of what says the same, the older one in the conversation that came first."""
    units = np.flatnonzero(of)
    cost = np.maximum(arrays.column("cost")[units], 1)
    value = scores[units] - PER_COST * np.log(cost / CHARS_PER_TOKEN)
    if len(units) > LOOKED_AT:
        best = np.argpartition(-value, LOOKED_AT)[:LOOKED_AT]
        units, value = units[best], value[best]
    units = units[np.lexsort((arrays.column("place")[units], arrays.column("time")[units], -value))]
    _, first = np.unique(arrays.column("text")[units], return_index=True)
    return ((unit, float(scores[unit])) for unit in units[np.sort(first)[:CONSIDERED]].tolist())

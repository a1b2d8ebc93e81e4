"""What one person has said with one Locrit, as arrays: the terms of each unit in their order, and where they stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from src.recall import units
from src.recall.units import Unit

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

MOST_CAPITALS: Final = 4
LINKED_ALONE: Final = 50
"""Sessions; of more, all are linked at once."""
TELLING: Final = 3
"""Units with so many terms, and the same ones, say the same."""
UNSORTED: Final = 30_000
"""So many terms that came last are looked through; with more, the postings are made anew."""

_COLUMNS: Final[dict[str, Any]] = {
    **dict.fromkeys(("length", "session", "cost", "before", "after", "start", "end"), np.int32),
    **dict.fromkeys(("message", "place", "time", "text"), np.int64),
    **dict.fromkeys(("role", "first", "asks", "times", "capitals"), np.int8),
    "alive": np.bool_,
}


class Turn(NamedTuple):
    """What is known of a message: `row_id` and `session` are what a store calls it and its conversation; `seq` is its
    place there, `role` 0 for the person and 1 for the Locrit, `time` in milliseconds since 1970."""

    row_id: int
    session: str
    seq: int
    role: int
    time: int
    units: Sequence[Unit]


@dataclass(frozen=True, slots=True)
class Postings:
    """Units that have a term, in their order, how often, and where in all terms each of them is."""

    units: Ints
    counts: Ints
    positions: Ints

    def __contains__(self, unit: int) -> bool:
        at = int(self.units.searchsorted(unit))
        return at < len(self.units) and int(self.units[at]) == unit


class Arrays:
    """Grows at its end; what is gone is marked. `names` are those of who talks: they make no sentence worth more. Not
    for several threads at once."""

    def __init__(self, names: Collection[str] = ()) -> None:
        self.count = 0
        self._names = names
        self.sessions: dict[str, int] = {}
        self._columns = {name: np.zeros(256, dtype) for name, dtype in _COLUMNS.items()}
        self._vocabulary: dict[str, int] = {}
        self._terms = np.zeros(4096, np.int32)
        self._unit_of = np.zeros(4096, np.int32)
        self._size = 0
        self._sorted = 0
        self._order = self._starts = np.zeros(1, np.int32)
        self._by_message: dict[int, tuple[int, int]] = {}

    def column(self, name: str) -> NDArray[Any]:
        return self._columns[name][: self.count]

    @property
    def unit_of(self) -> Ints:
        return self._unit_of[: self._size]

    def of_messages(self, row_ids: Collection[int]) -> NDArray[np.bool_]:
        """Whether a unit is of one of these messages."""
        found = np.zeros(self.count, np.bool_)
        for row_id in row_ids:
            if (known := self._by_message.get(row_id)) is not None:
                found[slice(*known)] = True
        return found

    def of_text(self, said: str) -> NDArray[np.bool_]:
        """Whether a unit says the same as some of this."""
        return np.isin(self.column("text"), [_text(unit, -1) for unit in units.units(said)])

    def add(self, turns: Sequence[Turn]) -> None:
        """Each in the place of what was there of its message."""
        changed = {turn.session for turn in turns}
        stream: list[int] = []
        owners: list[int] = []
        for turn in turns:
            self.drop(turn.row_id, relinks=False)
            self._add(turn, stream, owners)
        self._append(np.array(stream, np.int32), np.array(owners, np.int32))
        if len(changed) > LINKED_ALONE:
            self._link_all()
        else:
            for session in changed:
                self._link(self.sessions[session])

    def drop(self, row_id: int, *, relinks: bool = True) -> None:
        """What the message said, if it is there."""
        known = self._by_message.pop(row_id, None)
        if known is not None:
            self._columns["alive"][slice(*known)] = False
            if relinks:
                self._link(int(self._columns["session"][known[0]]))

    def units_of(self, row_id: int) -> tuple[int, int]:
        """The first unit of the message, and the one after its last."""
        return self._by_message.get(row_id, (0, 0))

    def postings(self, term: str) -> Postings | None:
        number = self._vocabulary.get(term)
        if number is None:
            return None
        if self._size - self._sorted > UNSORTED:
            self._sort()
        tail = np.flatnonzero(self._terms[self._sorted : self._size] == number).astype(np.int32) + self._sorted
        known = number + 1 < len(self._starts)
        base = self._order[self._starts[number] : self._starts[number + 1]] if known else tail[:0]
        positions = np.concatenate((base, tail)) if len(tail) else base
        of = self._unit_of[positions]
        is_alive = self._columns["alive"][of]
        if not is_alive.all():
            positions, of = positions[is_alive], of[is_alive]
        if not len(of):
            return None
        firsts = np.flatnonzero(np.diff(of, prepend=-1))
        counts = np.diff(firsts, append=len(of)).astype(np.int32)
        return Postings(of[firsts], counts, positions)

    def adjacent(self, first: Postings, second: str) -> tuple[Ints, Ints] | None:
        """Units in which the second term follows the first one at once, and how often."""
        number = self._vocabulary.get(second)
        after = first.positions + 1
        after = after[after < self._size]
        follows = (self._terms[after] == number) & (self._unit_of[after] == self._unit_of[after - 1])
        of = self._unit_of[after[follows]]
        if not len(of):
            return None
        firsts = np.flatnonzero(np.diff(of, prepend=-1))
        return of[firsts], np.diff(firsts, append=len(of)).astype(np.int32)

    def _add(self, turn: Turn, stream: list[int], owners: list[int]) -> None:
        session = self.sessions.setdefault(turn.session, len(self.sessions))
        begin = self.count
        numbers = self._vocabulary
        for piece, unit in enumerate(turn.units):
            at = self.count
            self._reserve(at + 1)
            columns = self._columns
            columns["session"][at], columns["message"][at] = session, turn.row_id
            columns["place"][at], columns["length"][at] = turn.seq << 12 | piece, len(unit.terms)
            columns["time"][at], columns["role"][at] = turn.time, turn.role
            columns["start"][at], columns["end"][at] = unit.span
            columns["cost"][at] = unit.span.end - unit.span.start
            columns["first"][at], columns["asks"][at], columns["times"][at], capitals = unit.features
            columns["capitals"][at] = min(MOST_CAPITALS, sum(word not in self._names for word in capitals))
            columns["text"][at], columns["alive"][at] = _text(unit, at), True
            stream += [numbers.setdefault(term, len(numbers)) for term in unit.terms]
            owners += [at] * len(unit.terms)
            self.count += 1
        if self.count > begin:
            self._by_message[turn.row_id] = (begin, self.count)

    def _reserve(self, count: int) -> None:
        if count > len(self._columns["alive"]):
            self._columns = {name: _grown(column, count * 2) for name, column in self._columns.items()}

    def _append(self, numbers: Ints, owners: Ints) -> None:
        end = self._size + len(numbers)
        if end > len(self._terms):
            self._terms, self._unit_of = _grown(self._terms, end * 2), _grown(self._unit_of, end * 2)
        self._terms[self._size : end], self._unit_of[self._size : end] = numbers, owners
        self._size = end

    def _sort(self) -> None:
        numbers = self._terms[: self._size]
        self._order = np.argsort(numbers, kind="stable").astype(np.int32)
        sizes = np.bincount(numbers, minlength=len(self._vocabulary))
        self._starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
        self._sorted = self._size

    def _link(self, session: int) -> None:
        """Who stands before and after whom."""
        members = np.flatnonzero((self.column("session") == session) & self.column("alive"))
        self._chain(members[np.argsort(self.column("place")[members], kind="stable")])

    def _link_all(self) -> None:
        members = np.flatnonzero(self.column("alive"))
        session, place = self.column("session")[members], self.column("place")[members]
        self._chain(members[np.lexsort((place, session))])

    def _chain(self, members: NDArray[np.int64]) -> None:
        session = self.column("session")[members]
        same = session[1:] == session[:-1]
        before, after = self._columns["before"], self._columns["after"]
        before[members], after[members] = -1, -1
        before[members[1:][same]] = members[:-1][same]
        after[members[:-1][same]] = members[1:][same]


def _text(unit: Unit, otherwise: int) -> int:
    """The same for those that say the same, like the copies in forks."""
    said = (*unit.terms, unit.span.end - unit.span.start)
    return hash(said) if len(unit.terms) >= TELLING else otherwise


def _grown(column: NDArray[Any], size: int) -> NDArray[Any]:
    grown = np.zeros(size, column.dtype)
    grown[: len(column)] = column
    return grown

"""Recall: what was said with a Locrit before and matters to a question, from what the caller may see.

What is ranked is in memory, for the few Locrits that were talked with last; it follows the index, which follows what is
saved. What is recalled is read from the messages themselves: what is gone from there is never recalled.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from src.entities import Locrit, Message
from src.entities.recall import Mark, Recalled, RecallMark
from src.operations import Caller, Operation, Stamp
from src.recall import meaning, ranking
from src.recall.arrays import Arrays
from src.recall.meaning import Question, Vectors
from src.recall.packing import Picked, pack
from src.recall.ranking import Query, Ranked
from src.recall.terms import spellings
from src.services.meaning import Meaning
from src.services.reminders import questions
from src.stores import locrits, messages, recall_index, recall_marks, recalled, vectors
from src.stores.database import Database, Snapshot
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

KEPT: Final = 4
"""Locrits whose arrays stay in memory: some 20 MB for each 100,000 messages."""
LEAST: Final = 4.0
"""Where no score reaches it, what matches is chance: the highest that leaves 99.5 % of the recall, as
`python -m tests.bench.foreign` finds it; with vectors, where `meaning.evidence` does not."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a conversation the model is shown anyway: all from this seq on."""

    conversation_id: str
    from_seq: int = 0


@dataclass(slots=True)
class _Remembered:
    """What one person has said with one Locrit. One thread at a time."""

    arrays: Arrays = field(default_factory=Arrays)
    ids: dict[int, int] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    vectors: Vectors | None = None
    newest: int = 0
    lock: Lock = field(default_factory=Lock)


class RecallService:
    def __init__(self, database: Database, meaning: Meaning | None = None, least: float = LEAST) -> None:
        """Nothing is recalled when nothing scores `least`."""
        self._db = database
        self._meaning = meaning
        self._least = least
        self._remembered: OrderedDict[tuple[str, str], _Remembered] = OrderedDict()

    async def recall(self, caller: Caller, locrit_name: str, question: str, tokens: int = 1000) -> list[Recalled]:
        """Returns the best within so many tokens (of four characters), with the lines that date them. Raises
        NotFound."""
        locrit = await self._db.read(lambda connection: locrits.require(connection, caller.user_id, locrit_name))
        return await self._within(caller.user_id, locrit, _Wish(question, "", tokens, None, self._least))

    async def of_reply(self, caller: Caller, reply_id: str) -> list[Recalled]:
        """Returns what was put before the model that wrote this reply, the best first; without what was thrown away
        since. Raises NotFound."""

        def read(connection: Snapshot) -> list[Recalled]:
            reply = messages.owned(connection, caller.user_id, reply_id)
            return recalled.of_reply(connection, caller.user_id, reply.message_id)

        return await self._db.read(read)

    async def mark(self, caller: Caller, message_id: str, mark: Mark, op_id: str | None = None) -> RecallMark:
        """Says whether this message comes first from now on, counts for less, never comes, or is as any other. Raises
        NotFound."""
        operation = Operation.of(caller, "mark_recall", {"id": message_id, "mark": mark}, op_id)

        def set_(tx: UnitOfWork) -> RecallMark:
            return recall_marks.set_(tx, caller.user_id, message_id, mark, operation)

        def again(tx: UnitOfWork, _told: dict[str, Any]) -> RecallMark:
            return recall_marks.require(tx.connection, caller.user_id, message_id)

        return await self._db.run_once(operation, Effect(set_, again))

    async def merge_marks(self, caller: Caller, theirs: Sequence[RecallMark]) -> None:
        """Merges marks as a client has them: of both the newer revision counts."""

        def merge(tx: UnitOfWork) -> None:
            for one in theirs:
                recall_marks.accept(tx, caller.user_id, one, Stamp.now())

        await self._db.write(merge)

    # What the server does by itself

    async def before_reply(
        self, owner_id: str, locrit: Locrit, path: Sequence[Message], seen_from: int, tokens: int
    ) -> list[Recalled]:
        """Returns what the model is to be reminded of for the question that `path` leads to, of which it is shown what
        has a seq from `seen_from` on."""
        question, before = questions(path)
        shown = Shown(path[-1].conversation_id, seen_from)
        return await self._within(owner_id, locrit, _Wish(question, before, tokens, shown, self._least))

    async def _within(self, owner_id: str, locrit: Locrit, wish: "_Wish") -> list[Recalled]:
        remembered = self._of(owner_id, locrit.id)
        meant = await self._meant(remembered, locrit, wish)

        def read(connection: Snapshot) -> list[Recalled]:
            with remembered.lock:
                _follow(connection, remembered, owner_id, locrit)
                if meant is not None:
                    _follow_vectors(connection, remembered, owner_id, locrit, meant)
                return _recalled(connection, remembered, owner_id, locrit, wish, meant)

        return await self._db.read(read)

    async def _meant(self, remembered: _Remembered, locrit: Locrit, wish: "_Wish") -> Question | None:
        if self._meaning is None:
            return None
        names = _names(remembered, locrit)
        asked = ranking.asked(wish.question, names, wish.before)
        return await self._meaning.question(meaning.question(asked, [name for called in names for name in called]))

    def _of(self, owner_id: str, locrit_id: str) -> _Remembered:
        key = owner_id, locrit_id
        remembered = self._remembered.setdefault(key, _Remembered())
        self._remembered.move_to_end(key)
        while len(self._remembered) > KEPT:
            self._remembered.popitem(last=False)
        return remembered


@dataclass(frozen=True, slots=True)
class _Wish:
    question: str
    before: str
    tokens: int
    shown: Shown | None
    least: float


def _follow(connection: Snapshot, remembered: _Remembered, owner_id: str, locrit: Locrit) -> None:
    """Learns what came into the index since."""
    new = recall_index.read(connection, owner_id, locrit.id, remembered.newest)
    unknown = [turn for turn in new.turns if remembered.ids.get(turn.row_id) != new.ids[turn.row_id]]
    if not remembered.newest:
        remembered.arrays = Arrays({locrit.name, *new.labels})
        remembered.vectors = None
    remembered.arrays.add(unknown)
    remembered.ids |= new.ids
    remembered.labels |= new.labels
    remembered.newest = new.newest


def _follow_vectors(
    connection: Snapshot, remembered: _Remembered, owner_id: str, locrit: Locrit, meant: Question
) -> None:
    """Learns which vectors came since; all, when the model is another one."""
    known = remembered.vectors
    if known is None or known.space != meant.space:
        known = remembered.vectors = Vectors(meant.space, len(meant.vector))
    for row in vectors.of_locrit(connection, known.space, owner_id, locrit.id, known.newest):
        first, end = remembered.arrays.units_of(row.row_id)
        if remembered.ids.get(row.row_id) == row.index_id and end > first:
            known.put(first, row.vectors)
        known.newest = max(known.newest, row.id)


def _recalled(
    connection: Snapshot,
    remembered: _Remembered,
    owner_id: str,
    locrit: Locrit,
    wish: _Wish,
    meant: Question | None = None,
) -> list[Recalled]:
    arrays = remembered.arrays
    asked = _query(remembered, locrit, wish)
    marks = recall_marks.of_locrit(connection, owner_id, locrit.id)
    marked = {kind: [row_id for row_id, one in marks.items() if one == kind] for kind in get_args(Mark)}
    if not arrays.count or not (asked.terms or asked.moment or marked["pinned"] or meant):
        return []
    words = spellings(wish.question)  # of the question before, another message tells
    hidden = recall_index.hidden(connection, owner_id, locrit.id)
    while True:
        may_be_shown = _may_be_shown(arrays, hidden, wish.shown) & ~arrays.of_messages(marked["never"])
        ranked = ranking.rank(arrays, asked, marked["less"])
        counts = may_be_shown.copy()
        counts[arrays.of_text(wish.question)] = False
        evidence = float(ranked.scores.max(initial=-np.inf, where=counts))
        if meant is not None and remembered.vectors is not None:
            ranked = meaning.fuse(arrays, ranked, remembered.vectors, meant)
            alike = float(ranked.features["meaning"].max(initial=0, where=counts))
            evidence = meaning.evidence(evidence, alike)
        ranked.scores[~counts if evidence >= wish.least else slice(None)] = -np.inf
        picked = pack(arrays, ranked.scores, wish.tokens, may_be_shown, arrays.of_messages(marked["pinned"]))
        of = {picked_.unit: int(arrays.column("message")[picked_.unit]) for picked_ in picked}
        said = recall_index.said(connection, owner_id, set(of.values()))
        gone = {
            row_id for row_id in of.values() if row_id not in said or said[row_id].index_id != remembered.ids[row_id]
        }
        if not gone:
            return [_entity(arrays, ranked, one, said[of[one.unit]], words) for one in picked]
        for row_id in gone:
            arrays.drop(row_id)
            del remembered.ids[row_id]


def _query(remembered: _Remembered, locrit: Locrit, wish: _Wish) -> Query:
    return ranking.query(wish.question, _names(remembered, locrit), wish.before)


def _names(remembered: _Remembered, locrit: Locrit) -> tuple[list[str], list[str]]:
    return sorted(remembered.labels), [locrit.name, *locrit.former_names]


def _may_be_shown(arrays: Arrays, hidden: set[str], shown: Shown | None) -> NDArray[np.bool_]:
    session = arrays.column("session")
    may_be: NDArray[np.bool_] = arrays.column("alive").copy()
    numbers = [arrays.sessions[id_] for id_ in hidden if id_ in arrays.sessions]
    if numbers:
        may_be &= ~np.isin(session, numbers)
    if shown is not None and (number := arrays.sessions.get(shown.conversation_id)) is not None:
        may_be &= (session != number) | (arrays.column("place") >> 12 < shown.from_seq)
    return may_be


def _entity(arrays: Arrays, ranked: Ranked, picked: Picked, row: Any, words: Mapping[str, str]) -> Recalled:
    unit = picked.unit
    counted = {name: float(ranking.WEIGHTS[name] * values[unit]) for name, values in ranked.features.items()}
    counted |= {} if picked.because == "score" else {picked.because: 1.0}
    return Recalled(
        message_id=row.message_id,
        rev=row.rev,
        start=arrays.column("start")[unit],
        end=arrays.column("end")[unit],
        conversation_title=row.title,
        conversation_id=row.conversation_id,
        role=row.role,
        content=row.content[arrays.column("start")[unit] : arrays.column("end")[unit]].strip(),
        created_at=row.created_at,
        score=round(picked.score, 3),
        features={name: round(value, 3) for name, value in counted.items() if value},
        terms=[words[term] for term, found in ranked.by_term.items() if term in words and unit in found],
    )

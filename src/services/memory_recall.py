"""Memories are recalled beside what was said: those on top first, then those that matter to the question."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Final

from src.entities import Locrit, Memory, Message, RecalledMemory
from src.ids import now_ms
from src.operations import Caller
from src.recall.packing import CHARS_PER_TOKEN
from src.services.memory_ranking import RankedMemories
from src.services.reminders import day, questions
from src.stores import locrits, memories, recalled_memories
from src.stores.database import Database, Snapshot

MOST: Final = 1_000
"""So many of a Locrit's are ranked, the newest."""
SHARE: Final = 3
"""A third of what a Locrit is reminded of, at the most."""
KEPT: Final = 4
LEAST: Final = 1.75
"""A score below it is chance; lower than of what was said, since nothing stands around a memory that counts for it. The
highest that leaves 99.5 % of the recall, as `python -m tests.bench.foreign FILE --alone` finds it."""
LINE_CHARS: Final = 24
"""What stands around the words: dates, and the end of the line."""
HEADER: Final = "[What you remember as facts. This is memory, not said now: it may be outdated.]"


class MemoryRecall:
    """What is ranked stays in memory for the few Locrits that were talked with last, until it changes."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._known: OrderedDict[str, tuple[object, RankedMemories]] = OrderedDict()
        self._lock = Lock()

    async def before_reply(
        self, owner_id: str, locrit: Locrit, path: Sequence[Message], tokens: int
    ) -> list[RecalledMemory]:
        """Returns what the model is to be reminded of for the question that `path` leads to."""
        question, before = questions(path)
        return await self._db.read(
            lambda connection: self._within(connection, owner_id, locrit, question, before, tokens)
        )

    async def recall(self, caller: Caller, locrit_name: str, question: str, tokens: int) -> list[RecalledMemory]:
        """Returns what would be recalled for a question that stands alone. Raises NotFound."""

        def read(connection: Snapshot) -> list[RecalledMemory]:
            locrit = locrits.require(connection, caller.user_id, locrit_name)
            return self._within(connection, caller.user_id, locrit, question, "", tokens)

        return await self._db.read(read)

    def _within(
        self, connection: Snapshot, owner_id: str, locrit: Locrit, question: str, before: str, tokens: int
    ) -> list[RecalledMemory]:
        names = [[owner_id], [locrit.name, *locrit.former_names]]
        with self._lock:
            known = self._current(connection, locrit.id)
            ranked = known.ranked(question, names, before, LEAST) if tokens else []
        now = now_ms()
        why = {one.memory.id: one for one in ranked}
        pinned = [why.get(one.id) or RecalledMemory(memory=one) for one in known.memories if one.pinned]
        others = [one for one in ranked if not one.memory.pinned]
        valid = [one for one in (*pinned, *others) if one.memory.state(now) == "valid"]
        untold = recalled_memories.untold(connection, [one.memory for one in valid])
        return that_fit([one for one in valid if one.memory.id not in untold], tokens // SHARE)

    def _current(self, connection: Snapshot, locrit_id: str) -> RankedMemories:
        now = recalled_memories.state(connection, locrit_id)
        before, known = self._known.get(locrit_id, (None, None))
        if known is None or before != now:
            known = RankedMemories(memories.page(connection, locrit_id, MOST))
            self._known[locrit_id] = now, known
        self._known.move_to_end(locrit_id)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known


def cost(recalled: Sequence[RecalledMemory]) -> int:
    """In tokens."""
    return -(-sum(len(one.memory.content) + LINE_CHARS for one in recalled) // CHARS_PER_TOKEN)


def facts(recalled: Sequence[RecalledMemory]) -> str:
    """As the model is told them; nothing when there are none."""
    return "\n".join([HEADER, *(_line(one.memory) for one in recalled)]) if recalled else ""


def _line(memory: Memory) -> str:
    since = f" (since {day(memory.valid_from)})" if memory.valid_from else ""
    return f"- {memory.content}{since}"


def that_fit(recalled: Sequence[RecalledMemory], tokens: int) -> list[RecalledMemory]:
    """In their order, without those that do not fit."""
    left, fitting = tokens, list[RecalledMemory]()
    for one in recalled:
        if (tokens_ := cost([one])) <= left:
            left -= tokens_
            fitting.append(one)
    return fitting

"""Whatever is done in whatever order: the store says and counts what a plain list of messages would."""

import asyncio
import itertools
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from src.entities import GenerationResult, SendMessage, iso
from src.errors import Conflict, LocritError, NotFound
from src.ids import now_ms
from tests.faults.audit import audit
from tests.store import Store, opened

SESSIONS = ("one", "two")
ACTIONS = ("save", "ask", "finish", "edit", "delete", "restore", "trash", "untrash", "clear")
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(SESSIONS), st.integers(0, 5)), max_size=25)
_locrits = itertools.count(1)


@dataclass
class Said:
    content: str
    deleted: bool = False
    generation_id: str | None = None
    running: bool = False


@dataclass
class Session:
    conversation_id: str
    trashed: bool = False
    said: dict[str, Said] = field(default_factory=dict)

    def shown(self) -> list[str]:
        return [said.content for said in self.said.values() if not said.deleted]


class Both:
    """Does everything twice: in the store, and in lists."""

    def __init__(self, store: Store, locrit: str, sessions: dict[str, Session]) -> None:
        self._store = store
        self._locrit = locrit
        self._sessions = sessions

    async def do(self, action: str, session: Session, which: int, text: str) -> None:
        if action in ("save", "ask", "trash", "untrash", "clear"):
            await getattr(self, action)(session, text)
        elif session.said:
            message_id = list(session.said)[which % len(session.said)]
            await getattr(self, action)(session, message_id, session.said[message_id], text)

    async def save(self, session: Session, text: str) -> None:
        with refused(NotFound if session.trashed else None):
            message, _ = await self._store.memory.save_message(session.conversation_id, "user", text)
            session.said[message.message_id] = Said(text)

    async def ask(self, session: Session, text: str) -> None:
        op_id = f"{self._locrit} {text}"
        with refused(NotFound if session.trashed else None):
            turn = await self._store.turns.send(SendMessage(text, op_id, None, None, session.conversation_id))
            session.said[turn.message.message_id] = Said(text)
            session.said[turn.reply.message_id] = Said("", generation_id=turn.generation_id, running=True)

    async def finish(self, _session: Session, _id: str, said: Said, text: str) -> None:
        if said.generation_id is not None:
            await self._store.replies.finish_reply(said.generation_id, GenerationResult("complete", text))
            if said.running:
                said.content, said.running = text, False

    async def edit(self, session: Session, message_id: str, said: Said, text: str) -> None:
        with refused(_refusal(session, said)):
            await self._store.memory.edit_message(message_id, text)
            said.content = text

    async def delete(self, session: Session, message_id: str, said: Said, _text: str) -> None:
        with refused(None if said.deleted else _refusal(session, said)):
            await self._store.memory.delete_message(message_id)
            said.deleted = True

    async def restore(self, session: Session, message_id: str, said: Said, _text: str) -> None:
        with refused(_refusal(session, said) if said.deleted or said.running else None):
            await self._store.memory.restore_message(message_id)
            said.deleted = False

    async def trash(self, session: Session, _text: str) -> None:
        await self._store.memory.delete_conversation(session.conversation_id)
        session.trashed = True

    async def untrash(self, session: Session, _text: str) -> None:
        await self._store.memory.edit_conversation(session.conversation_id, {"deleted": False})
        session.trashed = False

    async def clear(self, _session: Session, _text: str) -> None:
        await self._store.memory.clear(self._locrit)
        for session in self._sessions.values():
            session.trashed = True

    async def assert_same(self) -> None:
        memory = self._store.memory
        for session in self._sessions.values():
            conversation = await memory.conversation(session.conversation_id)
            history, _, _ = await memory.get_conversation_history(session.conversation_id, limit=200)
            assert [message.content for message in history] == session.shown()
            assert conversation.message_count == len(session.shown())
        alive = [session for session in self._sessions.values() if not session.trashed]
        total = sum(len(session.shown()) for session in alive)
        summary = await memory.get_full_memory_summary(self._locrit)
        assert (summary.total_messages, summary.statistics.total_sessions) == (total, len(alive))
        assert {day.day: day.messages for day in summary.activity} == ({iso(now_ms())[:10]: total} if total else {})
        assert len(summary.recent_messages) == min(20, total)
        assert {s.conversation_id for s in summary.sessions} == {session.conversation_id for session in alive}


def _refusal(session: Session, said: Said) -> type[LocritError] | None:
    if said.running:
        return Conflict
    return NotFound if session.trashed else None


class refused:  # noqa: N801 - reads as a sentence
    """Expects this refusal, or none."""

    def __init__(self, error: type[LocritError] | None) -> None:
        self._error = error

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        assert kind is self._error, f"expected {self._error}, got {kind}"
        return kind is not None


@given(STEPS)
@settings(max_examples=25)
def test_the_store_counts_like_a_list_on_sqlite(steps: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(_compare(f"sqlite:///{Path(directory) / 'locrit.db'}", [steps]))


def test_the_store_counts_like_a_list_on_postgresql(postgresql_url: str) -> None:
    """One database for all examples."""
    examples: list[list[tuple[str, str, int]]] = []

    @given(STEPS)
    @settings(max_examples=15, database=None)
    def collect(steps: list[tuple[str, str, int]]) -> None:
        examples.append(steps)

    collect()
    asyncio.run(_compare(postgresql_url, examples))


async def _compare(url: str, examples: list[list[tuple[str, str, int]]]) -> None:
    async with opened(url) as store:
        for steps in examples:
            name = f"Locrit {next(_locrits)}"
            await store.locrits.create(name, {})
            sessions = {session: Session(await store.conversation(session, name)) for session in SESSIONS}
            both = Both(store, name, sessions)
            for number, (action, session, which) in enumerate(steps):
                await both.do(action, sessions[session], which, f"text {number}")
            await both.assert_same()
    audit(url, running=True)

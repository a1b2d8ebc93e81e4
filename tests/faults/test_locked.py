"""Another program holds the database for a while: what is said meanwhile waits, and all of it is saved.

`LOCKED_S=90` holds it for longer than SQLite waits by itself.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from src.errors import StoreUnavailable
from src.services.generation_runner import SAVE_EVERY_CHARS
from src.stores.engines import SQLITE_PRAGMAS
from tests.eventually import eventually
from tests.fakes.ollama import Delay, FakeOllama, Hold, Item
from tests.faults.audit import audit
from tests.talk import Talk, talking

LOCKED_S = float(os.environ.get("LOCKED_S", "7"))
WORD = "word "
GIVES_UP_AFTER_S = int(SQLITE_PRAGMAS["busy_timeout"][0]) / 1000


@asynccontextmanager
async def locked(data_dir: Path) -> AsyncIterator[None]:
    other = sqlite3.connect(data_dir / "locrit.db", isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_reply_waits_for_the_database_and_is_whole(tmp_path: Path, ollama: FakeOllama) -> None:
    """Up to a hundred characters more are shown, then the model waits too."""
    print(f"LOCKED_S={LOCKED_S:g}")
    go_on = threading.Event()
    slowly: list[Item] = [WORD, Delay(0.02)]
    ollama.enqueue([WORD * 42, Hold(go_on), *slowly * 200])

    async def scenario() -> None:
        async with talking(tmp_path, ollama, model_timeout=2) as talk:
            turn = await talk.ask("Words?")
            await eventually(lambda: bool(talk.chunks()))
            async with locked(tmp_path):
                go_on.set()
                await asyncio.sleep(LOCKED_S)
                unsaved = sum(len(chunk.content) for chunk in talk.chunks()) - len(WORD) * 42
                assert 0 < unsaved <= SAVE_EVERY_CHARS, unsaved
            reply = await talk.answer(turn)
            assert (reply.status, reply.error, reply.content) == ("complete", None, WORD * 242)

    asyncio.run(scenario())
    audit(f"sqlite:///{tmp_path / 'locrit.db'}")


def test_questions_wait_or_are_refused_together_and_none_is_doubled(tmp_path: Path, ollama: FakeOllama) -> None:
    """Those that wait too long are refused by then: not each of them after another wait."""

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            async with locked(tmp_path):
                saving = [asyncio.create_task(_asked(talk, number)) for number in range(5)]
                await asyncio.sleep(LOCKED_S)
                assert all(task.done() for task in saving) == (LOCKED_S > 2 * GIVES_UP_AFTER_S + 1)
            refused = [refusal for refusal in await asyncio.gather(*saving) if refusal]
            assert set(refused) <= {"Another program holds the database; nothing of it was stored."}
            if LOCKED_S < GIVES_UP_AFTER_S:
                assert not refused, "such a short wait is nobody's business"
            for number in range(5):  # as outboxes do
                assert await _asked(talk, number) is None
            history, _, _ = await talk.memory.get_conversation_history(_conversation_of(talk))
            assert sorted(message.content for message in history if message.role == "user") == list("01234")

    asyncio.run(scenario())


async def _asked(talk: Talk, number: int) -> str | None:
    """Why it was refused, if it was."""
    try:
        await talk.ask(str(number), message_id=f"question-{number}")
    except StoreUnavailable as error:
        return error.message
    return None


def _conversation_of(talk: Talk) -> str:
    return next(change.entity_id for change in talk.changes("user:") if change.type == "conversation.created")

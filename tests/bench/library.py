"""A memory of any size, written by the application's own operations, many in one transaction.

As a program it fills a directory: `python -m tests.bench.library DIRECTORY CONVERSATIONS MESSAGES`.
"""

import asyncio
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from src.entities import Conversation, NewMessage, OpenConversation
from src.ids import new_id, now_ms
from src.operations import Stamp
from src.stores import conversations, messages, openings
from src.stores.activity import DAY_MS
from src.stores.counters import COUNTERS
from src.stores.unit_of_work import UnitOfWork
from tests.bench.places import LOCRIT, application
from tests.callers import ME, OnePersons

PER_TRANSACTION = 500
TEXT = "People write about the weather, their work, what they cook and what they read, mostly in short sentences. " * 3
CHARS = 300
HOUR_MS = 3_600_000


async def fill(app: OnePersons, count: int, locrit: str = LOCRIT) -> str:
    """A conversation with `count` messages of 300 characters; returns its id."""
    conversation, _ = await app.memory.open_conversation(locrit)
    for start in range(0, count, PER_TRANSACTION):
        numbers = range(start, min(start + PER_TRANSACTION, count))
        await app.database.write(partial(_add, conversation.conversation_id, numbers))
    return conversation.conversation_id


async def fill_many(app: OnePersons, conversations: int, messages: int, locrit: str = LOCRIT) -> list[str]:
    """So many conversations, an hour apart, with `messages` messages in all; returns their ids, newest first."""
    ids = [new_id() for _ in range(conversations)]
    each, left = divmod(messages, conversations)
    now = now_ms()
    step = PER_TRANSACTION // (each + 1) + 1
    for start in range(0, conversations, step):
        some = range(start, min(start + step, conversations))
        talks = [Talk(ids[n], f"Conversation {n}", each + (n < left), now - n * HOUR_MS) for n in some]
        await app.database.write(partial(_begin, talks, locrit))
    return ids


async def spread(app: OnePersons, locrit: str, count: int, days: int = 365) -> None:
    """So many messages over the last days, made by SQL, without their events; counted as a repair counts."""
    conversation, _ = await app.memory.open_conversation(locrit)
    await app.database.write(partial(_spread, conversation, count, days))


def _spread(conversation: Conversation, count: int, days: int, tx: UnitOfWork) -> None:
    now = now_ms()
    tx.query(
        _SPREAD,
        {
            "conversation": conversation.conversation_id,
            "locrit": conversation.locrit_id,
            "count": count,
            "first": now - days * DAY_MS,
            "step": days * DAY_MS // count,
        },
    )
    for counter in COUNTERS:
        for key, stored, actual in list(counter.differences(tx.connection)):
            if stored != actual:
                counter.repair(key, stored, actual, tx)


_SPREAD = text("""
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
    INSERT INTO messages
        (id, conversation_id, locrit_id, seq, role, status, content, model, rev, created_at, updated_at)
    SELECT :conversation || n, :conversation, :locrit, n, CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END,
           'complete', 'What was said ' || n, CASE n % 2 WHEN 1 THEN NULL ELSE 'llama3.2:1b' END,
           1, :first + n * :step, :first + n * :step
    FROM numbers""")


class Talk(NamedTuple):
    conversation_id: str
    title: str
    messages: int
    at_ms: int


def _begin(talks: list[Talk], locrit: str, tx: UnitOfWork) -> None:
    for talk in talks:
        opening = OpenConversation("local", locrit, talk.conversation_id, None, talk.title)
        head, _ = openings.open_(tx, ME.user_id, opening, Stamp(new_id(), talk.at_ms))
        if talk.messages:
            messages.add(tx, head, list(_texts(range(talk.messages))), Stamp(new_id(), talk.at_ms))


def _add(conversation_id: str, numbers: range, tx: UnitOfWork) -> None:
    head = conversations.lock_head(tx, conversation_id)
    messages.add(tx, head, list(_texts(numbers)), Stamp.now())


def _texts(numbers: range) -> Iterator[NewMessage]:
    for number in numbers:
        text = f"{number} {TEXT}"[:CHARS]
        yield NewMessage(new_id(), "assistant" if number % 2 else "user", text)


async def _fill_directory(directory: Path, conversations: int, messages: int) -> None:
    async with application(directory) as app:
        await fill_many(app, conversations, messages)


if __name__ == "__main__":
    asyncio.run(_fill_directory(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))

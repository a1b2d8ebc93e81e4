"""A memory of any size, written by the application's own operations, many in one transaction."""

from collections.abc import Iterator
from functools import partial

from src.application import Application
from src.identity import new_id, now_ms
from src.stores import conversations, messages
from src.stores.messages import NewMessage
from src.stores.writer import Transaction
from tests.bench.places import LOCRIT

PER_TRANSACTION = 500
TEXT = "People write about the weather, their work, what they cook and what they read, mostly in short sentences. " * 3
CHARS = 300


async def fill(app: Application, count: int, locrit: str = LOCRIT) -> str:
    """A conversation with `count` messages of 300 characters; returns its id."""
    conversation, _ = await app.memory.open_conversation(locrit)
    for start in range(0, count, PER_TRANSACTION):
        numbers = range(start, min(start + PER_TRANSACTION, count))
        await app.database.write(partial(_add, conversation.conversation_id, numbers))
    return conversation.conversation_id


def _add(conversation_id: str, numbers: range, tx: Transaction) -> None:
    where = conversations.place(tx, conversation_id)
    messages.add(tx, where, list(_texts(numbers)), new_id(), now_ms())


def _texts(numbers: range) -> Iterator[NewMessage]:
    for number in numbers:
        text = f"{number} {TEXT}"[:CHARS]
        yield NewMessage(new_id(), "assistant" if number % 2 else "user", text)

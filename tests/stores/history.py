"""What the tests of the history share: something that was said, and the proof that all is well."""

from typing import Any

from src.entities import GenerationResult, IntegrityReport, SendMessage
from src.ids import new_id
from src.stores import search
from tests.store import Store


async def say(store: Store, *contents: str) -> tuple[str, list[str]]:
    """A conversation in which that is said, and the ids of what is said."""
    conversation_id = await store.conversation()
    ids = []
    for content in contents:
        message, _ = await store.memory.save_message(conversation_id, "user", content)
        ids.append(message.message_id)
    return conversation_id, ids


async def ask(store: Store, conversation_id: str, content: str, answer: str, **place: Any) -> tuple[str, str]:
    """The ids of the question and of its complete reply."""
    question = SendMessage(content, op_id=new_id(), conversation_id=conversation_id, **place)
    turn = await store.turns.send(question)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("complete", answer))
    return turn.message.message_id, turn.reply.message_id


async def index(store: Store) -> None:
    await store.database.write(search.index_pending)


async def verified(store: Store) -> IntegrityReport:
    await index(store)
    report = await store.history.verify()
    assert report.ok, [check for check in report.checks if not check.ok]
    return report

"""A Locrit takes its conversations and memories along: into the trash, back, and when it is forgotten."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from src.entities import ClientMessage, GenerationResult, SendMessage
from src.errors import Conflict, NotFound
from src.models import conversations, metadata
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.history import say, verified

SECRET = "Zanzibar"


@on_each_database
async def test_its_conversations_go_with_it_and_come_back_as_they_were(store: Store) -> None:
    conversation_id, [message_id, _] = await say(store, "one", "two")
    gone = await store.conversation("deleted before")
    await store.memory.save_message(gone, "user", "deleted before")
    await store.memory.delete_conversation(gone)
    await store.memory.delete_message(message_id)
    before = await store.memory.statistics(LOCRIT)
    commits, deleted = store.commits, await store.locrits.delete(LOCRIT)
    assert store.commits == commits + 1
    assert deleted.conversation_count == 1, "what the trash says of it"
    assert (await store.memory.conversations())[0] == []
    trash = await store.history.trash()
    assert ([one.id for one in trash.locrits], trash.conversations, trash.messages) == ([deleted.id], [], [])
    storage = await store.history.storage()
    assert (storage.conversations, storage.messages, storage.trash) == (0, 0, 1)
    await verified(store)
    await store.locrits.restore(LOCRIT)
    assert [one.conversation_id for one in (await store.memory.conversations())[0]] == [conversation_id]
    trash = await store.history.trash()
    assert [one.conversation_id for one in trash.conversations] == [gone]
    assert [one.message_id for one in trash.messages] == [message_id]
    assert await store.memory.statistics(LOCRIT) == before
    await verified(store)


@on_each_database
async def test_nothing_can_be_written_to_them_meanwhile(store: Store) -> None:
    conversation_id, [message_id] = await say(store, "one")
    turn = await store.turns.send(SendMessage("why?", "ask", conversation_id=conversation_id))
    await store.locrits.delete(LOCRIT)
    writes: tuple[Callable[[], Awaitable[Any]], ...] = (
        lambda: store.memory.save_message(conversation_id, "user", "more"),
        lambda: store.memory.edit_message(message_id, "other"),
        lambda: store.memory.delete_message(message_id),
        lambda: store.turns.send(SendMessage("how?", "again", conversation_id=conversation_id)),
        lambda: store.turns.retry(turn.reply.message_id),
        lambda: store.history.fork(message_id),
        lambda: store.history.merge(conversation_id, [ClientMessage("new", "user", "more")]),
    )
    for write in writes:
        with pytest.raises(NotFound):
            await write()
    await store.replies.finish_reply(turn.generation_id, GenerationResult("stopped", "Because"))
    await verified(store)


@on_each_database
async def test_another_of_the_same_name_has_conversations_of_its_own(store: Store) -> None:
    conversation_id, _ = await say(store, "said to the first")
    first = await store.locrits.delete(LOCRIT)
    second = await store.locrits.create(LOCRIT, {})
    assert (await store.memory.conversations(locrit_name=LOCRIT))[0] == []
    assert await store.memory.search_memories(LOCRIT, "said") == []
    assert await store.conversation("one") != conversation_id
    with pytest.raises(Conflict):
        await store.memory.open_conversation(LOCRIT, conversation_id=conversation_id)
    with pytest.raises(Conflict):
        await store.locrits.restore(LOCRIT)
    await store.locrits.delete(LOCRIT)
    trash = await store.history.trash()
    assert [(one.id, one.name) for one in trash.locrits] == [(second.id, LOCRIT), (first.id, LOCRIT)]
    assert (await store.locrits.restore(first.id)).id == first.id, "of several the id says which one"
    assert [one.conversation_id for one in (await store.memory.conversations(locrit_name=LOCRIT))[0]] == [
        conversation_id
    ]
    await verified(store)


@on_each_database
async def test_it_is_forgotten_with_all_that_it_was_and_heard(store: Store) -> None:
    await store.locrits.edit(LOCRIT, {"system_prompt": f"You are from {SECRET}.", "name": f"Bob of {SECRET}"})
    name = f"Bob of {SECRET}"
    ids = [await store.conversation(session, name) for session in ("one", "two")]
    for where in ids:
        message, _ = await store.memory.save_message(where, "user", f"{SECRET} {where}")
        await store.memory.edit_message(message.message_id, f"not {SECRET}")
        await store.history.fork(message.message_id)
    await store.history.forget_conversation(ids[-1])
    await store.memory.save_memory(name, f"lives in {SECRET}", tags=[SECRET])
    with pytest.raises(Conflict):
        await store.history.forget_locrit(name)
    await store.locrits.delete(name)
    forgotten = await store.history.forget_locrit(name, op_id="forget")
    assert (forgotten.name, forgotten.system_prompt, forgotten.forgotten_at is None) == ("", "", False)
    assert (await store.history.forget_locrit(name, op_id="forget")).id == forgotten.id
    for table in metadata.sorted_tables:
        assert [row for row in await store.rows(table) if SECRET in str(tuple(row))] == []
    assert await store.rows(select(conversations).where(conversations.c.forgotten_at.is_(None))) == []
    assert (await store.history.trash()).locrits == []
    assert forgotten.id not in [one.id for one in await store.locrits.list(include_deleted=True)]
    with pytest.raises(NotFound):
        await store.locrits.restore(forgotten.id)
    await verified(store)


@on_each_database
async def test_one_of_the_same_name_that_lives_is_never_forgotten_for_it(store: Store) -> None:
    await store.locrits.delete(LOCRIT)
    second = await store.locrits.create(LOCRIT, {})
    await store.history.forget_locrit(LOCRIT)
    with pytest.raises(Conflict):
        await store.history.forget_locrit(LOCRIT)
    assert (await store.locrits.get(LOCRIT)).id == second.id

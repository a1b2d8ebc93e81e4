"""Emptying the trash takes everything that is due, oldest first, and nothing keeps the rest in it."""

import asyncio

from sqlalchemy import Executable, select, update

from src.entities import GenerationResult, SendMessage
from src.models import jobs, locrits, messages
from src.models import memories as memories_table
from src.operations import Stamp
from src.services import history
from src.services.retention import Retention
from src.stores import trash
from src.stores.concept_index import RECOUNT
from tests.callers import ME
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.history import say, verified

MANY = trash.ORDERED_AT_ONCE + 20
"""More than is taken in one go, and more than the trash shows."""


async def thrown_away(store: Store, count: int) -> str:
    conversation_id, ids = await say(store, *(f"message {n}" for n in range(count)))
    await asyncio.gather(*(store.memory.delete_message(id_) for id_ in ids))
    return conversation_id


async def change_rows(store: Store, change: Executable) -> None:
    await store.database.write(lambda tx: tx.write_now(change))


async def running(store: Store, session: str) -> str:
    """A conversation in the trash in which a reply still runs; the reply's generation."""
    conversation_id = await store.conversation(session)
    turn = await store.turns.send(SendMessage("why?", f"ask {session}", conversation_id=conversation_id))
    await store.memory.delete_conversation(conversation_id)
    return turn.generation_id


@on_each_database
async def test_all_of_it_is_taken_however_much_it_is(store: Store) -> None:
    await thrown_away(store, MANY)
    for n in range(history.TRASH_SHOWN // 10):
        await store.memory.delete_conversation(await store.conversation(f"session {n}"))
    memory = await store.memory.save_memory(LOCRIT, "likes tea")
    await store.memory.delete_memory(LOCRIT, memory.id)
    await store.locrits.delete("Pixie Assistant")
    emptied = await store.history.empty_trash()
    assert (emptied.messages, emptied.conversations, emptied.memories, emptied.locrits) == (MANY, 20, 1, 1)
    assert (emptied.forgotten, emptied.left) == (MANY + 22, [])
    left = await store.history.trash()
    assert (left.messages, left.conversations, left.memories, left.locrits) == ([], [], [], [])
    assert (await store.history.storage()).trash == 0
    await verified(store)
    assert await store.rows(select(jobs).where(jobs.c.kind.not_in(("index", RECOUNT)))) == []


@on_each_database
async def test_whose_words_they_were_is_told(store: Store) -> None:
    labels = {"visitor:one": "", "browser": None}
    for label in labels:
        conversation, _ = await store.memory.open_conversation(LOCRIT, session_id=label, client_label=label)
        message, _ = await store.memory.save_message(conversation.conversation_id, "user", label)
        await store.memory.delete_message(message.message_id)
    told = {message.content: message.visitor for message in (await store.history.trash()).messages}
    assert told == labels


@on_each_database
async def test_what_was_deleted_first_is_forgotten_first(store: Store) -> None:
    _, ids = await say(store, "newest", "oldest", "middle")
    memory = await store.memory.save_memory(LOCRIT, "between them")
    await store.memory.delete_memory(LOCRIT, memory.id)
    for id_, age_ms in zip(ids, (1000, 9000, 5000), strict=True):
        await store.memory.delete_message(id_)
        change = update(messages).where(messages.c.id == id_).values(deleted_at=messages.c.deleted_at - age_ms)
        await change_rows(store, change)
    change = update(memories_table).values(deleted_at=memories_table.c.deleted_at - 7000)
    await change_rows(store, change)
    await store.history.empty_trash()
    forgotten = [event.entity_id for event in store.changes("user:local") if event.type.endswith(".forgotten")]
    assert forgotten == [ids[1], memory.id, ids[2], ids[0]]


@on_each_database
async def test_a_running_reply_keeps_its_own_conversation_only(store: Store) -> None:
    generations = [await running(store, name) for name in ("first", "last")]
    await thrown_away(store, 3)
    emptied = await store.history.empty_trash()
    assert (emptied.messages, emptied.conversations) == (3, 0)
    assert [(left.kind, left.reason) for left in emptied.left] == [("conversation", history.BUSY)] * 2
    assert len((await store.history.trash()).conversations) == 2
    for generation_id in generations:
        await store.replies.finish_reply(generation_id, GenerationResult("stopped"))
    emptied = await store.history.empty_trash()
    assert (emptied.conversations, emptied.left) == (2, [])
    await verified(store)


@on_each_database
async def test_a_running_reply_keeps_its_locrit(store: Store) -> None:
    turn = await store.turns.send(SendMessage("why?", "ask", conversation_id=await store.conversation()))
    await store.locrits.delete(LOCRIT)
    emptied = await store.history.empty_trash()
    assert [left.kind for left in emptied.left] == ["locrit"]
    await store.replies.finish_reply(turn.generation_id, GenerationResult("stopped"))
    assert (await store.history.empty_trash()).locrits == 1
    await verified(store)


@on_each_database
async def test_something_that_is_broken_is_left_and_said_and_the_rest_is_taken(store: Store) -> None:
    _, ids = await say(store, "good", "broken", "good too")
    for id_ in ids:
        await store.memory.delete_message(id_)
    broken = update(messages).where(messages.c.id == ids[1])
    await store.database.write(lambda tx: tx.write_now(broken.values(metadata="{")))
    emptied = await store.history.empty_trash(op_id="empty")
    assert emptied.messages == 2
    assert [(left.kind, left.id) for left in emptied.left] == [("message", ids[1])]
    await store.database.write(lambda tx: tx.write_now(broken.values(metadata="{}")))
    assert (await store.history.empty_trash(op_id="empty")).left == []
    rows = await store.rows(select(messages.c.content).where(messages.c.forgotten_at.is_(None)))
    assert rows == []
    await verified(store)


@on_each_database
async def test_what_is_restored_meanwhile_is_not_forgotten(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "still wanted")
    await store.memory.delete_conversation(conversation_id)
    ordered = await store.database.write(lambda tx: trash.order_emptying(tx, ME.user_id, 2**62, Stamp.now()))
    assert ordered == {"conversation": 1}
    find = select(jobs).where(jobs.c.kind == trash.ALL_DUE)
    await store.database.write(lambda tx: trash.order_due(tx, tx.query(find).one()))
    assert (await store.history.trash()).conversations == [], "it has left the trash at once"
    await store.memory.edit_conversation(conversation_id, {"deleted": False})
    await store.history.finish_jobs()
    assert [one.content for one in (await store.memory.get_conversation_history(conversation_id))[0]] == [
        "still wanted"
    ]
    await verified(store)


@on_each_database
async def test_emptying_the_trash_keeps_what_lives_on_in_a_fork(store: Store) -> None:
    conversation_id, [message_id] = await say(store, "said before the fork")
    fork = await store.history.fork(message_id)
    await store.memory.delete_conversation(conversation_id)
    assert (await store.history.empty_trash()).conversations == 1
    kept, _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    assert [message.content for message in kept] == ["said before the fork"]
    await verified(store)


@on_each_database
async def test_retention_does_not_starve_behind_what_is_newer(store: Store) -> None:
    conversation_id = await thrown_away(store, history.TRASH_SHOWN + 1)
    oldest = (await store.rows(select(messages.c.id).where(messages.c.conversation_id == conversation_id)))[0].id
    for table in (messages, locrits):
        aged = update(table).values(deleted_at=table.c.deleted_at - 3 * history.DAY_MS)
        only = aged.where(table.c.id == oldest) if table is messages else aged
        await change_rows(store, only)
    generation_id = await running(store, "runs for days")
    await Retention(store.history, days=2).look()
    left = await store.rows(select(messages).where(messages.c.deleted_at.is_not(None)))
    assert [row.id for row in left if row.forgotten_at is not None] == [oldest]
    await store.replies.finish_reply(generation_id, GenerationResult("stopped"))


@on_each_database
async def test_clearing_moves_everything_of_the_locrit_to_the_trash_once(store: Store) -> None:
    ids = [await store.conversation(f"session {n}") for n in range(30)]
    for where in ids:
        await store.memory.save_message(where, "user", "hello")
    await store.memory.save_memory(LOCRIT, "likes tea")
    assert await store.memory.clear(LOCRIT, op_id="clear") == 31
    assert (await store.memory.conversations())[0] == []
    assert (await store.memory.statistics(LOCRIT)).total_messages == 0
    await store.memory.edit_conversation(ids[0], {"deleted": False})
    assert await store.memory.clear(LOCRIT, op_id="clear") == 31
    assert len((await store.memory.conversations())[0]) == 1, "a repeat does not clear again"
    await verified(store)

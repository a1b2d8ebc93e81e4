"""What is forgotten is gone everywhere, and stays gone."""

from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from src.entities import ClientMessage
from src.errors import Forgotten
from src.models import jobs, metadata
from src.operations import Operation
from src.stores import forgetting
from src.stores.scrubbing import SCRUB
from tests.callers import ME
from tests.store import LOCRIT, Store, on_each_database, on_sqlite
from tests.stores.history import ask, index, say, verified

SECRET = "the cuckoo sings at dawn in Zanzibar"


@on_each_database
async def test_what_is_forgotten_is_gone_from_every_table_and_cannot_come_back(store: Store) -> None:
    conversation_id, [kept, message_id] = await say(store, "something else", SECRET)
    await store.memory.edit_message(message_id, SECRET + " indeed")
    await index(store)
    stub = await store.history.forget_message(message_id)
    assert (stub.content, stub.forgotten_at is None) == ("", False)
    assert await dump(store, "Zanzibar") == []
    assert await store.memory.search_memories(LOCRIT, "Zanzibar") == []
    with pytest.raises(Forgotten):
        await store.memory.save_message(conversation_id, "user", SECRET, message_id=message_id)
    with pytest.raises(Forgotten):
        await store.memory.edit_message(message_id, SECRET)
    with pytest.raises(Forgotten):
        await store.memory.restore_message(message_id)
    merged = await store.history.merge(conversation_id, [ClientMessage(message_id, "user", SECRET)])
    assert merged.forgotten == [message_id]
    assert [message.message_id for message in (await store.memory.get_conversation_history(conversation_id))[0]] == [
        kept
    ]
    await verified(store)


@on_each_database
async def test_a_forgotten_first_question_takes_the_title_along(store: Store) -> None:
    conversation_id, [message_id] = await say(store, SECRET)
    assert "Zanzibar" in (await store.memory.conversation(conversation_id)).title
    await store.history.forget_message(message_id)
    assert await dump(store, "Zanzibar") == []
    await verified(store)


@on_each_database
async def test_forgetting_goes_on_when_two_processes_had_the_index_cleaned_at_once(store: Store) -> None:
    _, [message_id] = await say(store, SECRET)
    for _ in range(2):
        await store.database.write(lambda tx: tx.insert_later(jobs, {"kind": SCRUB, "entity_id": SCRUB}))
    assert (await store.history.forget_message(message_id)).content == ""
    assert await store.rows(select(jobs).where(jobs.c.kind == SCRUB)) == []


@on_each_database
async def test_what_is_forked_while_copies_wait_to_be_forgotten_is_forgotten_with_them(store: Store) -> None:
    _, [message_id] = await say(store, SECRET)
    fork = await store.history.fork(message_id)
    message = await store.memory.message(message_id)
    await store.database.write(lambda tx: forgetting.forget_message(tx, message, Operation.of(ME, "forget", {})))
    [copy], _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    await store.history.fork(copy.message_id)
    await store.history.finish_jobs()
    assert await dump(store, "Zanzibar") == []
    await verified(store)


@on_each_database
async def test_browsers_that_do_not_look_hear_which_message_was_forgotten_and_nothing_of_it(store: Store) -> None:
    conversation_id, [message_id] = await say(store, SECRET)
    stub = await store.history.forget_message(message_id)
    told = store.changes("user:local")[-1]
    assert (told.type, told.entity_id, told.rev, told.payload.wire()) == ("message.forgotten", message_id, stub.rev, {})
    await store.history.forget_conversation(conversation_id)
    told = store.changes("user:local")[-1]
    assert (told.type, told.entity_id) == ("conversation.forgotten", conversation_id)
    assert told.payload.wire()["forgotten_at"] is not None
    await verified(store)


@on_each_database
async def test_a_forgotten_conversation_leaves_stubs_only(store: Store) -> None:
    conversation_id = await store.conversation()
    await ask(store, conversation_id, SECRET, "Zanzibar it is.")
    await store.memory.edit_conversation(conversation_id, {"tags": ["Zanzibar"]})
    await store.history.forget_conversation(conversation_id)
    assert await dump(store, "Zanzibar") == []
    assert (await store.history.trash()).conversations == []
    assert (await store.memory.statistics(LOCRIT)).total_messages == 0
    await verified(store)


@on_sqlite
async def test_no_byte_of_what_was_forgotten_is_left_in_the_files(store: Store) -> None:
    conversation_id, ids = await say(store, *(f"filler {n} " * 40 for n in range(50)), SECRET)
    await index(store)
    await ask(store, conversation_id, SECRET + "?", SECRET)
    files = list(Path(make_url(store.url).database or "").parent.glob("locrit.db*"))
    assert any(b"Zanzibar" in file.read_bytes() for file in files)
    await index(store)
    await store.history.forget_message(ids[-1])
    for message in (await store.memory.get_conversation_history(conversation_id))[0]:
        if "Zanzibar" in message.content:
            await store.history.forget_message(message.message_id)
    await index(store)
    await store.database.scrub()
    assert [file.name for file in files if b"anziba" in file.read_bytes()] == []


@on_each_database
async def test_emptying_the_trash_forgets_what_is_old_enough(store: Store) -> None:
    conversation_id, [one, two] = await say(store, "one", "two")
    await store.memory.delete_message(one)
    assert (await store.history.empty_trash(older_than_days=1)).forgotten == 0
    assert (await store.history.empty_trash()).forgotten == 1
    assert [message.message_id for message in (await store.memory.get_conversation_history(conversation_id))[0]] == [
        two
    ]
    assert (await store.history.trash()).messages == []


async def dump(store: Store, word: str) -> list[str]:
    """Names of the tables in which the word is."""
    found = []
    for table in metadata.sorted_tables:
        rows = await store.rows(select(table))
        if any(word in str(tuple(row)) for row in rows):
            found.append(table.name)
    return found


@on_each_database
async def test_what_shares_its_id_with_something_forgotten_stays(store: Store) -> None:
    """Clients choose ids: a note, an artifact or a Locrit may be called as a conversation is."""
    locrit = await store.locrits.create("One", {}, locrit_id="0")
    other, _ = await store.memory.open_conversation("One", conversation_id="0", title="kept")
    message, _ = await store.memory.save_message("0", "user", "kept", message_id="1")
    made = await store.artifacts.create("0", "code", "forgotten", "print()", artifact_id="1")
    await store.artifacts.forget(made.id)
    await verified(store)
    assert (await store.memory.message(message.message_id)).content == "kept"
    await store.history.forget_message(message.message_id)
    await store.history.forget_conversation(other.conversation_id)
    await verified(store)
    assert (await store.locrits.get(locrit.id)).name == "One"

"""Idempotency: an operation is its id, and is done once, whoever repeats it and whenever."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from src.entities import Locrit, Message, OpenConversation, SendMessage
from src.errors import Conflict, NotFound
from src.models import conversations, events, message_versions, messages, ops
from tests.store import LOCRIT, Store, on_each_database, opened, writer_held


def question(content: str = "hello", op_id: str = "op", message_id: str | None = "m") -> SendMessage:
    return SendMessage(content, op_id, message_id, OpenConversation("local", LOCRIT, None, "one"))


@on_each_database
async def test_saving_the_same_message_again_stores_it_once(store: Store) -> None:
    conversation_id = await store.conversation()
    first, created = await store.memory.save_message(conversation_id, "user", "hello", message_id="m")
    again, created_again = await store.memory.save_message(conversation_id, "user", "hello", message_id="m")
    assert (created, created_again) == (True, False)
    assert again == first
    assert len(await store.rows(messages)) == 1


@on_each_database
async def test_the_same_operation_twice_in_one_batch_has_one_effect(store: Store) -> None:
    conversation_id = await store.conversation()
    async with writer_held(store.database):
        saving = [
            asyncio.create_task(store.memory.save_message(conversation_id, "user", "hello", message_id="m"))
            for _ in range(5)
        ]
        turns = [asyncio.create_task(store.turns.send(question(op_id="turn", message_id=None))) for _ in "ab"]
    assert [created for _, created in await asyncio.gather(*saving)] == [True] + [False] * 4
    first, second = await asyncio.gather(*turns)
    assert (first.repeated, second.repeated) == (False, True)
    assert first.generation_id == second.generation_id
    assert len(await store.rows(messages)) == 3


@on_each_database
async def test_the_same_id_with_other_content_is_a_conflict_that_changes_nothing(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "hello", message_id="m", op_id="op")
    before = [await store.rows(table) for table in (messages, events, ops)]
    for message_id, op_id, content in (("m", "op", "bye"), ("m", "op 2", "bye"), ("m 2", "op", "hello")):
        with pytest.raises(Conflict):
            await store.memory.save_message(conversation_id, "user", content, message_id=message_id, op_id=op_id)
    with pytest.raises(Conflict):
        await store.turns.send(question("bye", "turn"))
    assert [await store.rows(table) for table in (messages, events, ops)] == before


@on_each_database
async def test_a_message_that_was_edited_meanwhile_is_still_the_same_when_it_is_sent_again(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "hello", message_id="m", op_id="op")
    await store.memory.edit_message("m", "hello!")
    for op_id in ("op", "another"):
        stored, created = await store.memory.save_message(conversation_id, "user", "hello", message_id="m", op_id=op_id)
        assert (stored.content, created) == ("hello!", False)
    with pytest.raises(Conflict):
        await store.memory.save_message(conversation_id, "user", "something else", message_id="m", op_id="third")


@on_each_database
async def test_a_question_sent_again_is_the_same_turn_by_operation_or_by_message(store: Store) -> None:
    first = await store.turns.send(question())
    for again in (question(), question(op_id="another operation"), question(message_id="m", op_id="op")):
        turn = await store.turns.send(again)
        assert turn.repeated
        assert (turn.message, turn.reply, turn.generation_id) == (first.message, first.reply, first.generation_id)
    assert len(await store.rows(messages)) == 2


@on_each_database
async def test_an_edit_has_one_effect_and_keeps_what_it_replaces(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "first", message_id="m")
    edited = await store.memory.edit_message("m", "second", rev=1, op_id="op")
    assert await store.memory.edit_message("m", "second", rev=1, op_id="op") == edited
    assert (edited.rev, edited.content) == (2, "second")
    [version] = await store.rows(message_versions)
    assert (version.rev, version.content) == (1, "first")


@on_each_database
async def test_an_edit_of_an_old_revision_is_a_conflict_that_shows_the_current_one(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "first", message_id="m")
    await store.memory.edit_message("m", "second", rev=1)
    with pytest.raises(Conflict) as conflict:
        await store.memory.edit_message("m", "third", rev=1)
    assert conflict.value.details["current"]["content"] == "second"
    await store.memory.edit_conversation(conversation_id, {"title": "new"}, rev=1 + 1)
    with pytest.raises(Conflict) as conflict:
        await store.memory.edit_conversation(conversation_id, {"title": "newer"}, rev=1)
    assert conflict.value.details["current"]["title"] == "new"


@on_each_database
async def test_deleting_and_restoring_have_one_effect_and_lose_nothing(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "hello", message_id="m")
    deleted = [await store.memory.delete_message("m", op_id=op) for op in ("a", "a", "b")]
    assert {message.rev for message in deleted} == {2}
    assert (await store.memory.get_conversation_history(conversation_id))[0] == []
    restored = [await store.memory.restore_message("m", op_id=op) for op in ("c", "c", "d")]
    assert {(message.rev, message.content) for message in restored} == {(3, "hello")}
    late = await store.memory.delete_message("m", op_id="a")
    assert late.deleted_at is None, "a repeat that comes late does not delete again"


@on_each_database
async def test_opening_a_conversation_again_finds_it(store: Store) -> None:
    first, created = await store.memory.open_conversation(LOCRIT, session_id="one")
    again, created_again = await store.memory.open_conversation(LOCRIT, session_id="one")
    assert (created, created_again, again) == (True, False, first)
    new = [await store.memory.open_conversation(LOCRIT, op_id="open") for _ in range(2)]
    assert new[0][0].conversation_id == new[1][0].conversation_id
    assert len(await store.rows(conversations)) == 2


@on_each_database
async def test_two_who_write_the_same_into_a_message_agree(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "one", message_id="m")
    first = await store.memory.edit_message("m", "two", rev=1, op_id="first")
    second = await store.memory.edit_message("m", "two", rev=1, op_id="second")
    assert second == first
    assert [version.content for version in await store.history.versions("m")] == ["two", "one"]


@on_each_database
async def test_editing_a_conversation_has_one_effect(store: Store) -> None:
    conversation_id = await store.conversation()
    edited = [await store.memory.edit_conversation(conversation_id, {"starred": True}, op_id="op") for _ in range(2)]
    assert edited[0] == edited[1]
    with pytest.raises(Conflict):
        await store.memory.edit_conversation(conversation_id, {"starred": False}, op_id="op")


@on_each_database
async def test_every_operation_on_a_locrit_has_one_effect(store: Store) -> None:
    service = store.locrits
    operations: list[Callable[[], Awaitable[Locrit]]] = [
        lambda: service.create("Ada", {"model": "m"}, op_id="create"),
        lambda: service.edit("Ada", {"name": "Eve"}, op_id="edit"),
        lambda: service.delete("Eve", op_id="delete"),
        lambda: service.restore("Eve", op_id="restore"),
    ]
    for repeat in operations:
        assert await repeat() == await repeat()
    assert [event.rev for event in store.changes("user:local")][-4:] == [1, 2, 3, 4]
    with pytest.raises(Conflict):
        await service.create("Ada", {"model": "another"}, op_id="create")
    with pytest.raises(Conflict):
        await service.delete("Bob Technique", op_id="delete")


@on_each_database
async def test_what_was_not_acknowledged_can_be_sent_again(store: Store) -> None:
    """An id of a refused operation is free."""
    with pytest.raises(NotFound):
        await store.memory.save_message("unknown", "user", "hello", message_id="m", op_id="op")
    conversation_id = await store.conversation()
    assert (await store.memory.save_message(conversation_id, "user", "hello", message_id="m", op_id="op"))[1]


def test_a_repeat_is_known_after_a_restart(database_url: str) -> None:
    async def save() -> tuple[Message, bool]:
        async with opened(database_url) as store:
            return await store.memory.save_message(await store.conversation(), "user", "hello", message_id="m")

    first, again = asyncio.run(save()), asyncio.run(save())
    assert again == (first[0], False)


@on_each_database
async def test_a_message_of_white_space_is_stored_and_names_nothing(store: Store) -> None:
    conversation_id = await store.conversation()
    for content in ("", " \n\t "):
        assert (await store.memory.save_message(conversation_id, "user", content))[1]
    await store.memory.save_message(conversation_id, "user", "\n the first words\nand more")
    assert (await store.memory.conversation(conversation_id)).title == "the first words"


@on_each_database
async def test_only_a_question_can_be_tried_again(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "system", "rules", message_id="m")
    with pytest.raises(Conflict):
        await store.turns.retry("m")

"""The façade: from any script, whole or not at all, and a failure is never an empty answer."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from src.errors import Conflict, InvalidInput, NotFound, StoreUnavailable
from src.services.memory_manager import MemoryManager
from src.stores.database import Database
from tests.eventually import HANGS_AFTER_S
from tests.store import LOCRIT, Store, on_each_database, opened
from tests.talk import Talk, with_model

Call = Callable[[Any], Awaitable[Any]]


def test_a_script_needs_nothing_but_asyncio_run(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'locrit.db'}"

    async def first() -> None:
        async with opened(url) as store:
            await store.memory.save_message(await store.conversation(), "user", "Remember me.")

    async def later() -> list[str]:
        async with Database.open(url, lambda _event: None) as database:
            summary = await MemoryManager(database).get_full_memory_summary(LOCRIT)
            return [message.content for message in summary.recent_messages]

    asyncio.run(first())
    assert asyncio.run(later()) == ["Remember me."]


UNKNOWN: dict[str, Call] = {
    "conversation": lambda memory: memory.conversation("unknown"),
    "history": lambda memory: memory.get_conversation_history("unknown"),
    "save": lambda memory: memory.save_message("unknown", "user", "hello"),
    "message": lambda memory: memory.message("unknown"),
    "edit": lambda memory: memory.edit_message("unknown", "hello"),
    "delete": lambda memory: memory.delete_message("unknown"),
    "generation": lambda memory: memory.generation("unknown"),
    "events": lambda memory: memory.events("conversation:unknown"),
    "open": lambda memory: memory.open_conversation("Nobody", session_id="one"),
    "summary": lambda memory: memory.get_full_memory_summary("Nobody"),
    "search": lambda memory: memory.search_memories("Nobody", "hello"),
    "sessions": lambda memory: memory.sessions("Nobody"),
    "session": lambda memory: memory.session(LOCRIT, "unknown"),
    "session messages": lambda memory: memory.session_messages(LOCRIT, "unknown"),
    "remembered message": lambda memory: memory.recalled_message(LOCRIT, "unknown"),
    "save memory": lambda memory: memory.save_memory("Nobody", "hello"),
    "delete memory": lambda memory: memory.delete_memory(LOCRIT, "unknown"),
    "clear": lambda memory: memory.clear("Nobody"),
}


@on_each_database
async def test_what_does_not_exist_is_an_error_never_an_empty_answer(store: Store) -> None:
    for name, call in UNKNOWN.items():
        with pytest.raises(NotFound):
            pytest.fail(f"{name}: {await call(store.memory)}")


def test_after_closing_every_call_says_that_the_store_is_gone(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            pass
        for name, call in UNKNOWN.items():
            with pytest.raises(StoreUnavailable):
                pytest.fail(f"{name}: {await call(store.memory)}")

    asyncio.run(scenario())


@on_each_database
async def test_the_summary_shows_what_was_said_at_once(store: Store) -> None:
    for session in ("one", "two"):
        for n in range(15):
            await store.memory.save_message(await store.conversation(session), "user", f"{session} {n}")
    summary = await store.memory.get_full_memory_summary(LOCRIT)
    assert summary.total_messages == summary.statistics.total_messages == 30
    assert [message.content for message in summary.recent_messages][-1] == "two 14"
    assert len(summary.recent_messages) == 20
    assert [(session.session_id, session.message_count) for session in summary.sessions] == [("two", 15), ("one", 15)]
    assert (await store.memory.statistics("Pixie Assistant")).total_messages == 0


@on_each_database
async def test_sessions_of_different_people_and_locrits_never_mix(store: Store) -> None:
    open_ = store.memory.open_conversation
    opened_ = [
        await open_(LOCRIT, session_id="one"),
        await open_(LOCRIT, session_id="one", client_label="eve"),
        await open_("Pixie Assistant", session_id="one"),
    ]
    assert len({conversation.conversation_id for conversation, _ in opened_}) == 3
    for conversation, _ in opened_:
        resolved = await store.memory.conversation_id_of(conversation.locrit_name, "one", conversation.user_id)
        assert resolved == conversation.conversation_id
    assert (await store.memory.statistics(LOCRIT)).total_users == 2


@on_each_database
async def test_a_deleted_session_is_gone_until_it_is_restored(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "hello")
    await store.memory.delete_session(LOCRIT, "one")
    for call in (store.memory.session(LOCRIT, "one"), store.memory.save_message(conversation_id, "user", "again")):
        with pytest.raises(NotFound):
            await call
    await store.memory.edit_conversation(conversation_id, {"deleted": False})
    assert (await store.memory.session_messages(LOCRIT, "one"))[1][0].content == "hello"


@on_each_database
async def test_memories_are_kept_until_they_are_deleted(store: Store) -> None:
    kept = await store.memory.save_memory(LOCRIT, "likes tea", 0.9, ["taste"])
    gone = await store.memory.save_memory(LOCRIT, "likes coffee")
    await store.memory.delete_memory(LOCRIT, gone.id)
    assert await store.memory.memories(LOCRIT) == [kept]
    assert (await store.memory.statistics(LOCRIT)).total_memories == 1
    with pytest.raises(NotFound):
        await store.memory.delete_memory("Pixie Assistant", kept.id)


@on_each_database
async def test_a_note_is_saved_once_whenever_it_is_sent_again(store: Store) -> None:
    first = await store.memory.save_memory(LOCRIT, "likes tea", 0.9, ["taste"], {"from": "Ada"}, op_id="note")
    assert await store.memory.save_memory(LOCRIT, "likes tea", 0.9, ["taste"], {"from": "Ada"}, op_id="note") == first
    for content, importance in (("likes coffee", 0.9), ("likes tea", 0.1)):
        with pytest.raises(Conflict):
            await store.memory.save_memory(LOCRIT, content, importance, ["taste"], {"from": "Ada"}, op_id="note")
    await store.memory.delete_memory(LOCRIT, first.id)
    await store.memory.save_memory(LOCRIT, "likes tea", 0.9, ["taste"], {"from": "Ada"}, op_id="note")
    assert await store.memory.memories(LOCRIT) == []


@on_each_database
async def test_clearing_again_leaves_what_came_after_it(store: Store) -> None:
    await store.conversation()
    await store.memory.save_memory(LOCRIT, "likes tea")
    assert await store.memory.clear(LOCRIT, op_id="clear") == 2
    kept = await store.memory.save_memory(LOCRIT, "likes coffee")
    assert await store.memory.clear(LOCRIT, op_id="clear") == 2
    assert await store.memory.memories(LOCRIT) == [kept]
    with pytest.raises(Conflict):
        await store.memory.clear("Pixie Assistant", op_id="clear")


@on_each_database
async def test_a_conversation_of_another_locrit_is_a_conflict_not_a_mixture(store: Store) -> None:
    conversation_id = await store.conversation()
    with pytest.raises(InvalidInput):
        await store.memory.conversations(cursor="garbage")
    with pytest.raises(Exception, match="another Locrit"):
        await store.memory.open_conversation("Pixie Assistant", conversation_id=conversation_id)


@with_model
async def test_what_was_said_can_be_searched_soon_after(talk: Talk) -> None:
    """The index follows by itself, questions and replies alike."""
    await talk.said("Where is the needle?")
    async with asyncio.timeout(HANGS_AFTER_S):
        while len(await talk.memory.search_memories(LOCRIT, "needle")) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

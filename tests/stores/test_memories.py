"""What is noted beside the conversations is as safe as what is said in them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import update

from src.entities import Memory, MemorySource
from src.errors import Conflict, Forgotten, NotFound
from src.models import memories as table
from src.models import metadata
from src.operations import Stamp
from src.stores import locrits, memories
from src.stores.integrity import verify
from src.stores.unit_of_work import UnitOfWork
from tests.callers import ME
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.history import verified

SECRET = "Zanzibar"


async def noted(store: Store) -> Memory:
    return await store.memory.save_memory(LOCRIT, f"lives in {SECRET}", 0.7, [SECRET], {"from": SECRET})


@on_each_database
async def test_an_edit_is_a_new_version_and_so_is_going_back(store: Store) -> None:
    memory = await noted(store)
    edited = await store.memory.edit_memory(LOCRIT, memory.id, {"content": "moved", "importance": 0.9, "pinned": True})
    assert (edited.rev, edited.content, edited.tags, edited.pinned) == (2, "moved", [SECRET], True)
    back = await store.memory.roll_back_memory(LOCRIT, memory.id, 1)
    assert (back.rev, back.content, back.importance) == (3, memory.content, 0.7)
    versions = await store.memory.memory_versions(LOCRIT, memory.id)
    assert [(one.rev, one.content) for one in versions] == [(3, memory.content), (2, "moved"), (1, memory.content)]
    with pytest.raises(NotFound):
        await store.memory.roll_back_memory(LOCRIT, memory.id, 9)
    await verified(store)


@on_each_database
async def test_a_stale_edit_is_refused_with_what_it_says_now(store: Store) -> None:
    memory = await noted(store)
    await store.memory.edit_memory(LOCRIT, memory.id, {"content": "moved"}, rev=1)
    with pytest.raises(Conflict) as refused:
        await store.memory.edit_memory(LOCRIT, memory.id, {"content": "elsewhere"}, rev=1)
    assert refused.value.details["current"]["content"] == "moved"
    same = await store.memory.edit_memory(LOCRIT, memory.id, {"content": "moved"}, rev=1)
    assert same.rev == 2, "two who write the same agree"


@on_each_database
async def test_what_is_deleted_is_in_the_trash_and_comes_back(store: Store) -> None:
    memory = await noted(store)
    await store.memory.delete_memory(LOCRIT, memory.id)
    assert await store.memory.memories(LOCRIT) == []
    assert [one.id for one in (await store.history.trash()).memories] == [memory.id]
    assert (await store.memory.statistics(LOCRIT)).total_memories == 0
    restored = await store.memory.restore_memory(LOCRIT, memory.id)
    assert (restored.content, restored.deleted_at) == (memory.content, None)
    assert (await store.history.trash()).memories == []
    await verified(store)


@on_each_database
async def test_what_is_forgotten_is_nowhere_and_stays_gone(store: Store) -> None:
    memory = await noted(store)
    await store.memory.edit_memory(LOCRIT, memory.id, {"content": f"left {SECRET}"}, op_id="edit")
    stub = await store.memory.forget_memory(LOCRIT, memory.id)
    assert (stub.content, stub.tags, stub.metadata, stub.forgotten_at is None) == ("", [], {}, False)
    for each in metadata.sorted_tables:
        assert [row for row in await store.rows(each) if SECRET in str(tuple(row))] == []
    with pytest.raises(Forgotten):
        await store.memory.edit_memory(LOCRIT, memory.id, {"content": "again"})
    with pytest.raises(Forgotten):
        await store.memory.edit_memory(LOCRIT, memory.id, {"content": f"left {SECRET}"}, op_id="edit")
    with pytest.raises(Forgotten):
        await store.memory.restore_memory(LOCRIT, memory.id)
    await verified(store)


REVISIONS: dict[str, Callable[[Store, str, str], Awaitable[Memory]]] = {
    "edit": lambda store, id_, op_id: store.memory.edit_memory(LOCRIT, id_, {"content": "other"}, op_id=op_id),
    "delete": lambda store, id_, op_id: store.memory.delete_memory(LOCRIT, id_, op_id),
    "roll back": lambda store, id_, op_id: store.memory.roll_back_memory(LOCRIT, id_, 1, op_id),
}


@on_each_database
async def test_a_late_repeat_has_no_further_effect(store: Store) -> None:
    for name, revise in REVISIONS.items():
        memory = await noted(store)
        await store.memory.edit_memory(LOCRIT, memory.id, {"content": "changed"})
        await revise(store, memory.id, name)
        await store.memory.restore_memory(LOCRIT, memory.id)
        settled = await store.memory.edit_memory(LOCRIT, memory.id, {"content": "settled"})
        assert await revise(store, memory.id, name) == settled


@on_each_database
async def test_another_locrits_is_not_found(store: Store) -> None:
    memory = await noted(store)
    with pytest.raises(NotFound):
        await store.memory.edit_memory("Pixie Assistant", memory.id, {"content": "mine"})
    with pytest.raises(NotFound):
        await store.memory.forget_memory("Pixie Assistant", memory.id)


@on_each_database
async def test_a_memory_that_is_not_what_was_noted_is_noticed(store: Store) -> None:
    memory = await noted(store)
    changed = update(table).where(table.c.id == memory.id).values(metadata='{"from": "elsewhere"}')
    await store.database.write(lambda tx: tx.write_now(changed))
    report = await store.history.verify()
    assert [check.name for check in report.checks if not check.ok] == ["rows and changes"]


@on_each_database
async def test_a_fact_has_dates_that_its_versions_keep(store: Store) -> None:
    memory = await store.memory.save_memory(LOCRIT, "lives in Lyon", valid_from=1_000, memory_id="mine", op_id="note")
    assert (memory.id, memory.valid_from, memory.valid_to, memory.origin) == ("mine", 1_000, None, "person")
    with pytest.raises(Conflict):
        await store.memory.save_memory(LOCRIT, "lives in Paris", memory_id="mine")
    moved = await store.memory.edit_memory(LOCRIT, "mine", {"valid_from": None, "valid_to": 2_000, "content": None})
    assert (moved.content, moved.valid_from, moved.valid_to) == ("lives in Lyon", None, 2_000)
    assert (await store.memory.memory_versions(LOCRIT, "mine"))[1].valid_from == 1_000
    back = await store.memory.roll_back_memory(LOCRIT, "mine", 1)
    assert (back.valid_from, back.valid_to) == (1_000, None)
    forgotten = await store.memory.forget_memory(LOCRIT, "mine")
    assert (forgotten.valid_from, forgotten.valid_to, forgotten.sources) == (None, None, [])
    assert forgotten.stub_digest == memories.digest("mine", "Lives in  LYON!"), "so that it does not come again"
    await verified(store)


def test_the_same_words_are_the_same_however_they_are_written() -> None:
    assert memories.normalised("She adopted Minou, 14 March.") == memories.normalised("she adopted  MINOU (14 march)")
    assert memories.normalised("Ann loves Ben") != memories.normalised("Ben loves Ann")
    assert memories.normalised("does not like tea") != memories.normalised("likes tea")
    assert memories.digest("a", "likes tea") != memories.digest("b", "likes tea")


async def extracted(store: Store, id_: str, content: str, *message_ids: str, **more: Any) -> Memory:
    sources = [MemorySource(message_id=each, conversation_id="c") for each in message_ids]
    new = {"id": id_, "content": content, "importance": 0.5, "tags": [], "metadata": {}, "sources": sources} | more

    def add(tx: UnitOfWork) -> Memory:
        locrit_id = locrits.require(tx.connection, ME.user_id, LOCRIT).id
        return memories.add(tx, locrit_id, new | {"origin": "extraction"}, Stamp.now())

    return await store.database.write(add)


@on_each_database
async def test_what_is_suggested_counts_when_it_is_accepted_and_ends_what_it_replaces(store: Store) -> None:
    older = await store.memory.save_memory(LOCRIT, "lives in Lyon")
    newer = await extracted(store, "newer", "lives in Paris", suggested=True, replaces=older.id, valid_from=5_000)

    async def shown(state: str) -> list[str]:
        return [one.content for one in await store.memory.memories(LOCRIT, state=state)]

    assert (await shown("suggested"), await shown("accepted")) == (["lives in Paris"], ["lives in Lyon"])
    assert (await store.memory.statistics(LOCRIT)).total_memories == 1
    await store.memory.edit_memory(LOCRIT, newer.id, {"suggested": False, "content": "lives in Paris now"})
    assert (await shown("suggested"), await shown("valid"), await shown("past")) == (
        [],
        ["lives in Paris now"],
        ["lives in Lyon"],
    )
    assert (await store.memory.one_memory(LOCRIT, older.id)).valid_to == 5_000
    await store.memory.delete_memory(LOCRIT, newer.id)
    assert await shown("valid") == ["lives in Lyon"], "undone"
    await store.memory.restore_memory(LOCRIT, newer.id)
    assert await shown("past") == ["lives in Lyon"]
    await store.memory.forget_memory(LOCRIT, newer.id)
    assert await shown("valid") == ["lives in Lyon"]
    await verified(store)


@on_each_database
async def test_with_a_source_goes_what_was_extracted_from_nothing_else(store: Store) -> None:
    conversation_id = await store.conversation()
    for id_ in ('m"1', "m2"):
        await store.memory.save_message(conversation_id, "user", f"I live in {SECRET}", message_id=id_)
    await extracted(store, "alone", f"lives in {SECRET}", 'm"1')
    await extracted(store, "twice", "lives far away", 'm"1', "m2")
    noted_down = await noted(store)
    await store.history.forget_message('m"1')
    assert (await store.memory.one_memory(LOCRIT, "alone")).forgotten_at is not None
    twice = await store.memory.one_memory(LOCRIT, "twice")
    assert ([one.message_id for one in twice.sources], twice.content) == (["m2"], "lives far away")
    assert (await store.memory.one_memory(LOCRIT, noted_down.id)).content == noted_down.content
    await store.history.forget_message("m2")
    assert [one.id for one in await store.memory.memories(LOCRIT)] == [noted_down.id]
    await verified(store)


@on_each_database
async def test_a_browser_gives_back_what_the_server_lacks_and_the_newer_revision(store: Store) -> None:
    fact = await store.memory.save_memory(LOCRIT, "Likes tea")
    newer = fact.model_copy(update={"content": "Likes green tea", "rev": 5, "tags": ["tea"]})
    lost = fact.model_copy(update={"id": "lost", "content": "Owns a boat", "valid_to": 1_000, "rev": 3})
    stub = fact.model_copy(
        update={"id": "stub", "content": "", "stub_digest": "abc", "forgotten_at": 2, "deleted_at": 2}
    )
    for _ in range(2):
        await store.memory.merge_memories([newer, lost, stub, fact])
    kept = {one.id: one for one in (await store.database.read(lambda c: memories.all_of(c, fact.locrit_id)))}
    assert (kept[fact.id].content, kept[fact.id].rev, kept[fact.id].tags) == ("Likes green tea", 5, ["tea"])
    assert (kept["lost"].content, kept["lost"].valid_to, kept["lost"].rev) == ("Owns a boat", 1_000, 3)
    assert (kept["stub"].content, kept["stub"].stub_digest) == ("", "abc")
    assert [one.content for one in await store.memory.memory_versions(LOCRIT, fact.id)] == [
        "Likes green tea",
        "Likes tea",
    ]
    await store.memory.merge_memories([newer.model_copy(update={"forgotten_at": 9, "content": "", "rev": 6})])
    await store.memory.merge_memories([newer.model_copy(update={"rev": 20})])
    assert (await store.memory.one_memory(LOCRIT, fact.id)).content == "", "what is forgotten stays so"
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_words_that_only_a_browser_had_of_what_it_forgot_are_not_extracted_again(store: Store) -> None:
    fact = await store.memory.save_memory(LOCRIT, "Likes tea")
    digests = [memories.digest(fact.id, said) for said in ("Likes coffee", "Likes tea")]
    gone = {"content": "", "stub_digest": " ".join(digests), "forgotten_at": 9, "deleted_at": 9, "rev": 7}
    await store.memory.merge_memories([fact.model_copy(update=gone)])
    stub = await store.memory.one_memory(LOCRIT, fact.id)
    assert stub.content == ""
    assert set((stub.stub_digest or "").split()) == set(digests)
    assert (await store.database.read(verify)).ok

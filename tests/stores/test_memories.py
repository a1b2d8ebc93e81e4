"""What is noted beside the conversations is as safe as what is said in them."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from src.entities import Memory
from src.errors import Conflict, Forgotten, NotFound
from src.models import memories as table
from src.models import metadata
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

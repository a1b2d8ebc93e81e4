"""Conversations are called after their Locrit as that is called now: to rename it costs the same at any number."""

import asyncio
import os
import time
from itertools import pairwise

from src.entities import Conversation
from tests.faults.audit import audit
from tests.fold import fold
from tests.store import LOCRIT, Store, on_each_database, on_sqlite

CONVERSATIONS = int(os.environ.get("CONVERSATIONS", "150"))


@on_each_database
async def test_a_rename_is_one_change(store: Store) -> None:
    where = [await store.conversation(f"session {n}") for n in range(5)]
    before = len(store.published)
    await store.locrits.edit(LOCRIT, {"name": "Robert"})
    assert [(event.type, event.seq) for event in store.changes("user:local")[before:]] == [("locrit.updated", 9)]
    for id_ in where:
        assert (await store.memory.conversation(id_)).locrit_name == "Robert"
    events, _, _ = await store.memory.events("user:local")
    told = fold(events)
    assert {told["conversation", id_]["locrit_name"] for id_ in where} == {"Robert"}
    audit(store.url)


@on_sqlite
async def test_nobody_waits_for_a_rename(store: Store) -> None:
    """`CONVERSATIONS=1000` makes it larger; prints how long saves took meanwhile."""
    for n in range(CONVERSATIONS):
        await store.conversation(f"session {n}")
    conversation_id = await store.conversation("another", "Pixie Assistant")
    took_ms: list[float] = []

    async def save() -> None:
        for n in range(200):
            started = time.perf_counter()
            await store.memory.save_message(conversation_id, "user", f"message {n}")
            took_ms.append((time.perf_counter() - started) * 1000)

    saving = asyncio.create_task(save())
    names = [LOCRIT, *(f"Robert {n}" for n in range(10))]
    for old, new in pairwise(names):
        await store.locrits.edit(old, {"name": new})
        await asyncio.sleep(0.005)
    await saving
    took_ms.sort()
    print(f"{CONVERSATIONS} conversations, {len(names) - 1} renames: p99 of a save {took_ms[-2]:.1f} ms")
    page: tuple[list[Conversation], str | None] = await store.memory.conversations(locrit_name=LOCRIT, limit=1)
    assert page[0][0].locrit_name == names[-1]
    renames = [event for event in store.changes("user:local") if event.type == "locrit.updated"]
    assert len(renames) == len(names) - 1

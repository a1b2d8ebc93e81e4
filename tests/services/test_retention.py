"""The trash is kept as long as its owner says."""

import asyncio

from src.entities import Change
from src.services.retention import Retention
from tests.eventually import eventually
from tests.store import Store, on_sqlite


async def thrown_away(store: Store) -> None:
    message, _ = await store.memory.save_message(await store.conversation(), "user", "old")
    await store.memory.delete_message(message.message_id)
    await asyncio.sleep(0.002)  # it must be older than no time at all


@on_sqlite
async def test_what_is_in_the_trash_for_long_enough_is_forgotten(store: Store) -> None:
    await thrown_away(store)
    retention = Retention(store.history, days=1e-9)
    retention.start()
    await eventually(lambda: any(isinstance(e, Change) and e.type == "message.forgotten" for e in store.published))
    await retention.close()
    assert (await store.history.trash()).messages == []


@on_sqlite
async def test_without_a_limit_the_trash_is_kept(store: Store) -> None:
    await thrown_away(store)
    retention = Retention(store.history, days=0)
    retention.start()
    await retention.close()
    assert len((await store.history.trash()).messages) == 1

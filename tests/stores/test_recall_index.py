"""The index of what may be recalled is what a new one would be, and gives the same order on every database."""

from typing import Any

from sqlalchemy import Connection, insert, select

from src.models import jobs, messages, recall_index
from src.services.recall import RecallService
from src.stores import search
from src.stores.integrity import verify
from tests.callers import ME
from tests.store import LOCRIT, Store, on_each_database

SAID = [
    "My cat Minou eats tuna and sleeps on the piano.",
    "We went to Lisbon in March with my sister Ada.",
    "The piano has to be tuned before the concert.",
    "Is the concert in Lisbon or in Porto?",
    "It is in Porto, on Friday.",
]
EXPECTED = [2, 3, 1, 4, 0]
"""The best first."""


async def _index(store: Store) -> None:
    while await store.database.write(search.index_pending):
        pass


def _rows(connection: Connection) -> list[Any]:
    indexed = select(messages.c.id, recall_index.c.units).join(messages, messages.c.row_id == recall_index.c.row_id)
    return [tuple(row) for row in connection.execute(indexed.order_by(messages.c.id))]


@on_each_database
async def test_an_index_made_anew_is_the_same(store: Store) -> None:
    conversation_id = await store.conversation()
    said = [await store.memory.save_message(conversation_id, "user", one) for one in SAID]
    await _index(store)
    await store.memory.edit_message(said[0][0].message_id, "My cat Minou eats chicken.")
    await store.memory.delete_message(said[1][0].message_id)
    await _index(store)
    before = await store.database.read(_rows)
    assert len(before) == len(SAID) - 1
    reindex = {"kind": search.REINDEX, "entity_id": "message_search"}
    await store.database.write(lambda tx: tx.write_now(insert(jobs), reindex))
    await _index(store)
    assert await store.database.read(_rows) == before
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_the_order_is_the_same_on_every_database(store: Store) -> None:
    conversation_id = await store.conversation()
    for one in SAID:
        await store.memory.save_message(conversation_id, "user", one)
    await _index(store)
    recall = RecallService(store.database)
    found = [
        one.content
        for one in await recall.recall(
            ME, LOCRIT, "Has the piano to be tuned before the concert in Lisbon?", tokens=200
        )
    ]
    assert [SAID.index(one) for one in found] == EXPECTED
    assert found == [
        one.content
        for one in await recall.recall(
            ME, LOCRIT, "Has the piano to be tuned before the concert in Lisbon?", tokens=200
        )
    ]

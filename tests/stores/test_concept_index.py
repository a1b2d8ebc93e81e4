"""What is counted of what was said is what a new index would count, on every database."""

from functools import partial
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from src.concepts.keyphrases import MOST_PHRASES
from src.models import concept_counts, concept_index, concept_mentions, jobs
from src.stores import search
from src.stores.integrity import verify
from src.stores.unit_of_work import UnitOfWork
from tests.store import Store, on_each_database

SAID = [
    "My cat Minou eats tuna and sleeps on the piano.",
    "We went to Lisbon in March with my sister Ada.",
    "The piano has to be tuned before the concert in Lisbon.",
    "Ma fille Camille joue du piano avec Madame Lefèvre.",
]


async def index(store: Store) -> None:
    while await store.database.write(search.index_pending):
        pass


async def make_anew(store: Store) -> None:
    reindex = {"kind": search.REINDEX, "entity_id": "message_search"}
    await store.database.write(lambda tx: tx.write_now(insert(jobs), reindex))
    await index(store)


def _empty(table: Table, tx: UnitOfWork) -> None:
    tx.write_now(table.delete())


def rows(connection: Connection) -> list[Any]:
    """All of it, by ids: the numbers of what is made anew are other ones."""
    tables = (concept_mentions, concept_index, concept_counts)
    said, terms, places = ([row._asdict() for row in connection.execute(select(table))] for table in tables)
    ids = {None: None} | {row["number"]: row["id"] for row in terms}
    at = {row.pop("place"): (row["owner_id"], row["locrit_id"]) for row in places}
    for row in terms:
        row |= {"number": None, "place": at[row["place"]], "root": ids[row["root"]]}
    for row in said:
        row["term"] = ids[row["term"]]
    return [sorted(tuple(row.values()) for row in rows) for rows in (said, terms, places)]


async def mentions(store: Store) -> dict[str, int]:
    return {row.name: row.mentions for row in await store.rows(concept_index) if row.mentions}


@on_each_database
async def test_an_index_made_anew_is_the_same(store: Store) -> None:
    conversation_id = await store.conversation()
    said = [await store.memory.save_message(conversation_id, "user", one) for one in SAID]
    other = await store.conversation("two")
    await store.memory.save_message(other, "user", "Minou is in Lisbon.")
    await index(store)
    assert (await mentions(store))["Lisbon"] == 3
    await store.memory.edit_message(said[0][0].message_id, "My cat Minou eats chicken.")
    await store.memory.delete_message(said[1][0].message_id)
    await store.memory.delete_conversation(other)
    await index(store)
    counted = await mentions(store)
    assert (counted["Lisbon"], counted["Minou"]) == (1, 1)
    assert "tuna" not in str(counted)
    before = await store.database.read(rows)
    await store.database.write(
        lambda tx: tx.write_now(insert(jobs), {"kind": "reindex", "entity_id": "message_search"})
    )
    await index(store)
    assert await store.database.read(rows) == before
    for table in (concept_mentions, concept_index, concept_counts):
        await store.database.write(partial(_empty, table))
    await store.database.write(
        lambda tx: tx.write_now(insert(jobs), {"kind": "reindex", "entity_id": "message_search"})
    )
    await index(store)
    assert await store.database.read(rows) == before
    await store.memory.edit_conversation(other, {"deleted": False})
    await index(store)
    assert (await mentions(store))["Lisbon"] == 2
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_a_step_counts_no_more_than_the_writer_has_time_for(store: Store) -> None:
    conversation_id = await store.conversation()
    for message in range(20):
        said = ". ".join(f"Then Person{message}x{phrase}" for phrase in range(MOST_PHRASES + 4))
        await store.memory.save_message(conversation_id, "user", said)
    changed = [await _counted_per_step(store)]
    for deleted in (True, False):
        await store.memory.edit_conversation(conversation_id, {"deleted": deleted})
        changed.append(await _counted_per_step(store))
    assert [sum(each) for each in changed] == [20 * MOST_PHRASES] * 3
    assert max(max(each) for each in changed) <= search.MENTIONS_PER_BATCH


async def _counted_per_step(store: Store) -> list[int]:
    """How many mentions came or went with each step, as the service does them."""
    counted = [len(await store.rows(concept_mentions))]
    while batch := await store.database.read(search.prepare):
        await store.database.write(partial(search.store, batch=batch))
        counted.append(len(await store.rows(concept_mentions)))
    return [abs(after - before) for before, after in pairwise(counted)]

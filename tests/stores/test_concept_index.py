"""What is counted of what was said is what a new index would count, on every database."""

import asyncio
from functools import partial
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Table, TextClause, insert, select, text

from src.concepts.keyphrases import MOST_PHRASES
from src.models import concept_counts, concept_index, concept_mentions, jobs
from src.stores import search
from src.stores.integrity import verify
from src.stores.unit_of_work import UnitOfWork
from tests.store import LOCRIT, Store, on_each_database, opened

ROUNDS = 12

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


DAMAGES = (
    "DELETE FROM concept_counts",
    "UPDATE concept_counts SET owner_id = 'nobody'",
    "UPDATE concept_index SET place = place + 7000",
    "UPDATE concept_index SET root = NULL",
    "UPDATE concept_index SET root = 7000 WHERE root IS NOT NULL",
    "DELETE FROM concept_index",
    "DELETE FROM concept_index WHERE name <> 'Lisbon'",
    "UPDATE concept_mentions SET term = term + 7000",
)


@on_each_database
async def test_numbers_that_stand_for_nothing_are_found_and_given_anew(store: Store) -> None:
    conversation_id = await store.conversation()
    for one in SAID:
        await store.memory.save_message(conversation_id, "user", one)
    await index(store)
    lisbon, ada = [await store.concepts.id_of(LOCRIT, name) for name in ("Lisbon", "Ada")]
    await store.concepts.merge(LOCRIT, ada, lisbon)
    said, terms, _ = await store.database.read(rows)
    assert (await mentions(store))["Lisbon"] == 3
    for damage in DAMAGES:
        await store.database.write(partial(_do, text(damage)))
        assert [check.name for check in (await store.history.verify()).checks if not check.ok] == ["concepts"], damage
        await store.history.verify(repair=True)
        await index(store)
        report = await store.history.verify()
        assert report.ok, (damage, [check for check in report.checks if not check.ok])
        assert (await store.database.read(rows))[:2] == [said, terms], damage


def _do(statement: TextClause, tx: UnitOfWork) -> None:
    tx.write_now(statement)


def test_what_two_processes_count_at_once_is_counted_once_each(postgresql_url: str) -> None:
    """The same new words, and the last ones that say some."""

    async def scenario() -> None:
        async with opened(postgresql_url) as one, opened(postgresql_url) as two:
            talks = [(store, await store.conversation(name)) for store, name in ((one, "one"), (two, "two"))]
            for round_ in range(ROUNDS):
                said = [f"We took Ada{round_} to Lisbon{round_} with Minou."] * 2
                saved = [
                    (await store.memory.save_message(conversation_id, "user", content))[0].message_id
                    for (store, conversation_id), content in zip(talks, said, strict=True)
                ]
                await asyncio.gather(*(index(store) for store in (one, two)))
                if round_ % 2:
                    await asyncio.gather(
                        *(store.memory.delete_message(id_) for (store, _), id_ in zip(talks, saved, strict=True))
                    )
                    await asyncio.gather(*(index(store) for store in (one, two)))
            counted = await mentions(one)
            assert counted["Minou"] == ROUNDS
            assert {name for name in counted if name.startswith("Ada")} == {f"Ada{n}" for n in range(0, ROUNDS, 2)}
            report = await one.database.read(verify)
            assert report.ok, [check for check in report.checks if not check.ok]

    asyncio.run(scenario())


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

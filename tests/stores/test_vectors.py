"""What was said is embedded, found by its meaning, and gone when it is, on every database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np
from sqlalchemy import select, update

from src.config import Settings
from src.events import EventBus
from src.models import recall_index, recall_vectors
from src.recall import meaning as by_meaning
from src.services.llm.router import LanguageModels
from src.services.meaning import Meaning
from src.services.recall import RecallService
from src.stores import search, vectors
from src.stores.database import Database
from src.stores.integrity import repairs, verify
from tests.callers import ME, SOMEONE
from tests.fakes.ollama import FakeOllama
from tests.store import LOCRIT, Store, on_each_database, opened

MODEL = "nomic-embed-text:latest"
SAID = ["Minou naps all day.", "The lake is cold.", "Bread needs salt.", "We painted the kitchen."]
QUESTION = "Naps Minou all day?"
"""Almost the first one: what says the same as the question is not recalled."""


@asynccontextmanager
async def meant(store: Store, ollama: FakeOllama) -> AsyncIterator[Meaning]:
    bus = EventBus()
    models = LanguageModels(Settings(llm="ollama", OLLAMA_HOST=ollama.url), bus)
    await store.server_settings.edit({"meaning": MODEL})
    service = Meaning(store.database, models, bus)
    try:
        yield service
    finally:
        await service.close()
        await models.close()


async def said(store: Store, service: Meaning, session_id: str = "one") -> list[str]:
    conversation_id = await store.conversation(session_id)
    ids = [(await store.memory.save_message(conversation_id, "user", one))[0].message_id for one in SAID]
    await caught_up(store.database, service)
    return ids


async def caught_up(database: Database, service: Meaning) -> None:
    while await database.write(search.index_pending):
        pass
    await service.catch_up()


async def kept(store: Store) -> dict[int, bytes]:
    """By the message that they are of."""
    of = select(recall_index.c.row_id, recall_vectors.c.vectors).join(
        recall_vectors, recall_vectors.c.index_id == recall_index.c.id
    )
    return {row.row_id: bytes(row.vectors) for row in await store.rows(of)}


@on_each_database
async def test_another_person_finds_nothing_by_meaning_and_nor_does_who_threw_it_away(store: Store) -> None:
    with FakeOllama() as ollama:
        async with meant(store, ollama) as service:
            ids = await said(store, service)
            everything = RecallService(store.database, service, least=float("-inf"))
            found = {one.content: one for one in await everything.recall(ME, LOCRIT, QUESTION)}
            assert "meaning" in found[SAID[0]].features
            await store.of(SOMEONE)
            assert await everything.recall(SOMEONE, LOCRIT, QUESTION) == []
            await store.memory.delete_message(ids[0])
            assert SAID[0] not in [one.content for one in await everything.recall(ME, LOCRIT, QUESTION)]
            conversation_id = (await store.memory.restore_message(ids[0])).conversation_id
            await caught_up(store.database, service)
            assert SAID[0] in [one.content for one in await everything.recall(ME, LOCRIT, QUESTION)]
            await store.memory.delete_conversation(conversation_id)
            assert await everything.recall(ME, LOCRIT, QUESTION) == []


@on_each_database
async def test_what_is_forgotten_has_no_vectors_and_what_knew_its_end_gets_others(store: Store) -> None:
    with FakeOllama() as ollama:
        async with meant(store, ollama) as service:
            ids = await said(store, service)
            before = await kept(store)
            gone, knew = sorted(before)[1:3]
            await store.history.forget_message(ids[1])
            left = await kept(store)
            assert sorted(left) == sorted(set(before) - {gone, knew})
            await caught_up(store.database, service)
            after = await kept(store)
            assert sorted(after) == sorted(set(before) - {gone})
            assert after[knew] != before[knew]
            assert not {before[gone], before[knew]} & set(after.values())
            assert (await store.database.read(verify)).ok


@on_each_database
async def test_damaged_vectors_are_found_and_made_anew(store: Store) -> None:
    with FakeOllama() as ollama:
        async with meant(store, ollama) as service:
            await said(store, service)
            before = await kept(store)
            damage = update(recall_vectors).where(recall_vectors.c.id == 2).values(vectors=b"damaged")
            await store.database.write(lambda tx: tx.write_now(damage))
            [check] = [one for one in (await store.database.read(verify)).checks if not one.ok]
            assert check.name == "vectors"
            for repair in await store.database.read(repairs.needed):
                await store.database.write(repair.do)
            await caught_up(store.database, service)
            assert await kept(store) == before
            assert (await store.database.read(verify)).ok


def test_forgotten_vectors_are_in_no_byte(tmp_path: Path) -> None:
    async def scenario() -> tuple[set[bytes], set[bytes]]:
        with FakeOllama() as ollama:
            async with opened(f"sqlite:///{tmp_path / 'locrit.db'}") as store, meant(store, ollama) as service:
                ids = await said(store, service)
                before = await kept(store)
                await store.history.forget_message(ids[1])
                await caught_up(store.database, service)
                left = set((await kept(store)).values())
                return left, set(before.values()) - left

    left, gone = asyncio.run(scenario())
    assert (len(left), len(gone)) == (3, 2)
    content = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert all(one in content for one in left)
    assert not any(one in content for one in gone)


@on_each_database
async def test_what_another_process_embedded_meanwhile_is_there_once(store: Store) -> None:
    with FakeOllama() as ollama:
        async with meant(store, ollama) as service:
            conversation_id = await store.conversation()
            await store.memory.save_message(conversation_id, "user", SAID[0])
            while await store.database.write(search.index_pending):
                pass
            await store.database.write(lambda tx: vectors.add_space(tx, MODEL, "its digest", 2, 0.5))
            [space] = await store.database.read(vectors.spaces)
            rows = await store.database.read(lambda connection: vectors.waiting(connection, space.id, 0, 10))
            for number in (1, 2):
                packed = [(row, by_meaning.pack(np.array([[number, 3]], np.float32))) for row in rows]
                await store.database.write(partial(vectors.store, space_id=space.id, embedded=packed))
            [only] = (await kept(store)).values()
            assert only == by_meaning.pack(np.array([[1, 3]], np.float32))
            await service.catch_up()
            assert (await store.database.read(verify)).ok

"""Group commit: one fsync for all who wait, an outcome of its own for each."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, delete, func, insert, select, update

from src.errors import NotFound, StoreUnavailable
from src.events import ConversationActivity
from src.models import events, jobs
from src.stores.database import Database
from src.stores.unit_of_work import UnitOfWork
from tests.store import Store, on_each_database, opened, writer_held


def put(name: str) -> Callable[[UnitOfWork], str]:
    """Stores one row and announces it."""

    def operation(tx: UnitOfWork) -> str:
        tx.write_now(insert(jobs), {"kind": "test", "entity_id": name})
        tx.publish_after_commit(
            ConversationActivity(user_id="local", conversation_id=name, locrit_name="", updated_at=0, running=False)
        )
        return name

    return operation


def put_then(name: str, failure: Exception) -> Callable[[UnitOfWork], None]:
    def operation(tx: UnitOfWork) -> None:
        put(name)(tx)
        raise failure

    return operation


async def stored(store: Store) -> list[str]:
    return [row.entity_id for row in await store.rows(select(jobs).where(jobs.c.kind == "test").order_by("row_id"))]


def announced(store: Store) -> list[str]:
    return [event.conversation_id for event in store.published if isinstance(event, ConversationActivity)]


@on_each_database
async def test_writes_that_wait_together_share_one_commit(store: Store) -> None:
    names = [str(n) for n in range(100)]
    before = store.commits
    async with writer_held(store.database):
        writes = [asyncio.create_task(store.database.write(put(name))) for name in names]
    assert await asyncio.gather(*writes) == names
    assert store.commits == before + 2, "one for what held the writer, one for all that waited"
    assert await stored(store) == names


@on_each_database
async def test_a_result_is_given_only_when_others_can_read_its_effect(store: Store) -> None:
    elsewhere = create_engine(store.url)

    async def save(name: str) -> None:
        await store.database.write(put(name))
        with elsewhere.connect() as connection:
            query = select(func.count()).where(jobs.c.entity_id == name)
            assert connection.execute(query).scalar_one() == 1

    await asyncio.gather(*(save(str(n)) for n in range(30)))
    elsewhere.dispose()


@on_each_database
async def test_events_are_published_in_the_order_of_their_seq(store: Store) -> None:
    ids = [await store.conversation(name) for name in ("one", "two")]
    await asyncio.gather(*(store.memory.save_message(ids[n % 2], "user", f"{n}") for n in range(60)))
    for scope in (*(f"conversation:{id_}" for id_ in ids), "user:local"):
        seqs = [event.seq for event in store.changes(scope)]
        assert seqs == list(range(1, len(seqs) + 1))


@on_each_database
async def test_what_an_operation_announces_is_told_before_its_caller_goes_on(store: Store) -> None:
    for name in "abc":
        await store.database.write(put(name))
        assert announced(store)[-1] == name


@on_each_database
async def test_a_refused_operation_fails_alone(store: Store) -> None:
    def refuse(_tx: UnitOfWork) -> None:
        raise NotFound("no")

    async with writer_held(store.database):
        outcomes = asyncio.gather(*map(store.database.write, (put("a"), refuse, put("b"))), return_exceptions=True)
        await asyncio.sleep(0)
    [first, refused, last] = await outcomes
    assert (first, last) == ("a", "b")
    assert isinstance(refused, NotFound)
    assert await stored(store) == ["a", "b"]


@pytest.mark.parametrize("failure", [NotFound("no"), RuntimeError("a bug")])
def test_an_operation_that_breaks_after_writing_rolls_back_alone(database_url: str, failure: Exception) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with writer_held(store.database):
                operations = (put("a"), put_then("broken", failure), put("b"))
                outcomes = asyncio.gather(*map(store.database.write, operations), return_exceptions=True)
                await asyncio.sleep(0)
            assert await outcomes == ["a", failure, "b"]
            assert await stored(store) == announced(store) == ["a", "b"]

    asyncio.run(scenario())


@on_each_database
async def test_an_operation_whose_deferred_rows_are_refused_fails_alone_and_announces_nothing(store: Store) -> None:
    """Its rows go out at the end of the batch: what it announced by then was never true."""
    row = {"scope": "x", "seq": 1, "type": "t", "entity_id": "e", "rev": 1, "payload": "{}", "created_at": 0}

    def twice(tx: UnitOfWork) -> str:
        put("broken")(tx)
        tx.insert_later(events, row)
        tx.insert_later(events, row)
        return "broken"

    async with writer_held(store.database):
        outcomes = asyncio.gather(*map(store.database.write, (put("a"), twice, put("b"))), return_exceptions=True)
        await asyncio.sleep(0)
    [_, broken, _] = await outcomes
    assert isinstance(broken, StoreUnavailable)
    assert await stored(store) == announced(store) == ["a", "b"]


@on_each_database
async def test_a_cancelled_caller_waits_for_the_outcome(store: Store) -> None:
    async with writer_held(store.database):
        write = asyncio.create_task(store.database.write(put("a")))
        await asyncio.sleep(0)
        write.cancel()
        await asyncio.wait([write], timeout=0.05)
        assert not write.done()
    with pytest.raises(asyncio.CancelledError):
        await write
    assert await stored(store) == ["a"]


def test_closing_finishes_what_waits_and_refuses_what_comes_later(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with writer_held(store.database):
                writes = [asyncio.create_task(store.database.write(put(str(n)))) for n in range(10)]
                await asyncio.sleep(0)
                closing = asyncio.create_task(store.database.close())
            assert len(await asyncio.gather(*writes)) == 10
            await closing
            with pytest.raises(StoreUnavailable, match="stopping"):
                await store.database.write(put("late"))
            with pytest.raises(StoreUnavailable):
                await store.database.read(lambda connection: None)
            assert not await store.database.check()
        async with opened(database_url) as again:
            assert await stored(again) == [str(n) for n in range(10)]

    asyncio.run(scenario())


def test_no_write_is_forgotten_when_the_database_is_closed_meanwhile(sqlite_url: str) -> None:
    """Each is stored or refused: none waits for ever, none is stored and refused."""

    async def write_until_refused(database: Database, saved: list[str], writer: int) -> None:
        for n in range(10_000):
            try:
                saved.append(await database.write(put(f"{writer}:{n}")))
            except StoreUnavailable:
                return

    async def scenario() -> None:
        saved: list[str] = []
        async with opened(sqlite_url) as store:
            threads = [
                threading.Thread(target=lambda n=n: asyncio.run(write_until_refused(store.database, saved, n)))
                for n in range(4)
            ]
            for thread in threads:
                thread.start()
            await asyncio.sleep(0.05)
            await store.database.close()
            for thread in threads:
                await asyncio.to_thread(thread.join, 10)
                assert not thread.is_alive()
        async with opened(sqlite_url) as again:
            assert set(await stored(again)) == set(saved)

    asyncio.run(scenario())


@on_each_database
async def test_a_write_that_changes_no_row_is_no_proof_that_writing_works(store: Store) -> None:
    """As what looks for work again and again: a disk that takes nothing takes it, too."""
    await store.database.write(put("there"))

    async def changed(name: str) -> bool:
        def operation(tx: UnitOfWork) -> bool:
            tx.write_now(update(jobs).where(jobs.c.entity_id == name).values(attempts=2))
            tx.write_now(delete(jobs).where(jobs.c.entity_id == name).returning(jobs)).all()
            return tx.has_changed

        return await store.database.write(operation)

    assert not await changed("not there")
    assert await changed("there")
    assert not await changed("there")

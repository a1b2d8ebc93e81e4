"""What is much is done in steps: others write in between, and a process that dies leaves nothing half done."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Row, event, make_url, select, update

from src.models import jobs, messages
from src.operations import Stamp
from src.services.jobs import Jobs
from src.stores import forgetting
from src.stores.concept_index import RECOUNT
from src.stores.jobs import Handler, Step
from src.stores.steps import HANDLERS, READERS
from src.stores.unit_of_work import UnitOfWork
from tests.services import unfinished
from tests.store import LOCRIT, Store, on_each_database, on_sqlite, opened
from tests.stores.cost import steps
from tests.stores.history import index, say, verified

MESSAGES = int(os.environ.get("MESSAGES", "600"))
SECRET = "Zanzibar"


async def full(store: Store, session: str, count: int) -> str:
    conversation_id = await store.conversation(session)
    await asyncio.gather(
        *(store.memory.save_message(conversation_id, "user", f"{SECRET} {n} " + "word " * 100) for n in range(count))
    )
    return conversation_id


@on_each_database
async def test_saves_do_not_wait_for_much_that_is_forgotten(store: Store) -> None:
    conversation_id, other = await full(store, "much", MESSAGES), await store.conversation("other")
    forgotten = asyncio.create_task(store.history.forget_conversation(conversation_id))
    saved = 0
    while not forgotten.done():
        await store.memory.save_message(other, "user", "meanwhile")
        saved += 1
    assert saved >= 5, "of them, before all is forgotten"
    await verified(store)


@on_sqlite
async def test_between_two_looks_at_the_clock_much_is_no_more_than_little(store: Store) -> None:
    """Nothing of it grows with what is to be done, so a step ends soon after its time is over."""
    little, much = [await largest_piece(store, count) for count in (20, MESSAGES)]
    assert much < 2 * little
    assert await store.rows(select(messages.c.id).where(messages.c.forgotten_at.is_(None))) == []


async def largest_piece(store: Store, count: int) -> int:
    """The most statements that a piece of forgetting so many messages takes, when its time is over already."""
    conversation_id = await full(store, f"{count} of them", count)
    pieces: list[int] = []

    def counted(handler: Handler) -> Handler:
        def piece(tx: UnitOfWork, job: Row[Any], _until: float) -> int | None:
            with statements(tx) as given:
                position = handler(tx, job, 0.0)
            pieces.append(len(given))
            return position

        return piece

    def order(tx: UnitOfWork) -> None:
        with statements(tx) as given:
            forgetting.forget_conversation(tx, conversation_id, Stamp("forget", 1))
        pieces.append(len(given))

    await store.database.write(order)
    handlers = {kind: counted(handler) for kind, handler in HANDLERS.items()}
    step = Step(handlers, READERS, store.database.processes)
    while await store.database.write(step):
        pass
    assert len(pieces) > count
    return max(pieces)


@contextmanager
def statements(tx: UnitOfWork) -> Iterator[list[str]]:
    """What SQLite is given to do, by triggers too."""
    given: list[str] = []
    driver: Any = tx.connection.connection.driver_connection
    driver.set_trace_callback(given.append)
    yield given
    driver.set_trace_callback(None)


@on_sqlite
async def test_what_is_put_off_is_passed_once_and_not_with_each_that_is_due(store: Store) -> None:
    alone = await work_of(store, 50)
    await unfinished.postponed(store, 200)
    await store.database.write(lambda tx: tx.write_now(update(jobs).values(not_before=2**52)))
    assert await work_of(store, 50) < 5 * alone
    assert len(await store.rows(select(jobs).where(jobs.c.part_of.is_not(None)))) == 200


async def work_of(store: Store, due: int) -> int:
    await unfinished.works(store, due)
    with store.writing.connect() as connection, steps(connection) as counted:
        connection.close()  # the writer has the same one
        await Jobs(store.database).run()
    return counted[0]


@on_sqlite
async def test_whenever_the_process_dies_the_next_one_finishes(store: Store) -> None:
    """Killed after any commit: the files are copied as they are then, and another process goes on with the copy."""
    conversation_id = await full(store, "much", 150)
    await store.history.fork((await store.memory.get_conversation_history(conversation_id, limit=1))[0][-1].message_id)
    await index(store)
    home = Path(make_url(store.url).database or "").parent
    left: list[Path] = []

    def leave(*_: object) -> None:
        left.append(home / f"life {len(left)}")
        left[-1].mkdir()
        for file in ("locrit.db", "locrit.db-wal"):
            shutil.copy(home / file, left[-1])

    event.listen(store.writing, "checkin", leave)
    await store.history.forget_conversation(conversation_id)
    event.remove(store.writing, "checkin", leave)
    assert len(left) > 5
    for life in left[:: max(1, len(left) // 8)]:
        async with opened(f"sqlite:///{life / 'locrit.db'}") as heir:
            shown = [one.conversation_id for one in (await heir.memory.conversations())[0]]
            assert conversation_id not in shown, "marked as forgotten from the first step on"
            await heir.history.finish_jobs()
            assert await heir.rows(select(jobs).where(jobs.c.kind.not_in(("index", RECOUNT)))) == []
            await verified(heir)
            assert [f.name for f in life.glob("locrit.db*") if SECRET.encode() in f.read_bytes()] == []


@on_each_database
async def test_two_who_work_at_the_same_time_share_the_work(store: Store) -> None:
    ids = [await full(store, f"much {n}", 40) for n in range(3)]
    await asyncio.gather(
        *(store.history.forget_conversation(where) for where in ids),
        store.memory.clear(LOCRIT),
        store.history.empty_trash(),
    )
    assert await store.rows(select(messages.c.id).where(messages.c.content != "")) == []
    await verified(store)


@on_sqlite
async def test_what_a_reader_still_needs_of_the_log_is_emptied_later(store: Store) -> None:
    _, [message_id] = await say(store, SECRET)
    await index(store)
    reading = asyncio.Event()
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def read(connection: Any) -> None:
        connection.execute(select(messages)).all()
        loop.call_soon_threadsafe(reading.set)
        asyncio.run_coroutine_threadsafe(done.wait(), loop).result(30)

    reader = asyncio.create_task(store.database.read(read))
    await reading.wait()
    await store.history.forget_message(message_id)
    left = await store.rows(select(jobs).where(jobs.c.kind.not_in(("index", RECOUNT))))
    assert len(left) == 1, "the log is not clean yet"
    done.set()
    await reader
    await store.history.finish_jobs()
    assert await store.rows(select(jobs).where(jobs.c.kind.not_in(("index", RECOUNT)))) == []
    files = Path(make_url(store.url).database or "").parent.glob("locrit.db*")
    assert [file.name for file in files if SECRET.encode() in file.read_bytes()] == []

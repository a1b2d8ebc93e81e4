"""Opening, reading beside a writer, and what happens when the disk or the server below fails."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, func, insert, select, text
from sqlalchemy.engine import make_url

from src.errors import InvalidInput, StoreUnavailable
from src.models import jobs, messages, ops
from src.stores.database import Database
from src.stores.engines import SQLITE_PRAGMAS
from src.stores.unit_of_work import UnitOfWork
from tests.fixtures.server import ROOT
from tests.store import Store, on_each_database, on_sqlite, opened

COUNT = select(func.count()).select_from(jobs)
TERMINATE_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
OPEN = "import sys; from src.stores.database import Database; Database.open(sys.argv[1], print)"


def open_(url: str) -> Database:
    return Database.open(url, lambda _event: None)


@on_sqlite
async def test_the_settings_that_durability_needs_are_in_force_on_every_connection(store: Store) -> None:
    def settings(tx: UnitOfWork) -> dict[str, object]:
        return {name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in SQLITE_PRAGMAS}

    expected = {name: value for name, (_, value) in SQLITE_PRAGMAS.items()}
    assert await store.database.write(settings) == expected
    assert expected["synchronous"] == 2, "FULL: a commit is on the disk"
    assert await store.database.read(lambda connection: settings(UnitOfWork(connection, ""))) == expected


def test_a_database_that_cannot_keep_the_settings_is_refused() -> None:
    with pytest.raises(StoreUnavailable, match="journal_mode=WAL and answered memory"):
        open_("sqlite://")


@on_sqlite
async def test_a_second_server_process_on_the_same_file_is_refused(store: Store) -> None:
    command = [sys.executable, "-c", OPEN, store.url]
    second = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert f"Another Locrit server is using {make_url(store.url).database}." in second.stderr
    assert await store.database.check()


def test_after_closing_another_server_may_have_the_file(sqlite_url: str) -> None:
    asyncio.run(open_(sqlite_url).close())
    command = [sys.executable, "-c", OPEN, sqlite_url]
    assert subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("obstacle", ["the directory is a file", "the file is a directory", "the file is garbage"])
def test_a_database_that_cannot_be_opened_says_so_and_opens_after_the_repair(tmp_path: Path, obstacle: str) -> None:
    path = tmp_path / "data" / "locrit.db"
    in_the_way = path.parent if obstacle == "the directory is a file" else path
    in_the_way.parent.mkdir(exist_ok=True)
    if obstacle == "the file is a directory":
        path.mkdir()
    else:
        in_the_way.write_bytes(b"this is no database" * 1000)
    with pytest.raises(StoreUnavailable, match="cannot be"):
        open_(f"sqlite:///{path}")
    path.rmdir() if path.is_dir() else in_the_way.unlink()
    asyncio.run(open_(f"sqlite:///{path}").close())


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    asyncio.run(open_(database_url).close())
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="newer version"):
        open_(database_url)


@on_each_database
async def test_readers_see_a_snapshot_while_a_write_is_open(store: Store) -> None:
    written, read = threading.Event(), threading.Event()

    def write(tx: UnitOfWork) -> None:
        tx.write_now(insert(jobs), {"kind": "test", "entity_id": "a"})
        written.set()
        read.wait(10)

    writing = asyncio.create_task(store.database.write(write))
    await asyncio.to_thread(written.wait, 10)
    before = await store.rows(COUNT)
    read.set()
    await writing
    assert (before, await store.rows(COUNT)) == ([(0,)], [(1,)])


@on_each_database
async def test_a_reader_sees_the_same_all_along(store: Store) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def twice(connection: Connection) -> list[int]:
        first = connection.execute(COUNT).scalar_one()
        begun.set()
        go_on.wait(10)
        return [first, connection.execute(COUNT).scalar_one()]

    reading = asyncio.create_task(store.database.read(twice))
    await asyncio.to_thread(begun.wait, 10)
    await store.database.write(lambda tx: tx.write_now(insert(jobs), {"kind": "test", "entity_id": "a"}))
    go_on.set()
    assert await reading == [0, 0]


async def limit_pages(store: Store, pages: int) -> None:
    await store.database.write(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").all())


@on_sqlite
async def test_a_full_disk_stores_nothing_acknowledges_nothing_and_loses_nothing(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", "before", message_id="before")
    before = [await store.rows(table) for table in (messages, ops)], len(store.published)
    await limit_pages(store, 1)  # the file cannot grow any more
    for content in ("x" * 100_000, "y" * 100_000):
        with pytest.raises(StoreUnavailable) as failure:
            await store.memory.save_message(conversation_id, "user", content, message_id=content[0])
        assert "disk space" in failure.value.action
    assert ([await store.rows(table) for table in (messages, ops)], len(store.published)) == before
    assert await store.database.check(), "what is saved can be read"
    await limit_pages(store, 2**31 - 1)
    saved, created = await store.memory.save_message(conversation_id, "user", "x" * 100_000, message_id="x")
    assert (saved.seq, created) == (2, True)


@on_sqlite
async def test_a_database_that_becomes_read_only_refuses_writes_until_it_is_repaired(store: Store) -> None:
    conversation_id = await store.conversation()
    writer = store.writing.pool.connect()
    raw = writer.driver_connection
    writer.close()
    assert raw is not None
    raw.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnavailable, match="nothing of it was stored"):
        await store.memory.save_message(conversation_id, "user", "hello")
    assert (await store.memory.conversation(conversation_id)).message_count == 0
    raw.execute("PRAGMA query_only = OFF")
    assert (await store.memory.save_message(conversation_id, "user", "hello"))[1]


def test_lost_connections_are_replaced(postgresql_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as store:
            conversation_id = await store.conversation()
            admin = create_engine(postgresql_url)
            with admin.begin() as connection:
                connection.execute(text(TERMINATE_OTHERS))
            admin.dispose()
            assert (await store.memory.save_message(conversation_id, "user", "hello"))[1]
            assert (await store.memory.conversation(conversation_id)).message_count == 1

    asyncio.run(scenario())


@on_each_database
async def test_text_and_numbers_that_no_column_can_hold_are_invalid(store: Store) -> None:
    conversation_id = await store.conversation()
    with pytest.raises(InvalidInput):
        await store.memory.save_message(conversation_id, "user", "half a \ud83d smile")
    with pytest.raises(InvalidInput):
        await store.memory.events(f"conversation:{conversation_id}", since=2**70)
    assert (await store.memory.conversation(conversation_id)).message_count == 0


def test_several_event_loops_may_use_one_database_at_once(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            conversation_id = await store.conversation()

            def elsewhere(name: str) -> None:
                asyncio.run(save(name))

            async def save(name: str) -> None:
                await asyncio.gather(*(store.memory.save_message(conversation_id, "user", name) for _ in range(10)))

            await asyncio.gather(*(asyncio.to_thread(elsewhere, name) for name in "abc"), save("d"))
            seqs = [row.seq for row in await store.rows(select(messages).order_by(messages.c.seq))]
            assert seqs == list(range(1, 41))

    asyncio.run(scenario())

"""A process knows which others live: what it must not touch is theirs, what it must end was a dead one's."""

import asyncio

import psycopg
import pytest
from sqlalchemy import Connection, event

from src.entities import OpenConversation, SendMessage
from src.stores.database import Database
from src.stores.process_registry import PostgresProcessRegistry
from tests.eventually import HANGS_AFTER_S, eventually
from tests.store import LOCRIT, Store, on_each_database, opened

OLD = "a process that was, once"
END_THE_HOLDERS = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


async def knows(database: Database, process_id: str) -> bool:
    return await database.read(lambda connection: database.processes.is_alive(connection, process_id))


async def until(database: Database, process_id: str, *, alive: bool) -> None:
    """PostgreSQL takes a moment to end a connection."""
    async with asyncio.timeout(HANGS_AFTER_S):
        while await knows(database, process_id) != alive:  # noqa: ASYNC110 - nothing here can be told of it
            await asyncio.sleep(0.01)


async def reply_of(store: Store) -> str:
    opening = OpenConversation("local", LOCRIT, None, "one")
    return (await store.turns.send(SendMessage("Why?", "op", "question", opening))).generation_id


@on_each_database
async def test_a_process_knows_that_it_lives_itself_and_that_others_do_not(store: Store) -> None:
    assert await knows(store.database, store.database.processes.process_id)
    assert not await knows(store.database, OLD)
    await reply_of(store)
    assert await store.replies.orphaned() == []


def test_another_process_lives_until_it_ends_and_its_reply_is_orphaned_then(postgresql_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as survivor:
            async with opened(postgresql_url) as other:
                other_id = other.database.processes.process_id
                generation_id = await reply_of(other)
                assert await knows(survivor.database, other_id)
                assert await survivor.replies.orphaned() == []
            await until(survivor.database, other_id, alive=False)
            assert await survivor.replies.orphaned() == [(generation_id, False)]

    asyncio.run(scenario())


def test_who_lost_its_connection_lives_again_when_it_has_another(postgresql_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as one, opened(postgresql_url) as other:
            id_ = one.database.processes.process_id
            with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as admin:
                ended = admin.execute(END_THE_HOLDERS).fetchall()
            assert ended == [(True,), (True,)]
            await until(other.database, id_, alive=False)
            await until(other.database, id_, alive=True)

    asyncio.run(scenario())


def test_who_lost_its_lock_but_not_its_connection_takes_it_again_and_says_so(
    postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As with a connection pooler that resets a session, or gives it to another one."""

    def give_away(connection: Connection, *_: object) -> None:
        connection.connection.cursor().execute("SELECT pg_advisory_unlock_all()")

    async def scenario() -> None:
        async with opened(postgresql_url) as one, opened(postgresql_url) as other:
            processes = one.database.processes
            assert isinstance(processes, PostgresProcessRegistry)
            event.listen(processes._engine, "before_cursor_execute", give_away, once=True)
            await eventually(lambda: "A connection pooler does so" in caplog.text)
            await until(other.database, processes.process_id, alive=True)

    asyncio.run(scenario())
    assert caplog.text.count("A connection pooler does so") == 1

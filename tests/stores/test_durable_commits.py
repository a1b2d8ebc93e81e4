"""What PostgreSQL has answered outlives its crash, whatever it is set to. The server of the tests is set to `off`."""

import asyncio
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import URL, make_url, text

from src.stores.database import Database
from tests.fixtures.databases import crash_postgresql
from tests.store import opened

CRASHES = 4


@pytest.fixture
def server_url(postgresql_url: str) -> Iterator[URL]:
    """Of a server that is set back afterwards."""
    yield make_url(postgresql_url)
    alter(make_url(postgresql_url), "SYSTEM", "off")


def alter(url: URL, where: str, value: str) -> None:
    """Returns when new connections have it."""
    with connected(url) as admin:
        admin.execute(f"ALTER {where} SET synchronous_commit = {value}")
        admin.execute("SELECT pg_reload_conf()")
    while where == "SYSTEM" and setting_of(url.set(database="postgres")) != value:
        pass


def connected(url: URL) -> "psycopg.Connection[tuple[str]]":
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(False), autocommit=True)


def setting_of(url: URL) -> str:
    with connected(url) as connection:
        [(value,)] = connection.execute("SHOW synchronous_commit")
    return value


async def setting_of_the_writer(url: URL, meanwhile: Callable[[], None] = lambda: None) -> str:
    async with Database.open(url, lambda _event: None) as database:
        meanwhile()
        return await database.write(lambda tx: str(tx.query(text("SHOW synchronous_commit")).scalar_one()))


@pytest.mark.parametrize("where", ["SYSTEM", "DATABASE {database}", "ROLE {role} IN DATABASE {database}", "the URL"])
@pytest.mark.parametrize(("asked", "granted"), [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")])
def test_a_commit_waits_for_the_disk_whoever_says_that_it_need_not(
    server_url: URL, where: str, asked: str, granted: str
) -> None:
    url = server_url
    if where == "the URL":
        url = url.update_query_dict({"options": f"-c synchronous_commit={asked}"})
    else:
        alter(url, where.format(database=url.database, role=url.username), asked)
    assert asyncio.run(setting_of_the_writer(url)) == granted


def test_a_commit_waits_for_the_disk_when_the_server_is_set_otherwise_meanwhile(server_url: URL) -> None:
    alter(server_url, "SYSTEM", "on")
    assert asyncio.run(setting_of_the_writer(server_url, lambda: alter(server_url, "SYSTEM", "off"))) == "on"


def test_what_was_saved_outlives_a_crash_of_postgresql(postgresql_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as store:
            where = await store.conversation()
            saved = 0
            for _ in range(CRASHES):
                for _ in range(20):
                    await store.memory.save_message(where, "user", "Hello")
                    saved += 1
                crash_postgresql(postgresql_url)
                assert (await store.memory.conversation(where)).message_count == saved

    asyncio.run(scenario())


def test_a_server_that_never_waits_for_its_disk_is_named_in_the_log(
    postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.run(setting_of_the_writer(make_url(postgresql_url)))
    assert "PostgreSQL runs with fsync = off" in caplog.text

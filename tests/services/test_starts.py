"""A start after a kill: what it does before it serves has a bound, whatever was unfinished and whatever there is."""

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from src.application import RECOVERED_BEFORE_SERVING, Application
from src.config import Settings
from src.entities import MessageChange
from src.events import Event, ReplyEnded
from src.models import metadata
from src.services.chat import ENDED_AT_ONCE
from src.stores.files import UNFINISHED_S
from tests.bench.places import NO_OLLAMA
from tests.callers import ME, OnePersons
from tests.eventually import eventually
from tests.faults.audit import audit
from tests.services import unfinished
from tests.store import LOCRIT, opened
from tools.steps import ROOT

FEW, MANY = 10, 100
RUNNING = "SELECT count(*) FROM generations WHERE status = 'streaming'"
CHANGES_OR_READS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
SCAN = re.compile(r"SCAN (\w+)")
FEW_ROWS = {"locrits", "users", "vector_spaces", "server_settings"}
TABLES = {table.name for table in metadata.sorted_tables} - FEW_ROWS - {"jobs", "attachments"}
"""Jobs are what is unfinished. Attachments are looked through once, beside the list of all files."""
OF_WHAT_IS_UNFINISHED = "ix_generations_running"


def _url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'locrit.db'}"


def _left(url: str, **counts: int) -> None:
    async def leave() -> None:
        async with opened(url) as store:
            for kind, count in counts.items():
                await unfinished.KINDS[kind](store, count)

    asyncio.run(leave())


def _application(data_dir: Path, **settings: Any) -> Application:
    return Application(Settings(data_dir=data_dir, llm="ollama", OLLAMA_HOST=NO_OLLAMA, **settings))


@asynccontextmanager
async def _watching(data_dir: Path, watch: Callable[[sqlite3.Connection], None]) -> AsyncIterator[Application]:
    """An application that is not started yet, and each of whose connections is watched."""
    app = _application(data_dir)
    for engine in app.database._engines:
        event.listen(engine, "connect", lambda raw, _record: watch(raw))
        with engine.connect() as connection:
            watch(connection.connection.driver_connection)  # type: ignore[arg-type]
    try:
        yield app
    finally:
        await app.close()


def _steps_of_a_start(data_dir: Path, **counts: int) -> int:
    """How many steps SQLite's machine did until it serves."""
    _left(_url(data_dir), **counts)
    counted = [0]

    def count() -> None:
        counted[0] += 1

    async def start() -> int:
        async with _watching(data_dir, lambda raw: raw.set_progress_handler(count, 1)) as app:
            await app.start(ME)
            return counted[0]

    return asyncio.run(start())


@pytest.mark.parametrize("kind", sorted(unfinished.KINDS.keys() - {"replies", "stubs"}))
def test_a_start_does_the_same_however_much_else_was_left(tmp_path: Path, kind: str) -> None:
    few, many = (_steps_of_a_start(tmp_path / str(count), **{"replies": FEW, kind: count}) for count in (FEW, MANY))
    assert few > 0
    assert many <= 1.1 * few


def test_to_end_ten_times_as_many_replies_is_ten_times_the_work(tmp_path: Path) -> None:
    none, few, many = (_steps_of_a_start(tmp_path / str(count), replies=count) for count in (0, FEW, MANY))
    assert few > none
    assert many - none <= 1.2 * MANY / FEW * (few - none)


def test_nothing_that_is_done_for_what_was_left_reads_a_whole_table(tmp_path: Path) -> None:
    _left(_url(tmp_path), **dict.fromkeys(unfinished.KINDS, 4))
    said = set[str]()

    async def until_all_is_done() -> None:
        async with _watching(tmp_path, lambda raw: raw.set_trace_callback(said.add)) as app:
            await app.start(ME)
            left = "SELECT count(*) FROM jobs WHERE kind IN ('index', 'forget file') AND not_before = 0"
            await eventually(lambda: not _count(tmp_path, left))

    asyncio.run(until_all_is_done())
    assert any("interactions" in statement for statement in said)
    assert [*_scans(tmp_path, said)] == []


def _scans(data_dir: Path, said: Iterable[str]) -> Iterator[str]:
    """What is read from its beginning to its end."""
    with sqlite3.connect(data_dir / "locrit.db") as connection:
        for statement in filter(CHANGES_OR_READS.match, said):
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
                table = SCAN.match(step)
                if table and table[1] in TABLES and OF_WHAT_IS_UNFINISHED not in step:
                    yield f"{step}: {statement}"
    connection.close()


def test_what_is_seldom_needed_is_not_loaded(tmp_path: Path, sqlite_url: str) -> None:
    program = f"""if True:
        import sys
        from src.application import Application
        from src.config import Settings
        Application(Settings(data_dir={str(tmp_path)!r}, llm="ollama", OLLAMA_HOST={NO_OLLAMA!r}))
        print(*sorted(sys.modules.keys() & {{"alembic", "jsonschema", "numpy"}}))
    """
    assert sqlite_url == _url(tmp_path)
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "numpy\n"


def test_the_rest_of_many_replies_is_ended_while_it_serves(tmp_path: Path) -> None:
    more = ENDED_AT_ONCE
    _left(_url(tmp_path), stubs=RECOVERED_BEFORE_SERVING + more)

    async def start() -> None:
        app = _application(tmp_path)
        ended: list[Event] = []
        app.bus.subscribe(lambda event: ended.append(event) if isinstance(event, ReplyEnded) else None)
        await app.start(ME)
        assert _count(tmp_path, RUNNING) == more, "the others are ended before it serves"
        await eventually(lambda: not _count(tmp_path, RUNNING))
        await app.close()
        assert len(ended) == RECOVERED_BEFORE_SERVING + more, "each is told once"

    asyncio.run(start())
    assert audit(_url(tmp_path)) == {"interrupted": RECOVERED_BEFORE_SERVING + more}


def test_what_uploads_left_is_removed_while_it_serves(tmp_path: Path) -> None:
    _left(_url(tmp_path), uploads=MANY)

    async def start() -> None:
        app = _application(tmp_path)
        files = app.database.files
        await app.start(ME)
        assert len(files.unfinished()) == len(files.names()) == MANY
        with app.attachments.receiving() as incoming:
            incoming.write(b"new")
            await eventually(lambda: files.unfinished() == [incoming.directory] and not files.names())
        await app.close()

    asyncio.run(start())


def test_what_stands_still_is_removed_where_others_may_be_uploading(tmp_path: Path, postgresql_url: str) -> None:
    async def start() -> None:
        app = _application(tmp_path, database_url=postgresql_url)
        left, begun, goes_on = uploads = [app.database.files.receive() for _ in range(3)]
        for upload in uploads:
            upload.end()
        for path in (left.directory, left.path, goes_on.directory):
            os.utime(path, (0, time.time() - UNFINISHED_S - 1))
        await app.start(ME)
        await eventually(lambda: not left.directory.exists())
        await app.close()
        assert begun.path.exists()
        assert goes_on.path.exists()

    asyncio.run(start())


def test_what_is_saved_meanwhile_does_not_wait_for_all_of_them(tmp_path: Path) -> None:
    _left(_url(tmp_path), stubs=6 * ENDED_AT_ONCE)

    async def recover() -> None:
        app = OnePersons(_application(tmp_path))
        told = asyncio.Event()
        app.bus.subscribe(lambda _event: told.set())
        recovering = asyncio.create_task(app.chat.recover())
        await told.wait()
        await app.memory.open_conversation(LOCRIT, session_id="meanwhile")
        assert not recovering.done()
        await recovering
        await app.close()

    asyncio.run(recover())


def test_what_cannot_be_ended_keeps_neither_the_server_nor_others(tmp_path: Path) -> None:
    _left(_url(tmp_path), replies=3)
    with sqlite3.connect(tmp_path / "locrit.db") as connection:
        [(damaged,)] = connection.execute("SELECT min(id) FROM messages WHERE status = 'streaming'")
        connection.execute("UPDATE messages SET parts = '{broken' WHERE id = ?", [damaged])
    connection.close()

    async def start() -> None:
        app = _application(tmp_path)
        await app.start(ME)
        assert _count(tmp_path, RUNNING) == 1
        assert await app.chat.recover() == 0, "it is not tried again and again"
        await app.close()

    asyncio.run(start())


def test_each_is_ended_once_when_two_processes_start(tmp_path: Path, postgresql_url: str) -> None:
    count = 2 * ENDED_AT_ONCE
    _left(postgresql_url, replies=count)

    async def start() -> None:
        apps = [_application(tmp_path / name, database_url=postgresql_url) for name in ("one", "two")]
        changes: list[Event] = []
        for app in apps:
            app.bus.subscribe(changes.append)
        await asyncio.gather(*(app.start(ME) for app in apps))
        await asyncio.gather(*(app.close() for app in apps))
        told = [event.entity_id for event in changes if isinstance(event, MessageChange)]
        assert len(told) == len(set(told)) == count

    asyncio.run(start())
    assert audit(postgresql_url) == {"interrupted": count}


def _count(data_dir: Path, statement: str) -> int:
    with sqlite3.connect(data_dir / "locrit.db") as connection:
        [(count,)] = connection.execute(statement)
    connection.close()
    return int(count)

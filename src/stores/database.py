"""The database: one writer thread that groups commits, a few readers that see snapshots."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from src.errors import StoreUnavailable
from src.events import Event
from src.operations import Operation
from src.stores import migrations
from src.stores.database_file import DatabaseFile, Foundation
from src.stores.engines import DATABASE_ERRORS, READERS, open_readers, open_writer, scrub, translated
from src.stores.files import FileStore, beside
from src.stores.ops import Effect, run_once
from src.stores.process_registry import ProcessRegistry, open_process_registry
from src.stores.unit_of_work import UnitOfWork
from src.stores.writer import Measure, Writer

T = TypeVar("T")

Snapshot = Connection
"""What a read sees: everything as it was at one moment."""

_TOUCH = text("UPDATE alembic_version SET version_num = version_num")
"""The smallest real write: it changes nothing."""


class Database:
    """Usable from any event loop, several at once included."""

    def __init__(
        self,
        writer: Writer,
        writing: Engine,
        reading: Engine,
        processes: ProcessRegistry,
        foundation: Foundation,
        files: FileStore,
    ) -> None:
        self.processes = processes
        self.files = files
        self.submit = writer.submit
        self._writer = writer
        self._engines = (writing, reading)
        self._reading = reading
        self._foundation = foundation
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")
        self._probe: asyncio.Task[None] | None = None

    @classmethod
    def open(
        cls,
        url: str | URL,
        publish: Callable[[Event], None],
        *,
        accept_loss: bool = False,
        files: Path | None = None,
        measure: Measure = lambda _error, _seconds: None,
    ) -> "Database":
        """Takes the file, applies migrations, checks the settings. Raises StoreUnavailable with the reason; that there
        once was more can be accepted. `files` are beside SQLite's file unless told. `measure` is told of every write,
        on the writer's thread."""
        url = make_url(url)
        with ExitStack() as undo:
            foundation = _foundation(url, accept_loss)
            undo.callback(foundation.release)
            writing, reading = open_writer(url), open_readers(url)
            undo.callback(writing.dispose)
            try:
                _begin(writing, foundation)
                processes = open_process_registry(url)
            except (DBAPIError, sqlite3.Error, OSError) as error:
                reason = getattr(error, "orig", error)
                raise StoreUnavailable(f"The database cannot be opened for writing: {reason}.") from error
            undo.pop_all()
        writer = Writer(writing, publish, processes.process_id, foundation, measure)
        return cls(writer, writing, reading, processes, foundation, FileStore(files or beside(url)))

    async def write(self, operation: Callable[[UnitOfWork], T]) -> T:
        """Runs the operation in the next batch; its result is durable when this returns. Raises LocritError, the
        operation's own refusal included; then nothing of it is stored."""
        return await self.submit(operation)

    async def run_once(self, operation: Operation, effect: Effect[T]) -> T:
        """Does as `write`, but a repeat of the operation has no further effect: see `stores.ops`."""
        return await self.submit(run_once, operation, effect)

    async def read(self, query: Callable[[Snapshot], T]) -> T:
        """Runs the query against one snapshot on a reader thread."""
        try:
            reading = asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)
        except RuntimeError as error:  # the executor is shut down
            raise StoreUnavailable("The server is stopping.", hint="Try again in a moment.") from error
        return await reading

    def _read(self, query: Callable[[Snapshot], T]) -> T:
        try:
            with self._reading.begin() as connection:
                return query(connection)
        except DATABASE_ERRORS as error:
            raise translated(error, "The database cannot be read now.") from error

    async def scrub(self) -> bool:
        """Leaves nothing of what was forgotten in the write-ahead log: it is emptied into the database file. Returns
        whether it is empty: it is not while a reader needs it."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, scrub, self._reading)

    async def check(self) -> bool:
        """Says whether it can be read and written. A write is tried when the last one failed, and when there was none
        for a while; how long it may take is up to the caller."""
        try:
            await self.read(lambda connection: connection.execute(text("SELECT 1")).one())
            self._foundation.check()
            if self._writer.is_doubtful:
                await self._try_to_write()
        except StoreUnavailable:
            return False
        return self._writer.alive and self._foundation.has_room()

    async def _try_to_write(self) -> None:
        """One at a time, however many ask; who does not wait for its outcome does not end it."""
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self.write(_touch))
        await asyncio.shield(self._probe)

    async def close(self) -> None:
        """Finishes every queued write, then lets go of the files."""
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self.processes.close)
        self._readers.shutdown()
        for engine in self._engines:
            engine.dispose()
        self._foundation.release()

    async def __aenter__(self) -> "Database":
        return self

    async def __aexit__(self, *_exc: Any) -> None:
        await self.close()


def _foundation(url: URL, accept_loss: bool) -> Foundation:
    if url.get_backend_name() != "sqlite" or not url.database:
        return Foundation()
    return DatabaseFile(Path(url.database).absolute(), accept_loss=accept_loss)


def _begin(writing: Engine, foundation: Foundation) -> None:
    """Raises DBAPIError for a database that can only be read."""
    with _driver(writing) as connection:
        foundation.begin(connection)
    migrations.upgrade(writing)
    with writing.begin() as writer:
        writer.execute(_TOUCH)
    with _driver(writing) as connection:
        foundation.watch(connection)


@contextmanager
def _driver(engine: Engine) -> Iterator[Any]:
    with engine.connect() as connection:
        yield connection.connection.driver_connection


def _touch(tx: UnitOfWork) -> None:
    tx.write_now(_TOUCH)

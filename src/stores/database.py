"""The database: one writer thread that groups commits, a few readers that see snapshots."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from src.errors import StoreUnavailable
from src.events import Event
from src.stores import migrations
from src.stores.engines import READERS, REFUSALS, FileLock, lock_for, open_readers, open_writer, scrub, translated
from src.stores.presence import Presence, presence_in
from src.stores.writer import Transaction, Writer

T = TypeVar("T")


class Database:
    """Usable from any event loop, several at once included."""

    def __init__(
        self, writer: Writer, writing: Engine, reading: Engine, presence: Presence, lock: FileLock | None
    ) -> None:
        self.presence = presence
        self._writer = writer
        self._engines = (writing, reading)
        self._reading = reading
        self._lock = lock
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")

    @classmethod
    def open(cls, url: str, publish: Callable[[Event], None]) -> "Database":
        """Takes the lock, applies migrations, checks the settings. Raises StoreUnavailable with the reason."""
        with ExitStack() as undo:
            lock = lock_for(url)
            if lock:
                undo.callback(lock.release)
            writing, reading = open_writer(url), open_readers(url)
            undo.callback(writing.dispose)
            try:
                migrations.upgrade(writing)
                presence = presence_in(url)
            except DBAPIError as error:
                raise StoreUnavailable(f"The database cannot be opened: {error.orig}.") from error
            undo.pop_all()
        return cls(Writer(writing, publish, presence.process_id), writing, reading, presence, lock)

    async def write(self, operation: Callable[[Transaction], T]) -> T:
        """Run it in the next batch; its result is durable when this returns. Raises LocritError, the operation's own
        refusal included; then nothing of it is stored."""
        result: T = await self._writer.write(operation)
        return result

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run it against one snapshot on a reader thread."""
        try:
            reading = asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)
        except RuntimeError as error:  # the executor is shut down
            raise StoreUnavailable("The server is stopping.", hint="Try again in a moment.") from error
        return await reading

    def _read(self, query: Callable[[Connection], T]) -> T:
        try:
            with self._reading.begin() as connection:
                return query(connection)
        except REFUSALS as error:
            raise translated(error, "The database cannot be read now.") from error

    async def scrub(self) -> bool:
        """Leave nothing of what was forgotten in the write-ahead log: it is emptied into the database file. Returns
        whether it is empty: it is not while a reader needs it."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, scrub, self._reading)

    async def check(self) -> bool:
        """Whether it can be read and the writer lives."""
        try:
            await self.read(lambda connection: connection.execute(text("SELECT 1")).one())
        except StoreUnavailable:
            return False
        return self._writer.alive

    async def close(self) -> None:
        """Finish every queued write, then let go of the files."""
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self.presence.close)
        self._readers.shutdown()
        for engine in self._engines:
            engine.dispose()
        if self._lock:
            self._lock.release()

    async def __aenter__(self) -> "Database":
        return self

    async def __aexit__(self, *_exc: Any) -> None:
        await self.close()

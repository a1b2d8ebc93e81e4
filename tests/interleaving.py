"""Two operations of two processes on PostgreSQL: one stands still before one of its statements, while the other one
goes on until it has ended or waits for the first."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from sqlalchemy import event

from tests.eventually import HANGS_AFTER_S
from tests.store import Store

LOOK_EVERY_S = 0.0005
WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

Doing = Callable[[], Awaitable[Any]]


class Brake:
    """Of a store's writer: it stands still before its `at`th statement, or before its commit when it has fewer."""

    def __init__(self, store: Store) -> None:
        self.passed = self._at = 0
        self._reached, self._released = threading.Event(), threading.Event()

        def before_statement() -> None:
            self.passed += 1
            self._pass(self.passed == self._at)

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, *args: Any, **options: Any) -> Any:
                before_statement()
                return super().execute(*args, **options)

            def executemany(self, *args: Any, **options: Any) -> Any:
                before_statement()
                return super().executemany(*args, **options)

        def put_on(connection: Any, *_: object) -> None:
            connection.cursor_factory = Cursor

        event.listen(store.writing, "checkout", put_on)
        event.listen(store.writing, "commit", lambda _connection: self._pass(True))

    def set_at(self, at: int) -> None:
        self._reached.clear()
        self._released.clear()
        self.passed, self._at = 0, at

    async def stops(self, doing: "asyncio.Task[Any]") -> bool:
        """False when it ended before that: there was nothing to commit."""
        while not doing.done() and not self._reached.is_set():  # noqa: ASYNC110 - another thread tells
            await asyncio.sleep(LOOK_EVERY_S)
        return self._reached.is_set()

    def release(self) -> None:
        self._at = 0
        self._released.set()

    def _pass(self, is_there: bool) -> None:
        if self._at and is_there and not self._reached.is_set():
            self._reached.set()
            assert self._released.wait(HANGS_AFTER_S)


async def interleaved(brake: Brake, at: int, one: Doing, other: Doing, url: str) -> list[Any]:
    """What both returned or raised. `brake` is on the store that does the first."""
    brake.set_at(at)
    first = asyncio.ensure_future(one())
    stands = await brake.stops(first)
    second = asyncio.ensure_future(other())
    async with await psycopg.AsyncConnection.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        while stands and not second.done() and not (await admin.execute(WAITING)).rowcount:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY_S)
    brake.release()
    return [*await asyncio.gather(first, second, return_exceptions=True)]

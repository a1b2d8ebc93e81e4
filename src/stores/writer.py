"""Group commit: one thread drains the queue of operations, commits them together, then answers all who wait.

One fsync is shared by a whole batch, which is one unit of work: an operation sees what those before it did. Source of
the idea: DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Engine

from src.errors import LocritError, StoreReplaced, StoreUnavailable
from src.events import Event
from src.stores.database_file import Foundation
from src.stores.engines import DATABASE_ERRORS, is_locked, is_serialization_failure, translated
from src.stores.unit_of_work import LateRefusal, UnitOfWork

MAX_BATCH = 256
TRIES = 5
"""Of what another process wrote at the same moment."""
TRUSTED_FOR_S = 5.0
"""A write that succeeded says that long that the next one will."""

log = logging.getLogger(__name__)


T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Measure = Callable[[BaseException | None, float], None]
"""Told why a write failed, if it did, and how many seconds it took."""


class _Waiting(asyncio.Future[Any]):
    """What a caller waits for. One that is cancelled waits none the less: its task remembers that until there is an
    outcome."""

    def __init__(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.work = work
        self.arguments = arguments
        self.answer: Any = None
        self.error: BaseException | None = None
        self.to_publish: Sequence[Event] = ()
        self.since = time.perf_counter()

    def cancel(self, msg: Any | None = None) -> bool:  # noqa: ARG002  as asyncio calls it
        return False


class Writer:
    """Owns the thread. `publish` is called on the loop of the caller, just before that goes on."""

    def __init__(
        self,
        engine: Engine,
        publish: Callable[[Event], None],
        process_id: str,
        foundation: Foundation,
        measure: Measure,
    ) -> None:
        self._engine = engine
        self._measure = measure
        self._foundation = foundation
        self._has_failed, self._wrote_at = False, time.monotonic()
        self._process_id = process_id
        self._publish = publish
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closed = False
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[UnitOfWork, *Ts], T], *arguments: *Ts) -> "asyncio.Future[T]":
        """Gives what is set to the result of the work once that is durable. It cannot be cancelled: a caller that is
        still waits for the outcome."""
        waiting = _Waiting(work, arguments)
        with self._closing:  # nothing may be queued behind the end
            if self._closed:
                raise StoreUnavailable("The server is stopping; this was not saved.", hint="Send it again in a moment.")
            self._queue.put(waiting)
        return waiting

    def close(self) -> None:
        """Finish what is queued, refuse what comes later."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and not self._closed

    @property
    def is_doubtful(self) -> bool:
        """Whether only a write can tell if writing works."""
        return self._has_failed or time.monotonic() - self._wrote_at > TRUSTED_FOR_S

    def _run(self) -> None:
        while batch := self._take():
            self._commit_together(batch)
            for loop, answered in groupby(batch, _Waiting.get_loop):
                try:
                    loop.call_soon_threadsafe(_answer, tuple(answered), self._publish)
                except RuntimeError:
                    log.warning("Committed operations had nobody left to answer: their event loop is closed")
            durable_at = time.perf_counter()
            for waiting in batch:
                self._measure(waiting.error, durable_at - waiting.since)

    def _take(self) -> list[_Waiting]:
        """Everything that waits, at least one; none when no more comes."""
        batch: list[_Waiting] = []
        while (waiting := self._queue.get()) is not None:
            batch.append(waiting)
            if len(batch) == MAX_BATCH or self._queue.empty():
                return batch
        self._queue.put(None)  # the end is found again behind what came before it
        return batch

    def _commit_together(self, batch: list[_Waiting], tries: int = TRIES) -> None:
        try:
            self._commit(batch)
        except Exception as error:  # noqa: BLE001 - whatever failed, each operation gets its own outcome
            if is_locked(error):  # for each of them, and they have waited long enough
                for waiting in batch:
                    waiting.error = _outcome(error)
                self._has_failed = True
            elif len(batch) > 1:
                log.warning("A batch of %d operations failed and is retried one by one: %r", len(batch), error)
                for waiting in batch:
                    waiting.error = waiting.answer = None
                    self._commit_together([waiting])
            elif is_serialization_failure(error) and tries:
                self._commit_together(batch, tries - 1)
            else:
                batch[0].error = _outcome(error)
                self._note_failure(batch[0].error)

    def _note_failure(self, error: BaseException) -> None:
        if isinstance(error, StoreReplaced) and not self._has_failed:
            log.critical("%s %s", error.message, error.action)
        self._has_failed |= isinstance(error, StoreUnavailable)

    def _commit(self, batch: list[_Waiting]) -> None:
        """Nothing goes into a file that is lost, and nothing is called saved that went into one meanwhile."""
        self._foundation.check()
        with self._engine.connect() as connection:
            with connection.begin():
                unit = UnitOfWork(connection, self._process_id)
                for waiting in batch:
                    _apply(waiting, unit)
                unit.flush()
                mark = self._foundation.measure(connection.connection.driver_connection)
            self._foundation.committed(mark)
        if unit.has_changed:
            self._has_failed, self._wrote_at = False, time.monotonic()


def _apply(waiting: _Waiting, unit: UnitOfWork) -> None:
    """A refusal before the first write fails alone; after one it must roll the batch back."""
    writes_before, published_before = unit.writes, len(unit.to_publish)
    try:
        waiting.answer = waiting.work(unit, *waiting.arguments)
    except LocritError as refusal:
        if unit.writes != writes_before:
            raise
        waiting.error = refusal
    waiting.to_publish = unit.to_publish[published_before:]


def _outcome(error: Exception) -> BaseException:
    if isinstance(error, LateRefusal) and error.__cause__ is not None:
        return error.__cause__
    if isinstance(error, DATABASE_ERRORS):
        log.error("The database refused a write", exc_info=error)
        cause = "Another program holds the database" if is_locked(error) else "The database could not save this"
        return translated(error, f"{cause}; nothing of it was stored.")
    return error


def _answer(answered: Sequence[_Waiting], publish: Callable[[Event], None]) -> None:
    loop = asyncio.get_running_loop()
    for waiting in answered:
        if waiting.error is not None:
            waiting.set_exception(waiting.error)
        else:
            for event in waiting.to_publish:
                loop.call_soon(publish, event)  # what a listener does wrong is no affair of who has saved
            waiting.set_result(waiting.answer)

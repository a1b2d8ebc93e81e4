"""Group commit: one thread drains the queue of operations, commits them together, then answers all who wait.

One fsync is shared by a whole batch, which is one unit of work: an operation sees what those before it did. Source of
the idea: DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

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


Work = Callable[[UnitOfWork], Any]
"""What a caller waits for."""
Measure = Callable[[BaseException | None, float], None]
"""Told why a write failed, if it did, and how many seconds it took."""


@dataclass(slots=True)
class _Waiting:
    work: Work
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None
    since: float = field(default_factory=time.perf_counter)
    to_publish: list[Event] = field(default_factory=list)


class Writer:
    """Owns the thread. `publish` is called on the loop of the caller, after its answer is on its way."""

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

    async def write(self, work: Work) -> Any:
        """Its result, once it is durable. A caller that is cancelled still waits for the outcome."""
        future = asyncio.get_running_loop().create_future()
        with self._closing:  # nothing may be queued behind the end
            if self._closed:
                raise StoreUnavailable("The server is stopping; this was not saved.", hint="Send it again in a moment.")
            self._queue.put(_Waiting(work, future))
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            future.exception()  # whoever went away is not told
            raise

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
        open_ = True
        while open_:
            batch, open_ = self._take()
            if batch:
                self._commit_together(batch)
                _deliver(batch, self._publish)
                durable_at = time.perf_counter()
                for waiting in batch:
                    self._measure(waiting.error, durable_at - waiting.since)

    def _take(self) -> tuple[list[_Waiting], bool]:
        """Everything that waits, at least one; and whether more may come."""
        batch: list[_Waiting] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if len(batch) == MAX_BATCH or self._queue.empty():
                return batch, True
            item = self._queue.get()
        return batch, False

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
                    waiting.error = waiting.result = None
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
        waiting.result = waiting.work(unit)
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


def _deliver(batch: list[_Waiting], publish: Callable[[Event], None]) -> None:
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[_Waiting]] = defaultdict(list)
    for waiting in batch:
        by_loop[waiting.future.get_loop()].append(waiting)
    for loop, answered in by_loop.items():
        try:
            loop.call_soon_threadsafe(_answer, loop, answered, publish)
        except RuntimeError:
            log.warning("%d committed operations had nobody left to answer: their event loop is closed", len(answered))


def _answer(loop: asyncio.AbstractEventLoop, answered: list[_Waiting], publish: Callable[[Event], None]) -> None:
    for waiting in answered:
        if waiting.error is not None:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)
            for event in waiting.to_publish:
                loop.call_soon(publish, event)  # behind the answer

"""Keeps the search index up to date, from the job table: a search needs it, a save never waits for it."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

from src.entities import ConversationChange, MessageChange
from src.errors import LocritError
from src.events import Event, EventBus
from src.stores import search
from src.stores.database import Database

GATHER_S, GATHER_AT_MOST_S = 0.1, 1.0
"""What is said meanwhile, and for as long as more comes, is indexed together: alone, a message costs the index half of
what its save costs."""
RESTS = 2.0
"""For so many times as long as it took to index some, while others go on saving: who saves comes first."""
RETRY_S = 5.0
MESSAGES_AT_ONCE = 25

log = logging.getLogger(__name__)


class Indexer:
    def __init__(self, database: Database, bus: EventBus, then: Callable[[], None] = lambda: None) -> None:
        """`then` is called when something was indexed."""
        self._db = database
        self._then = then
        self._wake = asyncio.Event()
        self._wake.set()
        self._unsubscribe = bus.subscribe(self._on_event)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """What an earlier process left is done first."""
        self._task = asyncio.create_task(self._run(), name="indexer")

    async def close(self) -> None:
        self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _on_event(self, event: Event) -> None:
        if isinstance(event, MessageChange | ConversationChange):
            self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._gather()
            try:
                while (worked_s := await self._index_some()) is not None:
                    await self._give_way(worked_s)
            except LocritError as error:
                log.warning("The search index waits: %s", error.message)
                await asyncio.sleep(RETRY_S)
                self._wake.set()

    async def _gather(self) -> None:
        await self._wake.wait()
        for _ in range(round(GATHER_AT_MOST_S / GATHER_S)):
            self._wake.clear()
            await asyncio.sleep(GATHER_S)
            if not self._wake.is_set():
                break

    async def _give_way(self, worked_s: float) -> None:
        """To who has saved something meanwhile."""
        if self._wake.is_set():
            self._wake.clear()
            await asyncio.sleep(RESTS * worked_s)

    async def _index_some(self) -> float | None:
        """Returns how many seconds that took, None when nothing was left. The writer is free for others between two
        batches, and while the next one is prepared."""
        begun = monotonic()
        batch = await self._db.read(lambda connection: search.prepare(connection, MESSAGES_AT_ONCE))
        if batch is None:
            return None
        await self._db.write(lambda tx: search.store(tx, batch))
        self._then()
        return monotonic() - begun

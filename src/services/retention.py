"""Forgets what has been in the trash for long enough, if the owner of the server wants that."""

import asyncio
import logging

from src.errors import LocritError
from src.services.archive import Archive

LOOK_EVERY_S = 3600.0

log = logging.getLogger(__name__)


class Retention:
    """`days` 0 keeps the trash for ever."""

    def __init__(self, archive: Archive, days: float) -> None:
        self._archive = archive
        self._days = days
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._days:
            self._task = asyncio.create_task(self._run(), name="retention")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            try:
                forgotten = await self._archive.empty_trash(self._days)
                if forgotten:
                    log.info("%d things were in the trash for %g days and are forgotten", forgotten, self._days)
            except LocritError as error:
                log.warning("The trash is looked at later: %s", error.message)
            await asyncio.sleep(LOOK_EVERY_S)

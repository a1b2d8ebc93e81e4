"""Where several processes serve one database: ends the replies of one that died, while the others go on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from src.errors import LocritError

LOOK_EVERY_S = 5.0

log = logging.getLogger(__name__)


class Succession:
    """`recover` marks what dead processes left as interrupted, and returns how many replies that were."""

    def __init__(self, recover: Callable[[], Awaitable[int]]) -> None:
        self._recover = recover
        self._task: asyncio.Task[None] | None = None

    async def start(self, *, may_outlive_others: bool) -> None:
        """Returns when what was left before is in order; looks again from time to time if others may die."""
        await self._look()
        if may_outlive_others:
            self._task = asyncio.create_task(self._run(), name="succession")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self._look()
            except LocritError as error:
                log.warning("What others have left is looked for later: %s", error.message)

    async def _look(self) -> None:
        if interrupted := await self._recover():
            log.warning("%d replies were cut off by the last stop and are marked as interrupted", interrupted)

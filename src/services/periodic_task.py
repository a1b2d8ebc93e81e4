"""What is looked after from time to time, in the background."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from src.errors import LocritError

log = logging.getLogger(__name__)


class PeriodicTask:
    """Looks at once and then every `every_s` seconds, from `start` to `close`.

    A LocritError of `look` says why it has to wait for the next time.
    """

    def __init__(self, look: Callable[[], Awaitable[object]], every_s: float) -> None:
        self._look = look
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._look.__qualname__)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except LocritError as error:
                log.warning("%s waits: %s", self._look.__qualname__, error.message)
            await asyncio.sleep(self._every_s)

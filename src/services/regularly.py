"""What is looked after from time to time, in the background."""

import asyncio
import logging
from abc import ABC, abstractmethod

from src.errors import LocritError

log = logging.getLogger(__name__)


class Regularly(ABC):
    """Looks at once and then every `every_s` seconds, from `start` to `close`."""

    every_s: float

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def look(self) -> None:
        """A LocritError says why it has to wait for the next time."""

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=type(self).__name__)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except LocritError as error:
                log.warning("%s waits: %s", type(self).__name__, error.message)
            await asyncio.sleep(self.every_s)

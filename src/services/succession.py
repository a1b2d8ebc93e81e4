"""Ends the replies that a process which died has left running; where several serve one database, the others do."""

import logging
from collections.abc import Awaitable, Callable

from src.services.regularly import Regularly

log = logging.getLogger(__name__)


class Succession(Regularly):
    """`recover` marks what dead processes left as interrupted, and returns how many replies that were."""

    every_s = 5.0

    def __init__(self, recover: Callable[[], Awaitable[int]]) -> None:
        super().__init__()
        self._recover = recover

    async def look(self) -> None:
        if interrupted := await self._recover():
            log.warning("%d replies were cut off by the last stop and are marked as interrupted", interrupted)

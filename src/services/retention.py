"""Forgets what has been in the trash for long enough, if the owner of the server wants that."""

import logging

from src.services.history import HistoryService
from src.services.periodic_task import PeriodicTask

EVERY_S = 3600.0

log = logging.getLogger(__name__)


class Retention(PeriodicTask):
    """`days` 0 keeps the trash for ever."""

    def __init__(self, history: HistoryService, days: float) -> None:
        super().__init__(self.look, EVERY_S)
        self._history = history
        self._days = days

    def start(self) -> None:
        if self._days:
            super().start()

    async def look(self) -> None:
        emptied = await self._history.expire_trash(self._days)
        if emptied.forgotten:
            log.info("%d things were in the trash for %g days and are forgotten", emptied.forgotten, self._days)
        for left in emptied.left:
            log.warning("%s %s stays in the trash: %s", left.kind.capitalize(), left.id, left.reason)

"""Where several processes serve one database: what one of them does for the others' replies, and for its own."""

import logging

from src.services.chat import ChatService
from src.services.regularly import Regularly

log = logging.getLogger(__name__)


class Succession(Regularly):
    """Ends the replies of processes that died."""

    every_s = 5.0

    def __init__(self, chat: ChatService) -> None:
        super().__init__()
        self._chat = chat

    async def look(self) -> None:
        if interrupted := await self._chat.recover():
            log.warning("%d replies were cut off by the last stop and are marked as interrupted", interrupted)


class Obedience(Regularly):
    """Ends the replies of this process that another one was asked to stop."""

    every_s = 0.5

    def __init__(self, chat: ChatService) -> None:
        super().__init__()
        self._chat = chat

    async def look(self) -> None:
        await self._chat.stop_unwanted()

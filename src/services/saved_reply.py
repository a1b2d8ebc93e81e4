"""What there is of a running reply on the disk: appended piece by piece, folded into its message, ended once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from src import awake
from src.entities import GenerationResult, Message, NewToolResult, Turn
from src.errors import StoreUnavailable
from src.services.generation_repository import GenerationRepository
from src.services.outcome import INTERRUPTED, UNEXPLAINED
from src.services.reasoning import Piece
from src.services.transcript import Transcript

RETRY_SAVE_S = 1.0
KEEP_TRYING_S = 600.0
"""So long may the database be locked or full while a reply waits, not read any further from the model."""
GIVEN_UP = "The database could not be used for a long time, so the reply ended there."
SAVED_AFTER_ALL = "It can be used again: all that was shown is saved. Continue, or retry."

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


async def patiently(do: Callable[[], Awaitable[Answer]], keep_trying_s: float = KEEP_TRYING_S) -> Answer:
    """Does it again while the database is locked or full: done twice, it must have one effect. Raises
    StoreUnavailable when that takes too long."""
    try:
        async with awake.timeout(keep_trying_s):
            while True:
                try:
                    return await do()
                except StoreUnavailable as error:
                    log.error("A reply waits for the database: %s", error.message)
                    await asyncio.sleep(RETRY_SAVE_S)
    except TimeoutError:
        raise StoreUnavailable(GIVEN_UP, hint=SAVED_AFTER_ALL) from None


class SavedReply:
    """Waits for a database that is locked or full, so that nothing which was shown is given up."""

    def __init__(self, turn: Turn, replies: GenerationRepository, transcript: Transcript, keep_trying_s: float) -> None:
        self._id = turn.generation_id
        self._message_id = turn.reply.message_id
        self._replies = replies
        self._transcript = transcript
        self._keep_trying_s = keep_trying_s

    async def append(self, idx: int, piece: Piece) -> None:
        """However long the database is locked or full: until then no more is shown, and nothing is given up."""
        try:
            await self._replies.append_chunk(self._id, idx, piece.text, piece.kind, piece.thought_ms)
            if not piece.text:  # it is about what was said before
                await self.folded(idx)
        except StoreUnavailable as error:
            log.error("Reply %s waits to be saved: %s", self._id, error.message)
            try:
                async with awake.timeout(self._keep_trying_s):
                    # not appended again: it may be there although the database could not say so
                    while not await self.folded(idx):  # noqa: ASYNC110 - nothing tells when it can be written
                        await asyncio.sleep(RETRY_SAVE_S)
            except TimeoutError:
                raise StoreUnavailable(GIVEN_UP, hint=SAVED_AFTER_ALL) from error

    async def call(self, idx: int, new: Sequence[NewToolResult], thought_ms: int | None) -> None:
        """Rows of what the model asks for, and the pieces from `idx` on that refer to them."""
        await patiently(lambda: self._replies.call_tools(self._id, idx, new, thought_ms), self._keep_trying_s)

    async def folded(self, idx: int) -> bool:
        """`idx` is how far what is saved reaches."""
        try:
            await self._replies.fold_reply(self._id, self._message_id, idx, *self._transcript.saved_draft.body())
        except StoreUnavailable as error:
            log.warning("Reply %s cannot be folded: %s", self._id, error.message)
            return False
        return True

    async def end(self, ending: GenerationResult) -> Message:
        """What cannot be stored of an end, such as its reason, must not keep the reply from having one."""
        content, parts = self._transcript.said.body()
        for final in (
            GenerationResult(ending.status, content, ending.usage, ending.error, parts),
            GenerationResult(ending.status, content, error=UNEXPLAINED if ending.error else None, parts=parts),
        ):
            try:
                return await self._save_end(final)
            except Exception:
                log.exception("The end of reply %s cannot be saved as it is", self._id)
        return await self._save_end(GenerationResult("interrupted", error=INTERRUPTED))

    async def _save_end(self, ending: GenerationResult) -> Message:
        """However long it takes: a full disk delays the end of a reply, it does not lose it."""
        while True:
            try:
                return await self._replies.finish_reply(self._id, ending)
            except StoreUnavailable as error:
                log.error("The end of reply %s is not saved yet: %s", self._id, error.message)
                await asyncio.sleep(RETRY_SAVE_S)

"""One running reply: every piece is announced as it comes and saved at most 100 characters or 250 ms later."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any

from src.entities import (
    Body,
    Conversation,
    GenerationResult,
    GenerationState,
    Message,
    MessageStatus,
    PromptReading,
    Turn,
)
from src.entities.parts import TEXT
from src.errors import LocritError, StoreUnavailable
from src.events import Event, ReplyAsked, ReplyChunk, ReplySaved
from src.ids import now_ms
from src.services.bursts import Bursts
from src.services.generation_repository import GenerationRepository
from src.services.llm.protocol import Delta
from src.services.outcome import INTERRUPTED, UNEXPLAINED, Outcome, failure_of
from src.services.reasoning import Piece, Splitter
from src.services.saved_reply import GIVEN_UP, KEEP_TRYING_S, RETRY_SAVE_S, SAVED_AFTER_ALL, SavedReply
from src.services.transcript import Transcript

SAVE_EVERY_CHARS = 100
SAVE_EVERY_S = 0.25
FOLD_EVERY_SAVES = 12
ASK_TRIES = 60

log = logging.getLogger(__name__)


class GenerationRunner:
    """Belongs to the server, not to a socket: only `stop`, `interrupt` or the model end it."""

    def __init__(
        self, turn: Turn, owner_id: str, replies: GenerationRepository, keep_trying_s: float = KEEP_TRYING_S
    ) -> None:
        self.id = turn.generation_id
        self.owner_id = owner_id
        self.reply = turn.reply
        self.question = turn.message
        self.conversation_id = turn.reply.conversation_id
        self.begun = Body(turn.reply.content, turn.reply.parts)
        """What a reply that goes on had said before."""
        self.window_tokens: int | None = None
        """What the model can hold, once it is known for certain."""
        self.ended: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._locrit_name = self._session_id = ""
        self._transcript = Transcript(self.begun, self._elapsed_ms)
        self.pieces = self._transcript.pieces
        self._kept = SavedReply(turn, replies, self._transcript, keep_trying_s)
        self._bursts = Bursts()
        self._reading: PromptReading | None = None
        self._reads_since = 0.0
        self._saved_told = 0
        self._saving = asyncio.Lock()
        self._begun = time.perf_counter()
        self._cancelled_as: GenerationResult | None = None
        self._receiving = False
        self._news: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def start(
        self,
        deltas: Callable[[], AsyncGenerator[Delta, None]],
        publish: Callable[[Event], None],
        is_behind: Callable[[], bool] = lambda: False,
    ) -> None:
        """While those who are told `is_behind`, pieces go out together."""
        self._publish, self._is_behind = publish, is_behind
        self._task = asyncio.create_task(self._run(deltas), name=f"generation {self.id}")

    def belongs_to(self, conversation: Conversation) -> None:
        """Before the first piece: each of them names its Locrit and session."""
        self._locrit_name, self._session_id = conversation.locrit_name, conversation.session_id
        if conversation.deleted_at is not None:
            self.stop()

    def reads(self, reading: PromptReading) -> None:
        """The model has its prompt, and no piece has come yet."""
        self._reading, self._reads_since = reading, time.perf_counter()
        place = {"conversation_id": self.conversation_id, "generation_id": self.id}
        self._publish(ReplyAsked(message_id=self.reply.message_id, **place, **reading.model_dump()))

    def stop(self) -> None:
        """The person has enough: what was shown is kept."""
        self._cancel(GenerationResult("stopped"))

    def interrupt(self) -> None:
        """The server stops."""
        self._cancel(GenerationResult("interrupted", error=INTERRUPTED))

    def state(self) -> GenerationState:
        status: MessageStatus = self.ended.result().status if self.ended.done() else "streaming"
        return GenerationState(
            generation_id=self.id,
            message_id=self.reply.message_id,
            conversation_id=self.conversation_id,
            status=status,
            idx=len(self.pieces),
            **self._transcript.said.body()._asdict(),
            **(self._waits() if not self.pieces else {}),
        )

    def _waits(self) -> dict[str, Any]:
        if self._reading is None or self.ended.done():
            return {}
        return {"reading": self._reading, "waited_ms": round((time.perf_counter() - self._reads_since) * 1000)}

    async def watch(self) -> AsyncGenerator[ReplyChunk, None]:
        """Every piece from the first on, until the reply has ended."""
        idx = 0
        while idx < len(self.pieces) or not self.ended.done():
            if idx == len(self.pieces):
                self._news = self._news or asyncio.Event()
                await self._news.wait()
                continue
            yield self._chunk(idx)
            idx += 1

    def _cancel(self, ending: GenerationResult) -> None:
        if self._cancelled_as is None and not self.ended.done():
            self._cancelled_as = ending
            if self._receiving and self._task is not None:  # before, it looks by itself; after, it ends anyway
                self._task.cancel()

    async def _run(self, deltas: Callable[[], AsyncGenerator[Delta, None]]) -> None:
        ending = await self._receive(deltas)
        try:
            self.ended.set_result(await self._kept.end(ending))
        except Exception as error:
            log.exception("The end of reply %s cannot be saved", self.id)
            self.ended.set_exception(error)
        self._tell_watchers()

    async def _receive(self, deltas: Callable[[], AsyncGenerator[Delta, None]]) -> GenerationResult:
        """Take the reply in; however it ends, say how."""
        if (ended := self._cancelled_as) is not None:
            return ended
        self._receiving = True
        saver = asyncio.create_task(self._save_regularly())
        saver.add_done_callback(self._saver_ended)
        try:
            outcome = await self._heard(deltas)
            content, first_token_ms = self._transcript.said.body().content, self._transcript.first_token_ms
            return outcome.ending(content, first_token_ms, self._elapsed_ms(), self.window_tokens)
        except asyncio.CancelledError:
            return self._cancelled_as or GenerationResult("interrupted", error=INTERRUPTED)
        except LocritError as error:
            return GenerationResult("failed", error=failure_of(error))
        except Exception:
            log.exception("Reply %s failed", self.id)
            return GenerationResult("failed", error=UNEXPLAINED)
        finally:
            self._receiving = False  # from here on nothing may stop it: the end must be saved
            saver.cancel()

    def _saver_ended(self, saver: "asyncio.Task[None]") -> None:
        """A reply that cannot be saved must not go on being shown."""
        error = None if saver.cancelled() else saver.exception()
        if isinstance(error, LocritError):
            self._cancel(GenerationResult("failed", error=failure_of(error)))

    async def _heard(self, deltas: Callable[[], AsyncGenerator[Delta, None]]) -> Outcome:
        """Asks again while the database keeps the question from being asked."""
        for _ in range(ASK_TRIES):
            try:
                return await self._take_in(deltas())
            except StoreUnavailable as error:
                if self.pieces:
                    raise
                log.error("Reply %s waits to be begun: %s", self.id, error.message)
                await asyncio.sleep(RETRY_SAVE_S)
        raise StoreUnavailable(GIVEN_UP, hint=SAVED_AFTER_ALL)

    async def _take_in(self, deltas: AsyncGenerator[Delta, None]) -> Outcome:
        outcome, splitter = Outcome(), Splitter()
        try:
            async with aclosing(deltas):
                async for delta in deltas:
                    outcome.note(delta)
                    if self._transcript.unsaved_chars + len(delta.content + delta.thinking) > SAVE_EVERY_CHARS:
                        await self._save()
                    self._add(splitter.split(delta))
                    if self._transcript.holds and self._bursts.is_over:
                        self._tell()
                        await self._bursts.next()
        finally:
            self._add(splitter.rest())
            self._tell()
        outcome.thought = splitter.has_thought
        if outcome.is_all_said and (text := splitter.taken_back()):
            self._transcript.said.take_back(*text)
        return outcome

    def _add(self, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            if not self._transcript.takes(piece):
                self._tell()
            self._transcript.hold(piece)
            if not self._is_behind():
                self._tell()

    def _tell(self) -> None:
        """What has been held back is one piece."""
        if self._transcript.tell():
            self._publish(self._chunk(len(self.pieces) - 1))
            self._saved_told = self._transcript.saved
            self._tell_watchers()

    async def _save_regularly(self) -> None:
        saves = 0
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            await self._save()
            saves += 1
            if saves % FOLD_EVERY_SAVES == 0:
                async with self._saving:
                    await self._kept.folded(self._transcript.saved)

    async def _save(self) -> None:
        self._tell()
        async with self._saving:
            if len(self.pieces) == self._transcript.saved:
                self._tell_saved()
            for idx, piece in self._transcript.unsaved():
                await self._kept.append(idx, piece)

    def _tell_saved(self) -> None:
        """Pieces say how much is saved; while none comes, this does, once."""
        if self._saved_told < self._transcript.saved:
            self._saved_told = self._transcript.saved
            place = {"conversation_id": self.conversation_id, "generation_id": self.id}
            self._publish(ReplySaved(message_id=self.reply.message_id, durable_idx=self._transcript.saved, **place))

    def _chunk(self, idx: int) -> ReplyChunk:
        piece = self.pieces[idx]
        return ReplyChunk(
            conversation_id=self.conversation_id,
            locrit_name=self._locrit_name,
            session_id=self._session_id,
            generation_id=self.id,
            message_id=self.reply.message_id,
            idx=idx,
            durable_idx=self._transcript.saved,
            content=piece.text,
            kind=None if piece.kind == TEXT else piece.kind,
            thought_ms=piece.thought_ms,
            timestamp=now_ms(),
        )

    def _tell_watchers(self) -> None:
        if self._news is not None:
            self._news.set()
            self._news = None

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._begun) * 1000

"""One running reply: every piece is announced as it comes and saved at most 100 characters or 250 ms later."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from src.entities import (
    Body,
    Conversation,
    GenerationResult,
    GenerationState,
    Locrit,
    Message,
    MessageStatus,
    NewToolResult,
    PromptReading,
    ServerSettings,
    Turn,
)
from src.entities.parts import TEXT, answer, has_called
from src.errors import LocritError
from src.events import EventBus, ReplyAsked, ReplyChunk, ReplySaved
from src.ids import now_ms
from src.services.generation_repository import GenerationRepository
from src.services.llm.protocol import Delta
from src.services.outcome import INTERRUPTED, UNEXPLAINED, Outcome, failure_of
from src.services.reasoning import Piece
from src.services.saved_reply import KEEP_TRYING_S, SavedReply
from src.services.transcript import Transcript

SAVE_EVERY_CHARS = 100
SAVE_EVERY_S = 0.25
FOLD_EVERY_SAVES = 12
PASSED_ON_S = 1.0

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
        self.rounds = 0
        """How often a model was asked for it."""
        self.window_tokens: int | None = None
        """What the model can hold, once it is known for certain."""
        self.ended: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._locrit_name = self._session_id = ""
        self.offered: Collection[str] = ()
        """The names of the tools that the model was told of."""
        self._has_called = has_called(self.begun)
        self._transcript = Transcript(self.begun, self._elapsed_ms)
        self.pieces = self._transcript.pieces
        self._kept = SavedReply(turn, replies, self._transcript, keep_trying_s)
        self._passing: asyncio.Event | None = None
        self._reading: PromptReading | None = None
        self._reads_since = 0.0
        self._told = self._saved_told = 0
        self._saving = asyncio.Lock()
        self._begun = time.perf_counter()
        self._cancelled_as: GenerationResult | None = None
        self._receiving = False
        self._news: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, reply: Callable[[], Awaitable[Outcome]], bus: EventBus) -> None:
        self._bus = bus
        self._task = asyncio.create_task(self._run(reply), name=f"generation {self.id}")

    @property
    def said(self) -> Body:
        """So far, with what it had said before it went on."""
        return self._transcript.said.body()

    @property
    def _place(self) -> dict[str, Any]:
        ids = {"conversation_id": self.conversation_id, "generation_id": self.id}
        return {**ids, "message_id": self.reply.message_id}

    def belongs_to(self, conversation: Conversation, locrit: Locrit, settings: ServerSettings) -> None:
        """Before the first piece: each of them names its Locrit and session."""
        self.locrit, self.settings = locrit, settings
        self._locrit_name, self._session_id = conversation.locrit_name, conversation.session_id
        if conversation.deleted_at is not None:
            self.stop()

    def reads(self, reading: PromptReading) -> None:
        """The model has its prompt, and no piece has come yet."""
        self._reading, self._reads_since = reading, time.perf_counter()
        self._bus.publish(ReplyAsked(**self._place, **reading.model_dump()))

    def stop(self) -> None:
        self._cancel(GenerationResult("stopped"))

    def interrupt(self) -> None:
        """The server stops."""
        self._cancel(GenerationResult("interrupted", error=INTERRUPTED))

    def state(self) -> GenerationState:
        status: MessageStatus = self.ended.result().status if self.ended.done() else "streaming"
        return GenerationState(
            status=status,
            idx=len(self.pieces),
            **self._place,
            **self.said._asdict(),
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

    async def _run(self, reply: Callable[[], Awaitable[Outcome]]) -> None:
        ending = await self._receive(reply)
        try:
            self.ended.set_result(await self._kept.end(ending))
        except Exception as error:
            log.exception("The end of reply %s cannot be saved", self.id)
            self.ended.set_exception(error)
        self._tell_watchers()

    async def _receive(self, reply: Callable[[], Awaitable[Outcome]]) -> GenerationResult:
        """Take the reply in; however it ends, say how."""
        if (ended := self._cancelled_as) is not None:
            return ended
        self._receiving = True
        saver = asyncio.create_task(self._save_regularly())
        saver.add_done_callback(self._saver_ended)
        try:
            outcome = await reply()
            said = answer(self.said) if self.offered else self.said.content
            return outcome.ending(said, self._transcript.first_token_ms, self._elapsed_ms(), self.window_tokens)
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

    async def take(self, pieces: Sequence[Piece], *, are_last: bool = False) -> None:
        """Tells of them when those before are passed on: what comes meanwhile is read at once, and is one piece."""
        for piece in map(self._apart, pieces):
            if not self._transcript.takes(piece):
                await self._tell_durably()
            self._transcript.hold(piece)
        if self._transcript.holds:
            if not are_last:
                await self._passed_on()
            await self._tell_durably()

    async def _passed_on(self) -> None:
        """Or PASSED_ON_S are over: a reply is to be saved, whoever is told of it."""
        if self._passing and not self._passing.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PASSED_ON_S):
                    await self._passing.wait()

    def begin_paragraph(self) -> None:
        """What is said next is another one."""
        self._has_called = True

    def _apart(self, piece: Piece) -> Piece:
        """What is said after a tool was called is another paragraph."""
        if not self._has_called or piece.kind != TEXT or not piece.text:
            return piece
        self._has_called = False
        return piece._replace(text=f"\n\n{piece.text}") if self.said.content else piece

    def take_back(self, chars: int, text: str) -> None:
        self._transcript.said.take_back(chars, text)

    def count(self, delta: Delta) -> None:
        if delta.content or delta.thinking:
            self._transcript.tokens += delta.tokens

    async def call(self, new: Sequence[NewToolResult]) -> None:
        """What the model asks for is durable before it is shown."""
        self._has_called = True
        await self._tell_durably()
        await self._save()
        async with self._saving:
            first, thought_ms = self._transcript.saved, self._transcript.thought_ms()
            await self._kept.call(first, new, thought_ms)
            self._transcript.refer([one.id for one in new], thought_ms)
        self._announce()

    def tell(self) -> None:
        """What has been held back is one piece."""
        if self._transcript.tell():
            self._announce()

    async def _tell_durably(self) -> None:
        """No more than SAVE_EVERY_CHARS are shown unsaved: what exceeds them is saved before."""
        if not self._holds_much():
            self.tell()
        elif self._transcript.holds:
            try:
                await self._save(with_held=True)
            finally:
                self._transcript.tell()  # where it could not be saved, the end of the reply says it, and no piece
            self._announce()

    def _holds_much(self) -> bool:
        return self._transcript.unsaved_chars + self._transcript.held_chars > SAVE_EVERY_CHARS

    def _announce(self) -> None:
        tokens = self._transcript.tokens
        for idx in range(self._told, len(self.pieces)):
            self._bus.publish(self._chunk(idx, tokens if tokens > len(self.pieces) else None))
        self._told, self._passing = len(self.pieces), self._bus.passing()
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

    async def _save(self, *, with_held: bool = False) -> None:
        async with self._saving:
            if not self._holds_much():
                self.tell()
            if len(self.pieces) == self._transcript.saved:
                self._tell_saved()
            for idx, piece in self._transcript.unsaved(with_held=with_held):
                await self._kept.append(idx, piece)

    def _tell_saved(self) -> None:
        """Pieces say how much is saved; while none comes, this does, once."""
        if self._saved_told < self._transcript.saved:
            self._saved_told = self._transcript.saved
            self._bus.publish(ReplySaved(durable_idx=self._transcript.saved, **self._place))

    def _chunk(self, idx: int, tokens: int | None = None) -> ReplyChunk:
        kind, text, thought_ms = self.pieces[idx]
        return ReplyChunk(
            locrit_name=self._locrit_name,
            session_id=self._session_id,
            idx=idx,
            durable_idx=self._transcript.saved,
            content=text,
            kind=None if kind == TEXT else kind,
            thought_ms=thought_ms,
            tokens=tokens,
            timestamp=now_ms(),
            **self._place,
        )

    def _tell_watchers(self) -> None:
        if self._news is not None:
            self._news.set()
            self._news = None

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._begun) * 1000

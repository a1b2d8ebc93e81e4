"""Chat: the question is saved, then the model is asked; the reply is saved while it is written."""

import asyncio
import functools
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

from src.entities import (
    ConversationChange,
    GenerationResult,
    GenerationState,
    LocritChange,
    Message,
    Turn,
)
from src.errors import StoreUnavailable
from src.events import Event, EventBus, ReplyChunk
from src.operations import Caller
from src.services.generation_repository import GenerationRepository
from src.services.generation_runner import GenerationRunner
from src.services.memory import MemoryService
from src.services.outcome import INTERRUPTED, Outcome
from src.services.rounds import Rounds
from src.services.saved_reply import patiently
from src.services.turns import Turns
from src.stores.database import Database

STOP_WITHIN_S = 5.0
ENDED_AT_ONCE = 50
"""Of what dead processes left: what is saved meanwhile waits for no more than these."""
DELETIONS = {"conversation.deleted", "locrit.deleted"}
"""After which nobody waits for a reply."""

log = logging.getLogger(__name__)


class ChatService(Turns):
    def __init__(
        self, database: Database, memory: MemoryService, replies: GenerationRepository, rounds: Rounds, bus: EventBus
    ) -> None:
        super().__init__(database)
        self._memory = memory
        self._replies = replies
        self._rounds = rounds
        self._bus = bus
        self._running: dict[str, GenerationRunner] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._recovering = asyncio.Lock()
        self._unendable: set[str] = set()
        bus.subscribe(self._on_event)

    @property
    def is_replying(self) -> bool:
        return bool(self._running)

    async def stop(self, caller: Caller, generation_id: str) -> GenerationState:
        """End it now and keep what was shown; one that has ended stays as it is.

        Another process's reply ends when that process has looked; one that does not look is not waited for long.
        """
        generation = self._running_of(caller, generation_id)
        if generation is not None:
            generation.stop()
            await asyncio.shield(generation.ended)
        elif (await self.state(caller, generation_id)).status == "streaming":
            await self._replies.request_stop(generation_id)
            await self._recover_one(generation_id)  # its process may be dead: then nobody else obeys
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wait(caller, generation_id), STOP_WITHIN_S)
        return await self.state(caller, generation_id)

    async def state(self, caller: Caller, generation_id: str) -> GenerationState:
        generation = self._running_of(caller, generation_id)
        return generation.state() if generation is not None else await self._memory.generation(caller, generation_id)

    async def wait(self, caller: Caller, generation_id: str) -> Message:
        """The reply in its final state, whichever process writes it; of one that goes on since, what it says by now."""
        generation = self._running_of(caller, generation_id)
        if generation is not None:
            return await asyncio.shield(generation.ended)
        await self._memory.generation(caller, generation_id)
        await self._replies.wait_for_all([generation_id])
        state = await self._memory.generation(caller, generation_id)
        reply = await self._memory.message(caller, state.message_id)
        return reply.model_copy(update={"status": state.status})

    async def watch(self, caller: Caller, generation_id: str) -> AsyncGenerator[ReplyChunk, None]:
        """The pieces of a running reply from the first on; nothing for one that has ended: `wait` has its text.

        See `GenerationRepository.watch_log` for those of one that another process writes.
        """
        generation = self._running_of(caller, generation_id)
        if generation is None:
            await self._memory.generation(caller, generation_id)
        pieces = generation.watch() if generation is not None else self._replies.watch_log(generation_id)
        async with aclosing(pieces):
            async for chunk in pieces:
                yield chunk

    def _running_of(self, caller: Caller, generation_id: str) -> GenerationRunner | None:
        generation = self._running.get(generation_id)
        return generation if generation is not None and generation.owner_id == caller.user_id else None

    # What the server does by itself

    async def stop_requested(self) -> None:
        """Ends the replies of this process that another one was asked to stop, whose conversation was deleted, or that
        another one has ended, thinking this one dead; such a one stays as it was ended."""
        for generation_id in await self._replies.to_stop(tuple(self._running)):
            if (generation := self._running.get(generation_id)) is not None:
                generation.stop()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ConversationChange | LocritChange) and event.type in DELETIONS and self._running:
            task = asyncio.create_task(self._stop_deleted(), name="stop what was deleted")
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)

    async def _stop_deleted(self) -> None:
        try:
            await self.stop_requested()
        except StoreUnavailable as error:
            log.warning("Replies in what was deleted go on: %s", error.message)

    async def recover(self, at_most: int | None = None) -> int:
        """End what dead processes left running, the newest first: as stopped if that was asked for, else as
        interrupted; returns how many those were, at most so many if that is said."""
        async with self._recovering:
            orphans = [orphan for orphan in await self._replies.orphaned() if orphan[0] not in self._unendable]
            left = orphans[:at_most]
            for at in range(0, len(left), ENDED_AT_ONCE):
                await self._end_orphans(left[at : at + ENDED_AT_ONCE])
            if left:
                log.warning("%d replies were cut off by the last stop and are marked as interrupted", len(left))
        return len(left)

    async def _recover_one(self, generation_id: str) -> None:
        await self._end_orphans([orphan for orphan in await self._replies.orphaned() if orphan[0] == generation_id])

    async def _end_orphans(self, left: Sequence[tuple[str, bool]]) -> None:
        """What cannot be ended, because what is stored of it cannot be read, must not keep others from their end."""
        interrupted, stopped = GenerationResult("interrupted", error=INTERRUPTED), GenerationResult("stopped")
        endings = ((id_, stopped if is_to_stop else interrupted) for id_, is_to_stop in left)
        ended = (self._replies.end_orphan(id_, ending) for id_, ending in endings)
        for (id_, _), outcome in zip(left, await asyncio.gather(*ended, return_exceptions=True), strict=True):
            if isinstance(outcome, StoreUnavailable):
                raise outcome
            if isinstance(outcome, BaseException):
                log.error("Reply %s, which was cut off, cannot be marked as interrupted", id_, exc_info=outcome)
                self._unendable.add(id_)

    async def close(self) -> None:
        """End running replies as interrupted; returns when that is saved."""
        await asyncio.gather(*self._beginning, return_exceptions=True)
        running = tuple(self._running.values())
        for generation in running:
            generation.interrupt()
        await asyncio.gather(*(generation.ended for generation in running), return_exceptions=True)

    def _start(self, caller: Caller, turn: Turn) -> None:
        generation = GenerationRunner(turn, caller.user_id, self._replies)
        before = [
            other.ended for other in self._running.values() if other.conversation_id == generation.conversation_id
        ]
        self._running[generation.id] = generation
        generation.ended.add_done_callback(lambda _: self._running.pop(generation.id))
        generation.start(functools.partial(self._in_turn, generation, before, turn.waits_for), self._bus)

    async def _in_turn(
        self, generation: GenerationRunner, before: list[asyncio.Future[Message]], elsewhere: tuple[str, ...]
    ) -> Outcome:
        """Replies of one conversation follow each other, so that each knows how the one before ended."""
        if before:
            await asyncio.wait(before)
        await patiently(lambda: self._replies.wait_for_all(elsewhere))
        return await self._rounds.reply(generation)

"""Calls of models, measured: each is recorded when it has ended, beside what follows, which does not wait for it."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from src.entities import Interaction
from src.errors import LocritError, ModelError
from src.ids import new_id, now_ms
from src.services.generation_repository import GenerationRepository
from src.services.generation_runner import GenerationRunner
from src.services.llm.protocol import Delta, ModelUsage
from src.services.outcome import failure_of
from src.unicode import storable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom, and how."""

    host: str
    model: str
    options: Mapping[str, Any]
    think: str


class Calls:
    def __init__(self, replies: GenerationRepository) -> None:
        self._replies = replies
        self._recording: set[asyncio.Task[None]] = set()

    async def measured(
        self, generation: GenerationRunner, asked: Asked, deltas: AsyncGenerator[Delta, None]
    ) -> AsyncGenerator[Delta, None]:
        """The same deltas. Who leaves them has stopped the call."""
        generation.rounds += 1
        call = _Call(generation, asked)
        try:
            async with aclosing(deltas):
                async for delta in deltas:
                    call.hear(delta)
                    yield delta
            call.fields["status"] = "complete"
        except ModelError as error:
            call.fields |= {"status": "failed", "error": failure_of(error)}
            raise
        finally:  # no await: this may be the end of a generator that was closed
            self._record(call.ended())

    def refused(self, generation: GenerationRunner, asked: Asked, error: ModelError) -> None:
        """It was not to be asked: it is not there, or nobody answers."""
        generation.rounds += 1
        call = _Call(generation, asked)
        call.fields |= {"status": "failed", "error": failure_of(error)}
        self._record(call.ended())

    async def close(self) -> None:
        await asyncio.gather(*self._recording)

    def _record(self, interaction: Interaction) -> None:
        task = asyncio.create_task(self._recorded(interaction), name=f"record call {interaction.id}")
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)

    async def _recorded(self, interaction: Interaction) -> None:
        try:
            await self._replies.record_interaction(interaction)
        except LocritError as error:
            log.warning("How %s was asked cannot be recorded: %s", interaction.model, error.message)


class _Call:
    """As long as nothing else is said, it was stopped."""

    def __init__(self, generation: GenerationRunner, asked: Asked) -> None:
        self.fields: dict[str, Any] = {
            "id": new_id(),
            "conversation_id": generation.conversation_id,
            "message_id": generation.reply.message_id,
            "generation_id": generation.id,
            "round": generation.rounds,
            "host": asked.host,
            "model": storable(asked.model),
            "options": dict(asked.options),
            "think": asked.think,
            "status": "stopped",
            "started_at": now_ms(),
        }
        self._begun = time.perf_counter()
        self._first_ms = 0.0
        self._usage = ModelUsage()

    def hear(self, delta: Delta) -> None:
        self._first_ms = self._first_ms or self._elapsed_ms()
        if delta.usage:
            self._usage = delta.usage
            self.fields["done_reason"] = delta.done_reason

    def ended(self) -> Interaction:
        usage = self._usage
        return Interaction(
            **self.fields,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            load_ms=usage.load_ms,
            prompt_ms=usage.prompt_ms,
            first_token_ms=round(self._first_ms, 1),
            completion_ms=usage.completion_ms,
            total_ms=round(self._elapsed_ms(), 1),
        )

    def _elapsed_ms(self) -> float:
        return (time.perf_counter() - self._begun) * 1000

"""One round of a reply: a model is asked once, and what it says is taken in."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from src.entities.parts import answer
from src.errors import StoreUnavailable
from src.services.generation_runner import GenerationRunner
from src.services.llm.protocol import Delta, ToolCall
from src.services.outcome import Outcome
from src.services.reasoning import Splitter
from src.services.saved_reply import GIVEN_UP, RETRY_SAVE_S, SAVED_AFTER_ALL
from src.unicode import is_blank

ASK_TRIES: Final = 60

Ask = Callable[[], AsyncGenerator[Delta, None]]
Call = Callable[[tuple[ToolCall, ...]], Awaitable[int]]
"""Keeps what the model asks for; returns how much of it is to be run."""

log = logging.getLogger(__name__)


async def hear(generation: GenerationRunner, ask: Ask, call: Call | None = None) -> Outcome:
    """Asks again while the database keeps the question from being asked. Without `call` no tool was offered."""
    known = len(generation.pieces)
    for _ in range(ASK_TRIES):
        try:
            return await _taken_in(generation, ask(), call)
        except StoreUnavailable as error:
            if len(generation.pieces) > known:
                raise
            log.error("Reply %s waits to be begun: %s", generation.id, error.message)
            await asyncio.sleep(RETRY_SAVE_S)
    raise StoreUnavailable(GIVEN_UP, hint=SAVED_AFTER_ALL)


async def _taken_in(generation: GenerationRunner, deltas: AsyncGenerator[Delta, None], call: Call | None) -> Outcome:
    outcome, splitter = Outcome(), Splitter(goes_on=not is_blank(answer(generation.said)))
    try:
        async with aclosing(deltas):
            async for delta in deltas:
                outcome.note(delta)
                generation.count(delta)
                await generation.take(splitter.split(delta))
                if delta.tool_calls and call is not None:
                    await generation.take(splitter.rest(), are_last=True)  # what it thought until here was thought
                    outcome.thought, splitter = outcome.thought or splitter.has_thought, Splitter()
                    outcome.called += await call(delta.tool_calls)
    finally:
        await generation.take(splitter.rest(), are_last=True)
    outcome.thought = outcome.thought or splitter.has_thought
    if outcome.is_all_said and (text := splitter.taken_back()):
        generation.take_back(*text)
    return outcome

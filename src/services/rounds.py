"""The loop of a reply: the model is asked, what it calls is run, and it is asked again."""

from functools import partial
from typing import Final

from src.entities import NewToolResult, ToolResult
from src.errors import TooManyRounds
from src.ids import new_id
from src.services.generation_repository import GenerationRepository
from src.services.generation_runner import GenerationRunner
from src.services.hearing import hear
from src.services.llm.protocol import ToolCall
from src.services.model_caller import ModelCaller
from src.services.outcome import Outcome
from src.services.saved_reply import patiently
from src.services.tools.registry import ToolRegistry
from src.services.tools.running import ToolRunner, must_ask
from src.services.tools.tool import Tool

MOST_ROUNDS: Final = 8
MOST_CALLS: Final = 32
"""At once; a model that asks for more is out of its mind."""


class Rounds:
    def __init__(
        self, model_caller: ModelCaller, replies: GenerationRepository, tools: ToolRegistry, tool_timeout_s: float
    ) -> None:
        self._model_caller = model_caller
        self._replies = replies
        self._tools = tools
        self._runner = ToolRunner(replies, tools, tool_timeout_s)

    async def reply(self, generation: GenerationRunner) -> Outcome:
        """All of it, from where a run that was cut had come. Returns how its last round ended, with what all took."""
        if generation.begun.parts:
            await patiently(lambda: self._model_caller.prepare(generation))
            await self._runner.run_waiting(generation)
        outcome = await self._round(generation)
        for _ in range(MOST_ROUNDS - 1):
            if not outcome.called:
                return outcome
            await self._runner.run_waiting(generation)
            outcome = (await self._round(generation)).after(outcome)
        if outcome.called:
            outcome.cut_by = TooManyRounds(f"The model asked for tools {MOST_ROUNDS} times and came to no answer.")
        return outcome

    async def _round(self, generation: GenerationRunner) -> Outcome:
        return await hear(generation, partial(self._model_caller.ask, generation), partial(self._call, generation))

    async def _call(self, generation: GenerationRunner, calls: tuple[ToolCall, ...]) -> int:
        """A row for each, and the part that refers to it. One that was offered no tools is given none."""
        if not generation.offered:
            return 0
        tools = await self._tools.named(generation.offered)
        earlier = await patiently(lambda: self._replies.tool_results([generation.reply.message_id]))
        new = [_new(call, tools.get(call.name), generation, earlier) for call in calls[:MOST_CALLS]]
        await generation.call(new)
        return len(new)


def _new(call: ToolCall, tool: Tool | None, generation: GenerationRunner, earlier: list[ToolResult]) -> NewToolResult:
    if tool is None:
        return NewToolResult(new_id(), call.name, call.arguments)
    asks = must_ask(generation.locrit, tool, earlier)
    return NewToolResult(new_id(), call.name, call.arguments, tool.title, changes=tool.changes, asks=asks)

"""The loop of a reply: the model is asked, what it calls is run, and it is asked again."""

from dataclasses import replace
from functools import partial
from typing import Final

from src.entities import Failure, NewToolResult, ToolResult
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
"""In one round; a model that asks for more is out of its mind."""
TOO_MANY: Final = Failure(
    code="too_many_calls",
    message=f"The model asked for more than {MOST_CALLS} tools at once: this one, and what came after it, was not run.",
    hint="Ask for fewer at once.",
)
NOT_OFFERED: Final = Failure(
    code="tool_not_offered",
    message="The model asked for a tool though it was told of none: it was not run.",
    hint="Switch tools on in the settings of the Locrit, if its model can call them.",
)


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
            generation.begin_paragraph()
            outcome = (await self._round(generation)).after(outcome)
        if outcome.called:
            outcome.cut_by = TooManyRounds(f"The model asked for tools {MOST_ROUNDS} times and came to no answer.")
        return outcome

    async def _round(self, generation: GenerationRunner) -> Outcome:
        return await hear(generation, partial(self._model_caller.ask, generation), partial(self._call, generation, []))

    async def _call(self, generation: GenerationRunner, asked: list[NewToolResult], calls: tuple[ToolCall, ...]) -> int:
        """A row for each, and the part that refers to it; one for all that is too much after what was `asked` in this
        round. Nothing is run by a model that was offered no tools."""
        room = MOST_CALLS - len(asked)
        if room < 0:
            return 0
        tools = await self._tools.named(generation.offered)
        earlier = await patiently(lambda: self._replies.tool_results([generation.reply.message_id]))
        new = [_new(call, tools.get(call.name), generation, earlier) for call in calls[: room + 1]]
        new[room:] = [replace(one, error=TOO_MANY) for one in new[room:]]
        if not generation.offered:
            new = [replace(one, error=NOT_OFFERED) for one in new]
        asked += new
        await generation.call(new)
        return sum(one.error is None for one in new)


def _new(call: ToolCall, tool: Tool | None, generation: GenerationRunner, earlier: list[ToolResult]) -> NewToolResult:
    if tool is None:
        return NewToolResult(new_id(), call.name, call.arguments)
    asks = must_ask(generation.locrit, tool, earlier)
    return NewToolResult(new_id(), call.name, call.arguments, tool.title, changes=tool.changes, asks=asks)

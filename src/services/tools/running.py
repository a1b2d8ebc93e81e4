"""Running what a reply asked for: one after the other, each step durable, what changes something only when it may."""

import asyncio
import logging
import time
from functools import partial
from typing import Any, Final

from src import json_values
from src.entities import Failure, Locrit, ToolResult
from src.entities.parts import referred
from src.errors import LocritError
from src.operations import Caller
from src.services.generation_repository import LOOK_EVERY_S, GenerationRepository
from src.services.generation_runner import GenerationRunner
from src.services.outcome import failure_of
from src.services.saved_reply import patiently
from src.services.tools.registry import ToolRegistry, check
from src.services.tools.tool import Tool, ToolContext

STOPS_WITHIN_S: Final = 2.0
"""What changes something is waited for so long when the reply is stopped, so that its outcome is known."""
MOST_RESULT_CHARS: Final = 5_000_000
UNEXPLAINED: Final = Failure(code="tool_failed", message="The tool failed for a reason nobody foresaw.", hint="")

log = logging.getLogger(__name__)


class ToolRunner:
    def __init__(self, replies: GenerationRepository, registry: ToolRegistry, timeout_s: float) -> None:
        self._replies = replies
        self._registry = registry
        self._timeout_s = timeout_s

    async def run_waiting(self, generation: GenerationRunner) -> None:
        """Whatever of this reply was asked for and has not run; what waits for a person is waited for."""
        asked = referred(generation.said.parts)
        for one in await patiently(lambda: self._replies.tool_results([generation.reply.message_id])):
            if one.status == "pending" and one.id in asked:
                fields = await self._run(generation, one)
                if fields is not None:
                    await self._end(one, fields)

    async def _run(self, generation: GenerationRunner, one: ToolResult) -> dict[str, Any] | None:
        """How it ended; None when it was refused, or is being done by others."""
        tool = (await self._registry.named(generation.locrit.tools)).get(one.name)
        if tool is None:
            return _failed(Failure(code="unknown_tool", message=f"There is no tool {one.name or 'without a name'}."))
        try:
            check(tool, one.arguments)
        except LocritError as error:
            return _failed(failure_of(error))
        await self._answered(one)
        started = await patiently(lambda: self._replies.start_tool(generation.id, one.id))
        if started.status != "running":
            return None
        caller = Caller(generation.owner_id, through="tool")
        place = generation.conversation_id, generation.reply.message_id
        context = ToolContext(caller, generation.locrit, *place, f"tool:{one.id}")
        return await self._outcome(tool, context, started)

    async def _answered(self, one: ToolResult) -> None:
        """However long that takes, from whichever tab or process the answer comes."""
        while one.asks and one.answer is None and one.status == "pending":
            await asyncio.sleep(LOOK_EVERY_S)
            one = await patiently(partial(self._replies.tool_result, one.id))

    async def _outcome(self, tool: Tool, context: ToolContext, one: ToolResult) -> dict[str, Any]:
        begun = time.perf_counter()
        running = asyncio.ensure_future(_called(tool, context, one))
        try:
            await asyncio.wait({running}, timeout=self._timeout_s)
        except asyncio.CancelledError:  # the reply is stopped
            if tool.changes:
                await asyncio.wait({running}, timeout=STOPS_WITHIN_S)
                if running.done():
                    await self._end(one, running.result() | _took(begun))
            raise
        finally:
            running.cancel()
        return (running.result() if running.done() else _timed_out(tool, self._timeout_s)) | _took(begun)

    async def _end(self, one: ToolResult, fields: dict[str, Any]) -> None:
        await patiently(lambda: self._replies.end_tool(one.id, fields))


async def _called(tool: Tool, context: ToolContext, one: ToolResult) -> dict[str, Any]:
    try:
        result = await tool.function(context, one.arguments)  # type: ignore[arg-type]  # it was checked
        if len(json_values.text_of(result)) > MOST_RESULT_CHARS:
            return _failed(Failure(code="result_too_large", message="The tool gave more than can be kept."))
    except LocritError as error:
        return _failed(failure_of(error))
    except Exception:  # a tool may be anybody's
        log.exception("Tool %s failed", tool.name)
        return _failed(UNEXPLAINED)
    return {"status": "done", "result": result}


def _failed(failure: Failure) -> dict[str, Any]:
    return {"status": "failed", "error": failure}


def _timed_out(tool: Tool, timeout_s: float) -> dict[str, Any]:
    outcome = " Whether it took effect is not known." if tool.changes else ""
    said = f"The tool did not end within {timeout_s:g} seconds (LOCRIT_TOOL_TIMEOUT).{outcome}"
    return _failed(Failure(code="tool_timeout", message=said))


def _took(begun: float) -> dict[str, Any]:
    return {"duration_ms": round((time.perf_counter() - begun) * 1000)}


def must_ask(locrit: Locrit, tool: Tool, earlier: list[ToolResult]) -> bool:
    """Whether the person is to be asked before it runs: it changes something, and was not allowed for good; or it may
    have been done already by a server that stopped."""
    is_doubtful = any(one.name == tool.name and one.error and one.error.code == "unknown_outcome" for one in earlier)
    return tool.changes and (locrit.tools.get(tool.name) != "always" or is_doubtful)

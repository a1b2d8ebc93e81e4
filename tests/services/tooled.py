"""A Locrit whose model calls tools, and tools that do what a test wants of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from src.entities import Message, ToolResult, Turn
from src.services.tools.tool import Tool, ToolContext
from tests.eventually import HANGS_AFTER_S
from tests.fakes.ollama import FakeOllama
from tests.talk import LOCRIT, Talk, talking

MODEL = "llama3.2:1b"
CALCULATE = ("calculate", {"expression": "6 * 7"})
REMEMBER = ("remember", {"content": "likes tea"})


class Deeds:
    """Tools of a test's own: one that reads, one that does something, one that hangs, one that fails."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.release = asyncio.Event()
        self.result: Any = {"found": 3}

    async def tools(self) -> Sequence[Tool]:
        text = {"what": {"type": "string"}}
        return (
            Tool("look", "Looks.", self._look, text),
            Tool("act", "Acts.", self._act, text, changes=True),
            Tool("hang", "Hangs.", self._hang, changes=True),
            Tool("break", "Breaks.", self._break),
        )

    async def _look(self, _context: ToolContext, _arguments: Mapping[str, Any]) -> Any:
        self.done.append("look")
        return self.result

    async def _act(self, context: ToolContext, arguments: Mapping[str, Any]) -> str:
        assert context.caller.rights == frozenset()
        self.done.append(f"act {arguments.get('what', '')}".strip())
        return "acted"

    async def _hang(self, _context: ToolContext, _arguments: Mapping[str, Any]) -> str:
        self.done.append("hang")
        while not self.release.is_set():
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                continue  # it does not listen
        return "woke up"

    async def _break(self, _context: ToolContext, _arguments: Mapping[str, Any]) -> str:
        raise RuntimeError("private details")


ALL = dict.fromkeys(("calculate", "look", "act", "hang", "break", "list_conversations", "now"), "always")


@asynccontextmanager
async def with_tools(
    data_dir: Path, fake: FakeOllama, tools: Mapping[str, str] = ALL, **settings: Any
) -> AsyncIterator[tuple[Talk, Deeds]]:
    fake.capabilities[MODEL] = ["completion", "tools"]
    deeds = Deeds()
    async with talking(data_dir, fake, tools=[deeds], **settings) as talk:
        await talk.locrits.edit(LOCRIT, {"model": MODEL, "tools": dict(tools)})
        try:
            yield talk, deeds
        finally:
            deeds.release.set()


async def results(talk: Talk, reply: Message) -> list[ToolResult]:
    found: list[ToolResult] = await talk.tool_results.of_messages(reply.conversation_id, [reply])
    return found


async def waiting(talk: Talk, turn: Turn) -> ToolResult:
    """The tool for which a person is waited for."""
    async with asyncio.timeout(HANGS_AFTER_S):
        while True:
            now = await talk.memory.message(turn.reply.message_id)
            found = [one for one in await results(talk, now) if one.asks and one.answer is None]
            if found:
                return found[0]
            await asyncio.sleep(0.02)


def told(fake: FakeOllama, number: int = -1) -> list[dict[str, Any]]:
    """What the model was shown behind the persona."""
    messages: list[dict[str, Any]] = fake.requests[number]["messages"][1:]
    return messages

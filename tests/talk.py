"""The whole application without the web, talking with a scripted model."""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from src.application import Application
from src.config import Settings
from src.entities import Change, Message, OpenConversation, SendMessage, Turn
from src.events import Event, ReplyChunk, ReplySaved
from src.services.generation_repository import GenerationRepository
from src.services.tools.tool import ToolSource
from src.services.turns import Turns
from tests.callers import ME, As
from tests.eventually import HANGS_AFTER_S, eventually
from tests.fakes.ollama import FakeOllama
from tests.fixtures import databases

LOCRIT = "Bob Technique"


def opening(session_id: str = "one", locrit: str = LOCRIT, label: str = "local") -> OpenConversation:
    return OpenConversation(label, locrit, None, session_id)


@dataclass
class Talk:
    """`events` are all that was published so far."""

    app: Application
    fake: FakeOllama
    events: list[Event]

    def __post_init__(self) -> None:
        self.chat: Any = As(ME, self.app.chat)
        self.memory: Any = As(ME, self.app.memory)
        self.turns: Any = As(ME, Turns(self.app.database))
        self.locrits: Any = As(ME, self.app.locrits)
        self.artifacts: Any = As(ME, self.app.artifacts)
        self.tool_results: Any = As(ME, self.app.tool_results)
        self.replies = GenerationRepository(self.app.database)

    async def ask(self, message: str, **fields: Any) -> Turn:
        where: dict[str, Any] = {} if {"conversation_id", "opening"} & fields.keys() else {"opening": opening()}
        return await self.chat.send(SendMessage(message, **where, **fields))

    async def answer(self, turn: Turn) -> Message:
        async with asyncio.timeout(HANGS_AFTER_S):
            return await self.chat.wait(turn.generation_id)

    async def said(self, message: str, **fields: Any) -> Message:
        """The whole reply."""
        return await self.answer(await self.ask(message, **fields))

    async def history(self, turn: Turn) -> list[Message]:
        return (await self.memory.get_conversation_history(turn.message.conversation_id))[0]

    async def shown(self, chars: int) -> None:
        """Waits until so much of replies was shown."""
        await eventually(lambda: len("".join(chunk.content for chunk in self.chunks())) >= chars)

    async def asked(self, times: int) -> None:
        """Waits until the model was asked so often."""
        await eventually(lambda: len(self.fake.requests) >= times)

    def chunks(self) -> list[ReplyChunk]:
        return [event for event in self.events if isinstance(event, ReplyChunk)]

    def saved(self) -> list[ReplySaved]:
        return [event for event in self.events if isinstance(event, ReplySaved)]

    def changes(self, scope: str) -> list[Change]:
        return [event for event in self.events if isinstance(event, Change) and event.scope.startswith(scope)]

    def prompt(self, number: int = -1) -> list[tuple[str, str]]:
        """What the model was shown: role and content."""
        return [(message["role"], message["content"]) for message in self.fake.requests[number]["messages"]]


@asynccontextmanager
async def talking(
    data_dir: Path, fake: FakeOllama, tools: Sequence[ToolSource] = (), **settings: Any
) -> AsyncIterator[Talk]:
    if "database_url" not in settings:
        databases.prepare(data_dir)
    app = Application(Settings(data_dir=data_dir, ollama_host=fake.url, llm="ollama", **settings), tools)
    events: list[Event] = []
    app.bus.subscribe(events.append)
    await app.start(ME)
    try:
        yield Talk(app, fake, events)
    finally:
        await app.close()


Scenario = Callable[[Talk], Awaitable[None]]


def with_model(scenario: Scenario) -> Callable[[Path, FakeOllama], None]:
    def test(tmp_path: Path, ollama: FakeOllama) -> None:
        async def run() -> None:
            async with talking(tmp_path, ollama) as talk:
                await scenario(talk)

        asyncio.run(run())

    functools.update_wrapper(test, scenario)
    del test.__wrapped__  # type: ignore[attr-defined]  # else pytest asks for the scenario's parameters
    test.__annotations__ = {}
    return test

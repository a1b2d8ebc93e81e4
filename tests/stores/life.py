"""A conversation in which anything happens, and all that there is of it afterwards."""

import random
from typing import Any

from src.entities import (
    Artifact,
    Failure,
    GenerationResult,
    Message,
    NewToolResult,
    Part,
    PromptContext,
    ReasoningPart,
    SendMessage,
    TextPart,
    ToolResult,
    Usage,
)
from src.entities.parts import reworded
from src.errors import LocritError
from src.models import artifacts, tool_results
from tests.store import LOCRIT, Store, every_message

PAGE = "\n```html\n<!doctype html>\n<p>{}</p>\n<p></p>\n```\n"


class Life:
    """One conversation in which anything happens, as far as the store lets it."""

    def __init__(self, store: Store, chance: random.Random, conversation_id: str) -> None:
        self._store = store
        self._chance = chance
        self.id = conversation_id
        self._running: dict[str, str] = {}
        self._number = 0

    async def step(self) -> None:
        talks = [self._ask, self._ask, self._end, self._end, self._retry, self._go_on, self._say]
        changes = [self._edit, self._delete, self._restore, self._forget, self._mark, self._configure]
        rows = [self._call, self._call, self._run, self._answer, self._redraw, self._redraw, self._throw_away]
        does = self._chance.choice([*talks, *changes, *rows])
        try:
            await does()
        except LocritError:
            return

    async def _ask(self) -> None:
        stands = self._chance.choice(["", "", "sibling_of", "parent_id"]) if self._number else ""
        there: dict[str, Any] = {stands: (await self._any()).message_id} if stands else {}
        question = SendMessage(self._new("why"), self._new("op"), conversation_id=self.id, **there)
        turn = await self._store.turns.send(question)
        self._running[turn.generation_id] = turn.reply.message_id

    async def _end(self) -> None:
        if not self._running:
            await self._ask()
        generation_id = self._chance.choice([*self._running])
        status: Any = self._chance.choice(["complete", "complete", "stopped", "failed", "interrupted"])
        usage = Usage(prompt_tokens=7, completion_tokens=self._number, total_ms=1.5) if status == "complete" else None
        error = Failure(code="model_cut", message=self._new("cut")) if status in ("failed", "interrupted") else None
        context = PromptContext(seen_from=self._number, limited_by="window", window_tokens=4096)
        await self._store.replies.record_prompt(generation_id, "a model", self._chance.choice([None, context]))
        thought = ReasoningPart(text=self._new("hm"), duration_ms=self._chance.choice([None, self._number]))
        so_far = await self._store.memory.message(self._running[generation_id])
        parts: list[Part] | None = [thought, TextPart()] if self._chance.random() < 0.5 else None
        if so_far.parts:
            parts = reworded(so_far.parts)
        said = self._new("because") + (PAGE.format(self._number) if self._chance.random() < 0.5 else "")
        ending = GenerationResult(status, said, usage, error, parts)
        await self._store.replies.finish_reply(generation_id, ending)
        del self._running[generation_id]

    async def _retry(self) -> None:
        turn = await self._store.turns.retry((await self._any()).message_id)
        self._running[turn.generation_id] = turn.reply.message_id

    async def _go_on(self) -> None:
        turn = await self._store.turns.continue_((await self._any()).message_id)
        self._running[turn.generation_id] = turn.reply.message_id

    async def _edit(self) -> None:
        await self._store.memory.edit_message((await self._any()).message_id, self._new("better"))

    async def _delete(self) -> None:
        await self._store.memory.delete_message((await self._any()).message_id)

    async def _restore(self) -> None:
        await self._store.memory.restore_message((await self._any()).message_id)

    async def _forget(self) -> None:
        await self._store.history.forget_message((await self._any()).message_id)

    async def _say(self) -> None:
        role: Any = self._chance.choice(["user", "assistant", "system", "tool"])
        await self._store.memory.save_message(self.id, role, self._new("said"), metadata={"n": self._number})

    async def _mark(self) -> None:
        changes = {"starred": self._chance.random() < 0.5, "title": self._new("title"), "tags": [self._new("tag")]}
        await self._store.memory.edit_conversation(self.id, changes)

    async def _configure(self) -> None:
        await self._store.locrits.edit(LOCRIT, {"system_prompt": self._new("You are"), "options": {"temperature": 0.5}})

    async def _call(self) -> None:
        if not self._running:
            await self._ask()
        self._number += 2
        asks = self._chance.random() < 0.5
        new = NewToolResult(self._new("tool"), "remember", {"content": self._new("tea")}, changes=asks, asks=asks)
        await self._store.replies.call_tools(self._chance.choice([*self._running]), self._number, [new])

    async def _run(self) -> None:
        one = await self._any_tool()
        generation_id = (await self._store.memory.message(one.message_id)).generation_id
        await self._store.replies.start_tool(generation_id, one.id)
        if self._chance.random() < 0.7:
            ended = {"status": "done", "result": {"found": self._new("it")}, "duration_ms": self._number}
            await self._store.replies.end_tool(one.id, ended)

    async def _answer(self) -> None:
        answer: Any = self._chance.choice(["once", "always", "refuse"])
        await self._store.tool_results.answer((await self._any_tool()).id, answer)

    async def _any_tool(self) -> ToolResult:
        called = await tools(self._store, self.id)
        if not called:
            await self._call()
        return self._chance.choice(await tools(self._store, self.id))

    async def _redraw(self) -> None:
        one = await self._any_made()
        if one.version > 1 and self._chance.random() < 0.3:
            await self._store.artifacts.roll_back(one.id, 1)
        await self._store.artifacts.edit(one.id, {"content": self._new("redrawn"), "name": self._new("called")})

    async def _throw_away(self) -> None:
        one = await self._any_made()
        does = self._chance.choice(["delete", "restore", "forget"])
        await getattr(self._store.artifacts, does)(one.id)

    async def _any_made(self) -> Artifact:
        if not await made(self._store, self.id):
            await self._store.artifacts.create(self.id, "code", self._new("program"), self._new("print"))
        return self._chance.choice(await made(self._store, self.id))

    async def _any(self) -> Message:
        if not await everything(self._store, self.id):
            await self._ask()
        return self._chance.choice(await everything(self._store, self.id))

    def _new(self, what: str) -> str:
        self._number += 1
        return f"{what} {self._number}"


async def everything(store: Store, conversation_id: str) -> list[Message]:
    """With running replies as far as they are."""
    rows = await store.database.read(lambda connection: every_message(connection, conversation_id))
    return [await store.memory.message(row.message_id) for row in rows]


async def tools(store: Store, conversation_id: str) -> list[ToolResult]:
    rows = await store.rows(tool_results)
    return [await store.tool_results.get(row.id) for row in rows if row.conversation_id == conversation_id]


async def made(store: Store, conversation_id: str) -> list[Artifact]:
    rows = await store.rows(artifacts)
    return [await store.artifacts.artifact(row.id) for row in rows if row.conversation_id == conversation_id]

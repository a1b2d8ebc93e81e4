"""What models of the state machine do: think, write, call tools, make artifacts, end; and what people do about it."""

from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import strategies
from hypothesis.stateful import precondition, rule

from src.entities import GenerationResult, NewToolResult
from src.entities.parts import reworded
from tests.callers import OnePersons
from tests.faults.ideal_rows import Tool
from tests.faults.lives import FATES, Fate
from tests.faults.stage import Stage

PAGE = "\n```html\n<!doctype html>\n<p>{}</p>\n<p></p>\n```\n"

any_one = strategies.integers(0, 999)
fates = strategies.sampled_from(FATES)
yes_or_no = strategies.booleans()
endings = strategies.sampled_from(["complete", "stopped", "failed", "interrupted"])


class Replies(Stage):
    @precondition(lambda self: self._running())
    @rule(which=any_one, kind=strategies.sampled_from(["text", "text", "reasoning"]), folded=yes_or_no)
    def write(self, which: int, kind: str, folded: bool) -> None:
        reply, text = self._running()[which % len(self._running())], self._new("piece")
        idx = next(self._numbers)

        async def write(app: OnePersons) -> None:
            generation_id = (await app.memory.message(reply.id)).generation_id
            assert generation_id is not None
            await app.replies.append_chunk(generation_id, idx, text, kind)
            if folded:
                so_far = await app.memory.message(reply.id)
                await app.replies.fold_reply(generation_id, reply.id, idx, so_far.content, so_far.parts)

        self._lives.run(write)
        self._ideal.write(reply.id, text, kind)
        if folded:
            self._ideal.fold(reply.id)

    @precondition(lambda self: self._running())
    @rule(which=any_one, status=endings, page=yes_or_no, fate=fates)
    def finish(self, which: int, status: Any, page: bool, fate: Fate) -> None:
        reply = self._running()[which % len(self._running())]
        content = reply.content + self._new("end") + (PAGE.format(self._new("page")) if page else "")

        async def finish(app: OnePersons) -> Any:
            so_far = await app.memory.message(reply.id)
            assert so_far.generation_id is not None
            result = GenerationResult(status, content, parts=reworded(so_far.parts))
            return await app.replies.finish_reply(so_far.generation_id, result)

        self._do(finish, lambda: self._ideal.finish(reply.id, status, content), fate, None)

    # Tools

    @precondition(lambda self: self._running())
    @rule(which=any_one, name=strategies.sampled_from(["act", "look"]), asks=yes_or_no, fate=fates)
    def call(self, which: int, name: str, asks: bool, fate: Fate) -> None:
        reply, idx = self._running()[which % len(self._running())], next(self._numbers)
        tool = Tool(self._new("tool"), reply.id, name, self._new("what"), asks and name == "act", name == "act")

        async def call(app: OnePersons) -> bool:
            new = NewToolResult(tool.id, name, tool.what, changes=tool.changes, asks=tool.asks)
            await app.replies.call_tools(await _generation(app, reply.id), idx, [new])
            return True

        self._do(call, lambda: self._ideal.call(tool), fate, None)
        next(self._numbers)  # the chunk is the one after `idx`

    @precondition(lambda self: self._called())
    @rule(which=any_one, dies=yes_or_no)
    def start(self, which: int, dies: bool) -> None:
        tool = self._called()[which % len(self._called())]

        async def start(app: OnePersons) -> Any:
            return await app.replies.start_tool(await _generation(app, tool.message), tool.id)

        self._do(start, lambda: self._ideal.start(tool.id), "dies before the commit" if dies else "lives", None)

    @precondition(lambda self: self._ideal.tools)
    @rule(which=any_one, status=strategies.sampled_from(["done", "failed"]), fate=fates)
    def end(self, which: int, status: str, fate: Fate) -> None:
        tool = self._tool(which)
        fields = {"status": status, "result": {"of": tool.what}, "duration_ms": 3}
        self._do(
            lambda app: app.replies.end_tool(tool.id, fields), lambda: self._ideal.end(tool.id, status), fate, None
        )

    @precondition(lambda self: self._ideal.tools)
    @rule(which=any_one, answer=strategies.sampled_from(["once", "always", "refuse"]), fate=fates)
    def answer(self, which: int, answer: str, fate: Fate) -> None:
        """Those that wait come first."""
        tool = self._tool(which)
        waiting = [one for one in self._called() if one.asks and one.answer is None]
        tool, op_id = waiting[which % len(waiting)] if waiting else tool, self._new("answer")
        self._do(
            lambda app: app.tool_results.answer(tool.id, answer, op_id),
            lambda: self._ideal.answer(tool.id, answer),
            fate,
            [self._ideal.said[tool.message].where, tool.message],
        )

    # Artifacts

    @precondition(lambda self: self._ideal.made)
    @rule(which=any_one, behind=strategies.sampled_from([None, 0, 0, 1]), fate=fates)
    def edit_artifact(self, which: int, behind: int | None, fate: Fate) -> None:
        made, content = self._made(which), self._new("redrawn")
        rev = None if behind is None else made.rev - behind
        self._with_made(
            which,
            fate,
            lambda app, op_id: app.artifacts.edit(made.id, {"content": content}, rev, op_id),
            lambda: self._ideal.edit_made(made.id, content, rev),
        )

    @precondition(lambda self: self._ideal.made)
    @rule(which=any_one, version=any_one, fate=fates)
    def roll_artifact_back(self, which: int, version: int, fate: Fate) -> None:
        made = self._made(which)
        number, content = made.versions[version % len(made.versions)]
        self._with_made(
            which,
            fate,
            lambda app, op_id: app.artifacts.roll_back(made.id, number, op_id),
            lambda: self._ideal.edit_made(made.id, content, None),
        )

    @precondition(lambda self: self._ideal.made)
    @rule(which=any_one, deleted=yes_or_no, fate=fates)
    def delete_or_restore_artifact(self, which: int, deleted: bool, fate: Fate) -> None:
        made = self._made(which)
        self._with_made(
            which,
            fate,
            lambda app, op_id: (app.artifacts.delete if deleted else app.artifacts.restore)(made.id, op_id),
            lambda: self._ideal.delete_made(made.id, deleted),
        )

    @precondition(lambda self: self._ideal.made)
    @rule(which=any_one, fate=fates)
    def forget_artifact(self, which: int, fate: Fate) -> None:
        made = self._made(which)
        self._with_made(
            which,
            fate,
            lambda app, op_id: app.artifacts.forget(made.id, op_id),
            lambda: self._ideal.forget_made(made.id),
        )

    def _with_made(
        self,
        which: int,
        fate: Fate,
        call: Callable[[OnePersons, str], Awaitable[Any]],
        ideally: Callable[[], object],
    ) -> None:
        made, op_id = self._made(which), self._new("artifact")
        self._do(lambda app: call(app, op_id), ideally, fate, [made.where, made.message, made.id])

    def _called(self) -> list[Tool]:
        """What running replies wait for, or have had done."""
        running = {reply.id: reply.thought for reply in self._running()}
        return [one for one in self._ideal.tools.values() if f"[{one.what}]" in running.get(one.message, "")]


async def _generation(app: OnePersons, message_id: str) -> str:
    generation_id = (await app.memory.message(message_id)).generation_id
    assert generation_id is not None
    return str(generation_id)

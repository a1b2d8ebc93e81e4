"""A model makes an artifact by its tool: linked to its reply, once, and refused in words where it cannot be one."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from src.operations import Caller
from src.services.tools.tool import ToolContext
from tests.fakes.ollama import Calls, FakeOllama
from tests.services.tooled import results, with_tools
from tests.talk import LOCRIT

CLOCK = {"type": "jsx", "name": "A\u202e clock\n", "content": "export default () => 12", "css": "p {}"}


def test_it_belongs_to_the_reply_and_a_repeat_makes_no_second_one(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, {"create_artifact": "ask"}) as (talk, _):
            ollama.enqueue([Calls(("create_artifact", CLOCK))])
            ollama.enqueue(["There it is."])
            reply = await talk.said("Make a clock")
            [row] = await results(talk, reply)
            [made] = await talk.artifacts.of_messages([reply.message_id])
            assert (made.name, made.type, made.content, made.css) == ("A clock", "jsx", CLOCK["content"], "p {}")
            assert (row.status, row.result) == ("done", {"artifact_id": made.id, "name": "A clock"})
            [tool] = (await talk.app.tools.named(["create_artifact"])).values()
            place = made.conversation_id, reply.message_id
            context = ToolContext(Caller("local"), await talk.locrits.get(LOCRIT), *place, f"tool:{row.id}")
            assert await tool.function(context, CLOCK) == row.result
            assert len(await talk.artifacts.of_messages([reply.message_id])) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "wrong", [{"type": "exe"}, {"content": " \n"}, {"name": ""}, {"language": "<b>"}, {"content": "x" * 200_001}]
)
def test_what_cannot_be_one_is_refused(wrong: dict[str, Any], tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, {"create_artifact": "always"}) as (talk, _):
            ollama.enqueue([Calls(("create_artifact", CLOCK | wrong))])
            ollama.enqueue(["Then not."])
            [row] = await results(talk, reply := await talk.said("Make a clock"))
            assert row.error is not None
            assert (row.status, row.error.code) == ("failed", "invalid_input")
            assert await talk.artifacts.of_messages([reply.message_id]) == []

    asyncio.run(scenario())

"""What models are offered of tools: what they call without an offer, and those that refuse one."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.ollama import Calls, FakeOllama, Status
from tests.services.tooled import ALL, MODEL, results, with_tools


def test_what_is_said_behind_a_call_and_in_the_next_round_are_two_paragraphs(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, _):
            ollama.enqueue(["Let me see.", Calls("look"), "One moment."])
            ollama.enqueue(["So it is."])
            reply = await talk.said("Well?")
            assert reply.content == "Let me see.\n\nOne moment.\n\nSo it is."

    asyncio.run(scenario())


@pytest.mark.parametrize("capabilities", [["completion"], ["completion", "tools"]], ids=str)
def test_what_was_asked_for_though_none_was_offered_is_seen_and_does_not_spoil_the_reply(
    capabilities: list[str], tmp_path: Path, ollama: FakeOllama
) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, {} if "tools" in capabilities else ALL) as (talk, deeds):
            ollama.capabilities[MODEL] = capabilities
            ollama.enqueue(["Let me look.", Calls("look"), *[Calls("look")] * 40])
            reply = await talk.said("Well?")
            assert (reply.status, reply.content, deeds.done) == ("complete", "Let me look.", [])
            codes = [row.error.code for row in await results(talk, reply) if row.error]
            assert codes == ["tool_not_offered"] * 33

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "said",
    [
        "registry.ollama.ai/library/gemma:2b does not support tools",
        "this model doesn't support function calling",
        "Tool calling is not supported by this model.",
    ],
)
def test_a_model_that_refuses_the_tools_it_claims_to_know_is_asked_without_once_and_that_is_remembered_and_said(
    said: str, tmp_path: Path, ollama: FakeOllama
) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, _):
            ollama.enqueue([Status(400, said)])
            for refused in (True, None):
                ollama.enqueue(["Blue."])
                reply = await talk.said("The sea?")
                assert (reply.status, reply.content) == ("complete", "Blue.")
                assert (reply.context.tools_refused if reply.context else None) is refused
            assert ["tools" in request for request in ollama.requests] == [True, False, False]
            [listed] = [model for model in await talk.app.models.list() if model.name == MODEL]
            assert "tools" not in listed.capabilities, "so that it is said wherever one looks"

    asyncio.run(scenario())

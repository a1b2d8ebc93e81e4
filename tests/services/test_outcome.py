"""A reply that the model ended: it looks whole only when it is, and never like a reply when nothing was said."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from src.entities import ReasoningPart, TextPart
from tests.fakes.ollama import Delay, FakeOllama, Item, Part, Stop
from tests.talk import Talk, talking, with_model

CALL = {"function": {"name": "look_up", "arguments": {"word": "sea"}}}
BROKEN_CALL = {"function": {"name": "look_up", "arguments": "{not json"}}


def said(content: str | None = "", **more: Any) -> Part:
    return Part({"message": {"role": "assistant", "content": content, **more}})


def last(**fields: Any) -> Part:
    return Part({"done": True, **fields})


WHOLE: list[list[Item]] = [
    ["Hi"],
    ["Hi", last()],
    ["Hi", last(done_reason="")],
    ["Hi", last(done_reason="stop")],
    ["Hi", last(message=None)],
    ["Hi", last(message=None, model=None, created_at=None)],
    [last(message={"role": "assistant", "content": "Hi"})],
    ["Hi", Part({"done_reason": "stop", "done": None}), Stop()],
    ["H", Part({"done_reason": "stop"}), "i"],
    ["H", Part({"done_reason": "stop", "done": None}), "i"],
    [said(thinking="Hm."), "Hi"],
    ["Hi", said(tool_calls=[CALL])],
    ["Hi", said(tool_calls=[BROKEN_CALL])],
    ["Hi", said(None)],
]


@pytest.mark.parametrize("script", WHOLE, ids=repr)
def test_a_reply_that_has_its_end_is_whole(tmp_path: Path, ollama: FakeOllama, script: list[Item]) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue(script)
            reply = await talk.said("Hello?")
            assert (reply.status, reply.content, reply.error) == ("complete", "Hi", None)

    asyncio.run(scenario())


NOT_WHOLE: list[tuple[list[Item], str, str, str]] = [
    (["Hi", last(done_reason="length", eval_count=7)], "interrupted", "length", "limit of 7 tokens"),
    (["Hi", last(done_reason="length")], "interrupted", "length", "at its limit."),
    (["Hi", Part({"done_reason": "length", "done": None}), Stop()], "interrupted", "length", "limit"),
    (["Hi", last(done_reason="content_filter")], "interrupted", "model_cut", "(content_filter)"),
    (["Hi", last(done_reason="\ud83d\x00")], "interrupted", "model_cut", "(\ufffd)"),
    (["Hi", Part({"done_reason": "stop", "done": False}), Stop()], "failed", "model_cut", "before it was complete"),
]


@pytest.mark.parametrize(("script", "status", "code", "sentence"), NOT_WHOLE, ids=repr)
def test_a_reply_that_is_not_whole_says_so_and_goes_on_where_it_stopped(
    tmp_path: Path, ollama: FakeOllama, script: list[Item], status: str, code: str, sentence: str
) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue(script)
            reply = await talk.said("Hello?")
            assert (reply.status, reply.content) == (status, "Hi")
            assert reply.error is not None
            assert (reply.error.code, sentence in reply.error.message) == (code, True), reply.error.message
            ollama.enqueue([", again."])
            reply = await talk.answer(await talk.chat.continue_(reply.message_id))
            assert (reply.status, reply.content, reply.error) == ("complete", "Hi, again.", None)
            assert ("assistant", "Hi") in talk.prompt()

    asyncio.run(scenario())


@with_model
async def test_a_reply_cut_at_its_limit_is_marked_as_such_in_the_next_prompt(talk: Talk) -> None:
    talk.fake.enqueue(["Once upon", last(done_reason="length", eval_count=2)])
    reply = await talk.said("A story?")
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 2, "what it took is known"
    await talk.said("And?")
    assert ("assistant", "Once upon\n\n[This reply was cut off here.]") in talk.prompt()


NOTHING: list[tuple[list[Item], str]] = [
    ([], "empty_reply"),
    (["", ""], "empty_reply"),
    ([" ", "\n\t", "\u00a0\u2028"], "empty_reply"),
    (["\u200b\ufeff\u2060"], "empty_reply"),
    (["\x00"], "empty_reply"),
    ([last(done_reason="load")], "empty_reply"),
    ([last(done_reason="length")], "empty_reply"),
    ([Part({"done_reason": "unload", "done": None}), Stop()], "empty_reply"),
    ([said(thinking="Let me"), said(thinking=" see.")], "only_thought"),
    ([said(thinking="Let me"), last(done_reason="length", eval_count=2)], "only_thought"),
    (["<think>", "Let me see.", "</think>"], "only_thought"),
    (["<th", "ink>Let me see."], "only_thought"),
    ([" \n<THINK>\nLet me see.\n</THINK>\n\n"], "only_thought"),
    (["Let me see.\n</think>\n\n"], "only_thought"),
    (["<think></think>", "\n\n"], "only_thought"),
    ([said(tool_calls=[CALL])], "only_tool_call"),
    ([said(tool_calls=[BROKEN_CALL])], "only_tool_call"),
    ([said(None, tool_calls=["nonsense"])], "only_tool_call"),
    ([said(thinking="I should look."), said("\n", tool_calls=[CALL])], "only_tool_call"),
]


@pytest.mark.parametrize(("script", "code"), NOTHING, ids=repr)
def test_a_reply_without_a_word_has_failed_and_is_never_sent_back(
    tmp_path: Path, ollama: FakeOllama, script: list[Item], code: str
) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue(script)
            reply = await talk.said("Hello?")
            assert reply.status == "failed"
            assert reply.error is not None
            assert (reply.error.code, "etry" in reply.error.hint) == (code, True)
            await talk.said("And?")
            assert talk.prompt()[1:] == [
                ("user", "Hello?"), ("assistant", "[This question was not answered.]"), ("user", "And?"),
            ]  # fmt: skip
            await talk.answer(await talk.chat.retry(reply.message_id))
            assert talk.prompt()[1:] == [("user", "Hello?")]

    asyncio.run(scenario())


@with_model
async def test_what_was_thought_stays_in_the_message_and_is_not_sent_back(talk: Talk) -> None:
    text = "<think>\nThe sea, hm.\n</think>\n\nIt is blue."
    talk.fake.enqueue([text[:3], text[3:]])
    reply = await talk.said("The sea?")
    thought, _ = reply.parts or []
    assert (reply.content, thought.wire()["text"]) == ("It is blue.", "The sea, hm.")
    await talk.said("Why?")
    assert ("assistant", "It is blue.") in talk.prompt()


@with_model
async def test_a_reply_that_was_cut_while_it_thought_is_asked_for_anew(talk: Talk) -> None:
    talk.fake.enqueue(["<think>Hm", Stop()])
    cut = await talk.said("The sea?")
    talk.fake.enqueue(["</think>", "Blue."])
    reply = await talk.answer(await talk.chat.continue_(cut.message_id))
    assert talk.prompt()[1:] == [("user", "The sea?")]
    assert (reply.status, reply.content) == ("complete", "Blue.")
    assert reply.parts == [ReasoningPart(text="Hm"), TextPart()]


def test_a_model_that_thinks_for_long_is_not_silent(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama, model_load_timeout=1.5, model_timeout=1.5) as talk:
            for sign_of_life in (said(thinking="Hm."), said()):
                signs: list[Item] = [sign_of_life, Delay(0.2)]
                ollama.enqueue([Delay(0.2), *signs * 9, "Hi"])
                assert (await talk.said("Hello?")).status == "complete"

    asyncio.run(scenario())


NUMBERS: list[Any] = [2**70, -(2**70), -1, 1.5, 1e300, float("nan"), float("inf"), "many", None, [], {}, True]


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_numbers_that_are_none_do_not_break_a_reply(tmp_path: Path, ollama: FakeOllama, number: Any) -> None:
    counts = ("eval_count", "prompt_eval_count", "eval_duration", "prompt_eval_duration", "total_duration")
    fields = [*counts, "load_duration"]

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            for names in (fields, *([name] for name in fields)):
                ollama.enqueue(["Hi", last(**dict.fromkeys(names, number))])
                reply = await talk.said("Hello?")
                assert (reply.status, reply.content, reply.error) == ("complete", "Hi", None)
                assert reply.usage is not None
                assert 0 <= reply.usage.completion_tokens < 2**53

    asyncio.run(scenario())

"""How much of a conversation a model is shown."""

import asyncio
import itertools
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.entities import Locrit, Message
from src.errors import ContextExceeded
from src.services import prompt
from src.services.llm import tokens
from src.services.llm.model_info import ModelInfoCache
from src.services.prompt import Window
from tests.fakes.ollama import FakeOllama
from tests.services.shown import Said, check
from tests.talk import LOCRIT, Talk, talking, with_model

SCRIPTS = ("x", "é", "漢", "🙂", "так ", "word ")
LENGTHS = st.one_of(st.integers(1, 60), st.integers(60, 2_000), st.integers(2_000, 30_000))
TEXTS = st.builds(lambda script, length: (script * length)[:length], st.sampled_from(SCRIPTS), LENGTHS)
WINDOWS = st.one_of(st.integers(2_048, 8_192), st.sampled_from([2_048, 4_096, 32_768, 131_072]))


def count(text: str) -> float:
    """Whole numbers: their sums are exact in any order."""
    return math.ceil(tokens.estimate(text))


def locrit(limit: int, system_prompt: str = "Be kind.") -> Locrit:
    return Locrit(id="l", name="L", system_prompt=system_prompt, message_limit=limit, created_at=0, updated_at=0, rev=1)


def message(seq: int, role: str, content: str) -> Message:
    times = {"created_at": seq * 60_000, "updated_at": seq * 60_000}
    return Message.model_validate(
        {
            "message_id": f"m{seq}",
            "conversation_id": "c",
            "seq": seq,
            "role": role,
            "content": content,
            "rev": 1,
            **times,
        }
    )


def path(said: list[Said], question: str) -> list[Message]:
    return [message(seq, role, content) for seq, (role, content) in enumerate([*said, ("user", question)], 1)]


def turns(texts: list[str]) -> list[Said]:
    return [("assistant" if place % 2 else "user", text) for place, text in enumerate(texts[: len(texts) // 2 * 2])]


def built(said: list[Said], question: str, limit: int, window: int) -> list[Said]:
    made = prompt.build(locrit(limit), path(said, question), "", Window(window, count))
    return [(shown["role"], shown["content"]) for shown in made.messages]


@given(st.lists(TEXTS, max_size=60), st.integers(1, 500), WINDOWS)
def test_the_longest_end_that_fits_is_shown_less_at_most_a_quarter(texts: list[str], limit: int, window: int) -> None:
    said = turns(texts)
    check(built(said, "And now?", max(limit, 2), window), said, max(limit, 2), window, count)


@given(st.lists(TEXTS, min_size=2, max_size=12), TEXTS, WINDOWS)
def test_however_long_the_question_a_part_of_the_last_exchange_is_shown(
    texts: list[str], question: str, window: int
) -> None:
    said = turns(texts)
    try:
        shown = built(said, question, 50, window)
    except ContextExceeded:
        assert count(question) > window * 3 / 4
    else:
        assert shown[-1] == ("user", question), "a question is shown whole or not at all"
        check(shown, said, 50, window, count)


@given(st.lists(st.tuples(st.sampled_from(["user", "assistant", "system", "tool"]), TEXTS), max_size=40), WINDOWS)
def test_whoever_said_what_something_of_the_end_is_shown(said: list[Said], window: int) -> None:
    shown = built(said, "And now?", 50, window)
    assert len(shown) > 2 or not said
    assert sum(tokens.estimate(content) + 8 for _, content in shown) <= window


def test_the_history_of_long_replies_is_not_lost() -> None:
    said = turns([text for n in range(25) for text in (f"{n}?", "x" * 1_900)])
    assert len(built(said, "And now?", 50, 4096)) >= 2 + 2 * 3
    said = turns([text for n in range(25) for text in (f"{n}?", "x" * 9_000)])
    assert built(said, "And now?", 200, 4096)[1] == ("user", "24?")


def test_the_beginning_of_the_prompt_stays_the_same_for_several_turns() -> None:
    said = turns([f"{n} " + "x" * 100 for n in range(400)])
    starts = [built(said[: 2 * n], "?", 500, 4096)[:2] for n in range(100, 200)]
    moved = sum(before != after for before, after in itertools.pairwise(starts))
    assert moved < 100 / 4


def test_what_is_left_out_is_said_to_the_model_and_with_the_reply() -> None:
    said = turns([f"{n} " + "x" * 500 for n in range(40)])
    made = prompt.build(locrit(10), path(said, "?"), "", Window(100_000, tokens.estimate))
    assert made.context is not None
    first = made.context.seen_from
    assert (made.context.limited_by, made.context.shortened) == ("message_limit", False)
    assert made.messages[1]["content"] == said[first - 1][1]
    moment = f"1970-01-01 00:{first:02}:00 UTC"
    assert (
        made.messages[0]["content"]
        == f"Be kind.\n\n[What was said in this conversation before {moment} is left out here.]"
    )
    made = prompt.build(locrit(50), path(said, "?"), "", Window(1_000, tokens.estimate))
    assert made.context is not None
    assert made.context.limited_by == "window"


def test_what_is_too_long_alone_is_shown_without_its_middle() -> None:
    [_, _, reply, _] = built([("user", "Tell me."), ("assistant", "begin " + "x" * 50_000 + " end")], "?", 50, 2_048)
    assert reply[1].startswith("begin xx")
    assert "\n\n[The middle of this is left out here.]\n\n" in reply[1]
    assert reply[1].endswith("xx end")


def test_a_long_reply_that_goes_on_is_shown_without_its_middle() -> None:
    made = prompt.build(locrit(50), path([], "?"), "begin " + "x" * 50_000 + " end", Window(2_048, tokens.estimate))
    _, _, begun, more = made.messages
    assert begun["content"].endswith(" end")
    assert more["content"] == prompt.CONTINUE
    assert sum(tokens.estimate(shown["content"]) for shown in made.messages) < 2_048 * 7 / 8


@with_model
async def test_a_question_larger_than_the_window_is_refused_before_a_model_sees_half_of_it(talk: Talk) -> None:
    reply = await talk.said("x" * 190_000)
    assert (reply.status, reply.error and reply.error.code) == ("failed", "context_exceeded")
    assert reply.error is not None
    assert "63,341 tokens; 8,192 is all that the model can read" in reply.error.message
    assert talk.fake.requests == []
    assert (await talk.said("Hello?")).status == "complete", "and the conversation goes on"


@with_model
async def test_instructions_larger_than_the_window_are_named(talk: Talk) -> None:
    await talk.locrits.edit(LOCRIT, {"system_prompt": "x" * 100_000})
    reply = await talk.said("Hello?")
    assert reply.error is not None
    assert reply.error.message.startswith("The instructions of this Locrit have about 33,3")


@with_model
async def test_the_reply_says_what_its_model_was_not_shown_and_until_then_nothing(talk: Talk) -> None:
    await talk.locrits.edit(LOCRIT, {"message_limit": 4})
    assert (await talk.said("0?")).context is None
    replies = [await talk.said(f"{number}?") for number in range(1, 10)]
    reply = replies[-1]
    assert reply.context is not None
    assert reply.context.limited_by == "message_limit"
    turn = await talk.chat.retry(reply.message_id)
    stored = [one for one in await talk.history(turn) if one.seq == reply.context.seen_from]
    assert [one.content for one in stored] == [talk.prompt()[1][1]]


def test_a_model_that_tells_its_window_once_loaded_is_loaded_before_history_is_left_out(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    ollama.window = ollama.context_length = 32_768

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            for number in range(3):
                await talk.said(f"{number} " + "x" * 9_000)
            assert "/api/generate" not in ollama.calls, "it was loaded by the first question"
            ollama.loaded.clear()
        async with talking(tmp_path, ollama) as talk:
            await talk.said("And now?")
            assert "/api/generate" in ollama.calls
            assert len(talk.prompt()) == 1 + 6 + 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("options", "expected"), [({}, 4_096), ({"num_ctx": 16_384}, 16_384), ({"num_ctx": 10**6}, 65_536)]
)
def test_the_window_is_what_is_set_else_what_the_provider_says(
    tmp_path: Path, ollama: FakeOllama, options: dict[str, int], expected: int
) -> None:
    ollama.window, ollama.context_length = 4_096, 65_536

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            await talk.said("Hello?")
            info = ModelInfoCache(talk.app.models)
            window = await info.window("llama3.2:1b", options)
            assert (window.tokens, window.is_certain) == (expected, True)

    asyncio.run(scenario())


def test_the_estimate_of_a_model_follows_what_it_counts(tmp_path: Path, ollama: FakeOllama) -> None:
    ollama.context_length = 4_096
    ollama.count = lambda body: sum(len(message["content"]) for message in body["messages"])  # a token a character

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            for number in range(12):
                await talk.said(f"{number} " + "x" * 400)
            assert ollama.count(ollama.requests[-1]) <= 4_096 * 3 / 4 * 1.01  # an estimate comes near
            assert len(talk.prompt()) > 2

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("text", "tokens_of_a_common_tokenizer"),
    [
        ("The quick brown fox jumps over the lazy dog, and nobody minds. " * 10, 150),
        ("Быстрая лиса перепрыгивает через ленивую собаку. " * 10, 160),
        ("我们在这里讨论中文文本需要多少个词元，这很重要。" * 10, 180),
        ("日本語の文章は文字ごとにトークンが必要になることが多い。" * 10, 210),
        ("한국어 문장은 음절마다 토큰이 필요한 경우가 많습니다. " * 10, 170),
        ("ภาษาไทยไม่มีช่องว่างระหว่างคำและใช้โทเค็นมาก " * 10, 300),
    ],
)
def test_an_estimate_is_rather_too_high_in_every_script(text: str, tokens_of_a_common_tokenizer: int) -> None:
    assert tokens_of_a_common_tokenizer <= tokens.estimate(text) <= 2.5 * tokens_of_a_common_tokenizer

"""A model that thinks before it speaks: shown and saved like what it says, and never taken for it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest

from src.entities import Body, Message, ReasoningPart, TextPart
from src.events import ReplyChunk
from src.services.generation_runner import SAVE_EVERY_CHARS
from tests.eventually import eventually
from tests.fakes.ollama import Cut, Delay, FakeOllama, Hold, Item, Thought
from tests.talk import LOCRIT, Talk, talking, with_model

THOUGHTS: list[Item] = [Thought("Which"), Thought(" sea?")]
SEA = [ReasoningPart(text="Which sea?"), TextPart()]


def told(reply: Message) -> Body:
    """Without how long it took."""
    parts = reply.parts or []
    untimed = [part.model_copy(update={"duration_ms": None}) if part.type == "reasoning" else part for part in parts]
    return Body(reply.content, untimed or None)


async def all_of(chunks: AsyncIterator[ReplyChunk]) -> list[ReplyChunk]:
    return [chunk async for chunk in chunks]


def shown(chunks: list[ReplyChunk]) -> list[tuple[str | None, str]]:
    assert [chunk.idx for chunk in chunks] == sorted({chunk.idx for chunk in chunks})
    runs = groupby(chunks, key=lambda chunk: chunk.kind)
    return [(kind, "".join(chunk.content for chunk in some)) for kind, some in runs]


@with_model
async def test_it_is_shown_as_it_comes_and_told_apart_from_the_answer(talk: Talk) -> None:
    talk.fake.enqueue([*THOUGHTS, Delay(0.3), "Blue", "."])
    reply = await talk.said("The sea?")
    assert shown(talk.chunks()) == [("reasoning", "Which sea?"), (None, "Blue.")]
    assert told(reply) == ("Blue.", SEA)
    assert reply.parts is not None
    assert reply.parts[0].wire()["duration_ms"] >= 300
    first = next(chunk for chunk in talk.chunks() if chunk.kind is None)
    assert first.thought_ms == reply.parts[0].wire()["duration_ms"]
    assert {chunk.thought_ms for chunk in talk.chunks() if chunk is not first} == {None}
    await talk.said("Why?")
    assert talk.prompt()[1:] == [("user", "The sea?"), ("assistant", "Blue."), ("user", "Why?")]


@pytest.mark.parametrize(
    "script",
    [
        ["<think>\nWhich sea?\n</think>\n\nBlue."],
        ["<th", "ink>", "\n", "Which", " sea?", "\n</th", "ink>\n", "\nBlue", "."],
        ["\n<THINK>Which sea?</THINK>", "Blue."],
        [Thought("Which"), "", Thought(" sea?"), "\n\n", "Blue", "."],
        ["Which sea?\n", "</thi", "nk>", "\n\nBlue."],
    ],
    ids=repr,
)
def test_however_it_is_marked(tmp_path: Path, ollama: FakeOllama, script: list[Item]) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue(script)
            reply = await talk.said("The sea?")
            assert told(reply) == ("Blue.", SEA)
            assert (await talk.memory.message(reply.message_id)).parts == reply.parts
            assert not any("<" in chunk.content for chunk in talk.chunks()), "marks are no words"
            await talk.said("Why?")
            assert ("assistant", "Blue.") in talk.prompt()

    asyncio.run(scenario())


@pytest.mark.parametrize("word", [Thought("hm, hm, "), "hm, hm, "], ids=["apart", "marked"])
def test_never_more_than_100_characters_of_it_are_shown_unsaved(tmp_path: Path, ollama: FakeOllama, word: Item) -> None:
    size, worst, shown = len("hm, hm, "), 0, 0

    def logged() -> int:
        with closing(sqlite3.connect(tmp_path / "locrit.db")) as database:
            chars = "SELECT coalesce(sum(length(text)), 0) FROM generation_chunks WHERE kind = 'reasoning'"
            return int(database.execute(chars).fetchone()[0])

    async def scenario() -> None:
        nonlocal worst, shown
        async with talking(tmp_path, ollama) as talk:
            words = [*[word] * 10, Delay(0.005)] * 30  # what comes at once is shown at once
            ollama.enqueue(["" if isinstance(word, Thought) else "<think>", *words, "</think>"])

            def compare(event: object) -> None:
                nonlocal worst, shown
                if isinstance(event, ReplyChunk) and event.kind == "reasoning":
                    shown += len(event.content)
                    worst = max(worst, shown - logged())

            talk.app.bus.subscribe(compare)
            await talk.said("Talk!")

    asyncio.run(scenario())
    assert 0 < worst <= SAVE_EVERY_CHARS + size + 1


@with_model
async def test_stopping_in_the_middle_of_a_thought_keeps_what_was_shown(talk: Talk) -> None:
    talk.fake.enqueue([*THOUGHTS, Hold(threading.Event())])
    turn = await talk.ask("The sea?")
    await talk.shown(10)
    running = await talk.chat.state(turn.generation_id)
    assert (running.status, running.content, running.parts) == ("streaming", "", SEA[:1])
    await talk.chat.stop(turn.generation_id)
    reply = await talk.answer(turn)
    assert (reply.status, told(reply)) == ("stopped", ("", SEA[:1]))
    talk.fake.enqueue([Thought("Any."), "Blue."])
    reply = await talk.answer(await talk.chat.continue_(reply.message_id))
    assert talk.prompt()[1:] == [("user", "The sea?")], "it is asked anew: it had said nothing"
    assert told(reply) == ("Blue.", [*SEA[:1], ReasoningPart(text="Any."), TextPart()])


@with_model
async def test_a_stream_that_breaks_in_the_middle_of_a_thought_keeps_it(talk: Talk) -> None:
    talk.fake.enqueue(["<think>Which sea?", "</th", Cut()])
    reply = await talk.said("The sea?")
    assert (reply.status, told(reply)) == ("failed", ("", [ReasoningPart(text="Which sea?</th")]))
    await talk.said("And?")
    assert ("assistant", "[This question was not answered.]") in talk.prompt()


@with_model
async def test_what_only_looks_like_a_thought_is_said_in_the_end(talk: Talk) -> None:
    text = "Models mark it so:\n<think>\nand then they think."
    talk.fake.enqueue([text[:25], text[25:40], text[40:]])
    reply = await talk.said("How?")
    assert (reply.status, reply.content, reply.parts) == ("complete", text, None)


@with_model
async def test_who_comes_later_sees_what_is_thought_and_by_what_it_is_marked(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue([*THOUGHTS, Hold(go_on), "Blue."])
    turn = await talk.ask("The sea?")
    await talk.shown(10)
    thought = len(talk.chunks())
    watching = asyncio.create_task(all_of(talk.chat.watch(turn.generation_id)))
    elsewhere = asyncio.create_task(all_of(talk.replies.watch_log(turn.generation_id)))
    await eventually(lambda: any(event.durable_idx == thought for event in talk.saved()), 20)
    await asyncio.sleep(0.3)  # so that the log is looked into in between
    go_on.set()
    await talk.answer(turn)
    assert shown(await watching) == shown(await elsewhere) == [("reasoning", "Which sea?"), (None, "Blue.")]


MODEL = "llama3.2:1b"


def thinks_as_told(talk: Talk) -> list[object]:
    return [request.get("think") for request in talk.fake.requests]


@with_model
async def test_a_model_is_told_whether_to_think_by_its_locrit_and_rather_by_the_conversation(talk: Talk) -> None:
    talk.fake.capabilities[MODEL] = ["completion", "thinking"]
    reply = await talk.said("The sea?")
    for think in ("on", "off", "high"):
        await talk.locrits.edit(LOCRIT, {"think": think})
        await talk.said("And?")
    await talk.memory.edit_conversation(reply.conversation_id, {"think": "low"})
    await talk.said("And now?")
    await talk.memory.edit_conversation(reply.conversation_id, {"think": ""})
    await talk.said("And now?")
    assert thinks_as_told(talk) == [None, True, False, "high", "low", "high"]


@with_model
async def test_a_model_that_refuses_to_be_told_is_asked_without_it_once_and_that_is_remembered(talk: Talk) -> None:
    await talk.locrits.edit(LOCRIT, {"think": "on"})
    for _ in range(3):
        talk.fake.enqueue(["Blue."])
        reply = await talk.said("The sea?")
        assert (reply.status, reply.content) == ("complete", "Blue.")
    assert thinks_as_told(talk) == [None] * 3
    assert talk.fake.calls.count("/api/chat") == 4, "one of them was refused"

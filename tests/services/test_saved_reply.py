"""What of a reply is shown before it is on the disk, and what is told of how much is."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from src.events import Event, ReplyChunk
from src.services.generation_runner import SAVE_EVERY_CHARS
from tests.eventually import eventually
from tests.fakes.ollama import Delay, FakeOllama, Hold
from tests.services.test_chat import saved
from tests.store import writer_held
from tests.talk import Talk, talking, with_model


@pytest.mark.parametrize("piece", ["a", "word ", "x" * 60, "x" * 250])
def test_never_more_than_100_characters_are_shown_unsaved(tmp_path: Path, ollama: FakeOllama, piece: str) -> None:
    """Whatever the pace: what exceeds them is shown only when it is on the disk."""
    worst = overstated = 0
    shown_chars = [0]

    def compare(event: Event) -> None:
        nonlocal worst, overstated
        if isinstance(event, ReplyChunk):
            shown_chars.append(shown_chars[-1] + len(event.content))
            on_disk = len(saved(tmp_path)[-1][2])
            worst = max(worst, shown_chars[-1] - on_disk)
            overstated = max(overstated, shown_chars[event.durable_idx] - on_disk)

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            some = [piece] * max(1, 50 // len(piece))  # what comes at once is shown at once
            ollama.enqueue([*some, Delay(0.005)] * (2500 // len(piece) // len(some)))
            talk.app.bus.subscribe(compare)
            assert len((await talk.said("Talk!")).content) == 2500 // len(piece) * len(piece)
            assert shown_chars[talk.chunks()[-1].durable_idx] >= 2500 - SAVE_EVERY_CHARS - 2 * len(piece)

    asyncio.run(scenario())
    assert (worst > 0) == (len(piece) <= SAVE_EVERY_CHARS)
    assert worst <= SAVE_EVERY_CHARS
    assert overstated == 0


@with_model
async def test_what_is_not_saved_yet_is_not_told_to_who_asks_how_far_it_is(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["x" * 90, Hold(go_on), "y" * 250, "."])
    turn = await talk.ask("Talk!")
    await talk.shown(90)
    async with writer_held(talk.app.database):
        go_on.set()
        for _ in range(20):
            await asyncio.sleep(0.01)
            state = await talk.chat.state(turn.generation_id)
            assert len(state.content) <= SAVE_EVERY_CHARS
    assert (await talk.answer(turn)).content == "x" * 90 + "y" * 250 + "."


def test_what_cannot_be_saved_any_more_is_not_shown(tmp_path: Path, ollama: FakeOllama) -> None:
    """Another process took its own for dead, and ended the reply."""
    go_on = threading.Event()
    ollama.enqueue(["A few words.", Hold(go_on), *["And more of them. "] * 40])

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            turn = await talk.ask("Talk!")
            await talk.shown(12)
            with closing(sqlite3.connect(tmp_path / "locrit.db")) as other, other:
                other.execute("UPDATE generations SET status = 'interrupted' WHERE id = ?", [turn.generation_id])
            go_on.set()
            assert (await talk.answer(turn)).content == ""
            assert sum(len(chunk.content) for chunk in talk.chunks()) <= SAVE_EVERY_CHARS

    asyncio.run(scenario())


@with_model
async def test_a_slow_reply_is_saved_without_waiting_for_100_characters(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["A few", " words", Hold(go_on), "."])
    turn = await talk.ask("Hello?")
    await talk.shown(11)
    reply = turn.reply
    while reply.content != "A few words":
        await asyncio.sleep(0.01)
        reply = await talk.memory.message(reply.message_id)
    assert (reply.status, reply.idx) == ("streaming", len(talk.chunks()))
    go_on.set()
    assert (await talk.answer(turn)).content == "A few words."


@with_model
async def test_a_reply_that_pauses_says_once_that_all_of_it_is_saved(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["A few", " words", Hold(go_on), "."])
    turn = await talk.ask("Hello?")
    await talk.shown(11)
    shown = len(talk.chunks())
    await eventually(lambda: any(event.durable_idx == shown for event in talk.saved()))
    go_on.set()
    await talk.answer(turn)
    assert talk.chunks()[-1].durable_idx == shown
    told = [event.durable_idx for event in talk.saved()]
    assert told == sorted(set(told))

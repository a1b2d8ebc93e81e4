"""Of each reply one piece is under way to those who are told: what comes meanwhile is the next one."""

import asyncio
import threading

from src.services.generation_runner import SAVE_EVERY_CHARS
from tests.fakes.ollama import Delay, Hold
from tests.talk import Talk, with_model


def pass_on_nothing(talk: Talk) -> asyncio.Event:
    """Until what is returned is set."""
    passed = asyncio.Event()
    talk.app.bus.subscribe(lambda _event: None, lambda: passed)
    return passed


@with_model
async def test_pieces_that_wait_go_out_together(talk: Talk) -> None:
    passed, go_on = pass_on_nothing(talk), threading.Event()
    talk.fake.enqueue(["One", " two", " three", Hold(go_on), " four", " five"])
    turn = await talk.ask("Count.")
    await talk.shown(len("One two three"))
    assert len(talk.chunks()) <= 2, "at the latest with what is saved each 250 ms"
    passed.set()
    go_on.set()
    assert (await talk.answer(turn)).content == "One two three four five"
    assert "".join(chunk.content for chunk in talk.chunks()) == "One two three four five"
    assert [chunk.idx for chunk in talk.chunks()] == list(range(len(talk.chunks())))


@with_model
async def test_a_reply_that_is_told_of_late_is_whole_in_order_and_in_few_pieces(talk: Talk) -> None:
    words = [f"word {number} " for number in range(120)]
    pass_on_nothing(talk)
    talk.fake.enqueue([item for word in words for item in (word, Delay(0.005))])
    reply = await talk.said("Go on.")
    assert (reply.content, reply.status) == ("".join(words), "complete")
    assert "".join(chunk.content for chunk in talk.chunks()) == reply.content
    assert [chunk.idx for chunk in talk.chunks()] == list(range(len(talk.chunks())))
    assert len(talk.chunks()) < len(words) / 2


@with_model
async def test_a_reply_does_not_wait_for_ever_for_those_who_are_told(talk: Talk) -> None:
    """They have one piece of it before them until they have taken it, and hold up neither the model nor the disk."""
    pass_on_nothing(talk)
    talk.fake.enqueue(["word ", *(item for n in range(60) for item in (f"and {n} ", Delay(0.01)))])
    reply = await talk.said("Go on.")
    assert reply.content == "word " + "".join(f"and {n} " for n in range(60))
    long = [chunk for chunk in talk.chunks() if len(chunk.content) > SAVE_EVERY_CHARS]
    assert long
    assert all(chunk.durable_idx > chunk.idx for chunk in long), "what is long is saved before it is told"

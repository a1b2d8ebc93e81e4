"""Replies that another process writes: they are waited for, watched and looked at as one's own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from src.entities import GenerationResult, Turn
from src.events import ReplyChunk, ReplyEnded
from tests.eventually import HANGS_AFTER_S
from tests.fakes.ollama import Cut, FakeOllama, Hold
from tests.faults.audit import audit
from tests.talk import Talk, talking

PIECES = [f"piece {n} of a reply that is long enough to be saved several times. " for n in range(12)]
Scenario = Callable[[Talk, Talk], Awaitable[None]]


@pytest.fixture
def run(tmp_path: Path, postgresql_url: str, ollama: FakeOllama) -> Callable[[Scenario], None]:
    """Two processes of one database: the owner of a reply, and another one."""

    settings: dict[str, Any] = {"database_url": postgresql_url}

    def run_(scenario: Scenario) -> None:
        async def run() -> None:
            async with (
                talking(tmp_path / "owner", ollama, **settings) as owner,
                talking(tmp_path / "other", ollama, **settings) as other,
                asyncio.timeout(HANGS_AFTER_S),
            ):
                await scenario(owner, other)

        asyncio.run(run())
        audit(postgresql_url)

    return run_


async def watched(talk: Talk, turn: Turn) -> list[ReplyChunk]:
    return [chunk async for chunk in talk.chat.watch(turn.generation_id)]


def test_it_is_waited_for_until_it_has_ended(run: Callable[[Scenario], None], ollama: FakeOllama) -> None:
    async def scenario(owner: Talk, other: Talk) -> None:
        more = threading.Event()
        ollama.enqueue(["Because ", Hold(more), "of the sea."])
        turn = await owner.ask("Why?", op_id="why", message_id="m")
        await owner.shown(8)
        again = await other.ask("Why?", op_id="why", message_id="m")
        assert again.repeated
        waiting = asyncio.create_task(other.answer(again))
        await asyncio.sleep(1)
        assert not waiting.done()
        more.set()
        reply = await waiting
        assert (reply.status, reply.content) == ("complete", "Because of the sea.")
        assert reply == await owner.answer(turn)

    run(scenario)


def test_it_is_watched_from_its_first_piece_to_its_last(run: Callable[[Scenario], None], ollama: FakeOllama) -> None:
    async def scenario(owner: Talk, other: Talk) -> None:
        more, end = threading.Event(), threading.Event()
        ollama.enqueue([*PIECES[:4], Hold(more), *PIECES[4:8], Hold(end), *PIECES[8:]])
        turn = await owner.ask("Why?")
        watching = asyncio.create_task(watched(other, turn))
        for so_far, gate in ((PIECES[:4], more), (PIECES[:8], end)):
            await owner.shown(len("".join(so_far)))
            await asyncio.sleep(0.6)
            gate.set()
        chunks = await watching
        assert "".join(chunk.content for chunk in chunks) == "".join(PIECES)
        assert len(chunks) > 2, "it is seen while it is written"
        for chunk in chunks:
            said = "".join(piece.content for piece in owner.chunks() if piece.idx < chunk.idx)
            assert "".join(PIECES).startswith(said + chunk.content), "idx is that of its first piece"
        assert {chunk.locrit_name for chunk in chunks} == {"Bob Technique"}
        assert await watched(other, turn) == await watched(owner, turn) == [], "it has ended"

    run(scenario)


def test_one_whose_owner_is_thought_dead_ends_for_all_as_it_is_saved(
    run: Callable[[Scenario], None], ollama: FakeOllama
) -> None:
    """Also while its model says nothing: the model is not listened to any more."""

    async def scenario(owner: Talk, other: Talk) -> None:
        ollama.enqueue([*PIECES[:3], Hold(threading.Event())])
        turn = await owner.ask("Why?")
        saved = "".join(PIECES[:3])
        await owner.shown(len(saved))
        while (await other.chat.state(turn.generation_id)).content != saved:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
        await other.replies.finish_reply(turn.generation_id, GenerationResult("interrupted"))
        reply = await asyncio.wait_for(owner.answer(turn), HANGS_AFTER_S)
        assert (reply.status, reply.content) == ("interrupted", saved)
        await asyncio.sleep(0.1)
        assert [event.status for event in owner.events if isinstance(event, ReplyEnded)] == ["interrupted"]
        assert (await owner.said("And now?")).status == "complete"

    run(scenario)


def test_replies_of_one_conversation_follow_each_other_whoever_writes_them(
    run: Callable[[Scenario], None], ollama: FakeOllama
) -> None:
    """Each is asked for when the one before it has ended, and its prompt has the whole of that."""

    async def scenario(owner: Talk, other: Talk) -> None:
        more, yet_more = threading.Event(), threading.Event()
        ollama.enqueue(["Because ", Hold(more), "of the sea."])
        ollama.enqueue(["By ", Hold(yet_more), "the moon."])
        first = await owner.ask("Why?")
        await owner.shown(8)
        second = await other.ask("How?", conversation_id=first.message.conversation_id)
        third = await owner.ask("And when?", conversation_id=first.message.conversation_id)
        await asyncio.sleep(0.7)
        assert len(ollama.requests) == 1
        more.set()
        await owner.asked(2)
        assert other.prompt(1)[-3:] == [("user", "Why?"), ("assistant", "Because of the sea."), ("user", "How?")]
        await asyncio.sleep(0.7)
        assert len(ollama.requests) == 2
        yet_more.set()
        assert (await other.answer(second)).content == "By the moon."
        assert (await owner.answer(third)).status == "complete"
        assert owner.prompt(2)[-3:-1] == [("user", "How?"), ("assistant", "By the moon.")]

    run(scenario)


def test_one_that_waits_for_another_process_is_stopped_there(
    run: Callable[[Scenario], None], ollama: FakeOllama
) -> None:
    async def scenario(owner: Talk, other: Talk) -> None:
        more = threading.Event()
        ollama.enqueue(["Because ", Hold(more), "of the sea."])
        first = await owner.ask("Why?")
        second = await other.ask("How?", conversation_id=first.message.conversation_id)
        assert (await owner.chat.stop(second.generation_id)).status == "stopped"
        more.set()
        assert (await other.answer(first)).content == "Because of the sea."
        assert len(ollama.requests) == 1

    run(scenario)


def test_one_that_goes_on_since_is_not_waited_for(run: Callable[[Scenario], None], ollama: FakeOllama) -> None:
    """Who asked for the first part has its end, and does not wait for that of the second."""

    async def scenario(owner: Talk, other: Talk) -> None:
        more = threading.Event()
        ollama.enqueue(["Because ", Cut()])
        ollama.enqueue(["of ", Hold(more), "the sea."])
        cut = await owner.ask("Why?")
        status = (await owner.answer(cut)).status
        again = await owner.chat.continue_(cut.reply.message_id)
        told = await asyncio.wait_for(other.chat.wait(cut.generation_id), HANGS_AFTER_S)
        assert (told.status, told.message_id) == (status, cut.reply.message_id)
        more.set()
        assert (await other.answer(again)).content == "Because of the sea."

    run(scenario)


def test_one_that_goes_on_is_watched_from_where_it_goes_on(run: Callable[[Scenario], None], ollama: FakeOllama) -> None:
    """As its owner watches it: what it had said before is there already."""

    async def scenario(owner: Talk, other: Talk) -> None:
        more = threading.Event()
        ollama.enqueue(["Because ", Cut()])
        ollama.enqueue(["of ", Hold(more), "the sea."])
        cut = await owner.ask("Why?")
        await owner.answer(cut)
        again = await owner.chat.continue_(cut.reply.message_id)
        watching = [asyncio.create_task(watched(talk, again)) for talk in (owner, other)]
        await asyncio.sleep(0.7)
        more.set()
        here, there = ["".join(chunk.content for chunk in chunks) for chunks in await asyncio.gather(*watching)]
        assert here == there == "of the sea."

    run(scenario)

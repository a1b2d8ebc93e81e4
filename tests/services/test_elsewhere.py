"""Replies that another process writes: they are waited for, watched and looked at as one's own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from src.entities import GenerationResult, Turn
from src.events import ReplyChunk, ReplyEnded
from tests.eventually import HANGS_AFTER_S
from tests.fakes.ollama import FakeOllama, Hold
from tests.faults.audit import audit
from tests.talk import Talk, talking

PIECES = [f"piece {n} of a reply that is long enough to be saved several times. " for n in range(12)]
Scenario = Callable[[Talk, Talk], Awaitable[None]]


@pytest.fixture
def run(tmp_path: Path, postgresql_url: str, ollama: FakeOllama) -> Callable[[Scenario], None]:
    """Two processes of one database: the owner of a reply, and another one."""

    settings = {"database_url": postgresql_url}

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
            said = "".join(PIECES[: chunk.idx])
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

"""A process lives and is taken for dead, while it writes replies: its connections to the database are cut, or one of
them, or the network is away or stands still. What it called saved is in the replies, however they end."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from src.entities import Message, Turn
from src.errors import StoreUnavailable
from src.events import ReplyChunk, ReplySaved
from src.stores.process_registry import _key
from tests.fakes.ollama import Delay, FakeOllama
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.faults.proxy import DatabaseProxy
from tests.fixtures.databases import crash_postgresql
from tests.talk import Talk, opening, talking

PRESENCE_CUTS = int(os.environ.get("PRESENCE_CUTS", 5))
REPLIES = 3
PIECES = [f"{n} of what it says, piece by piece; " for n in range(60)]
UNSAVED_CHARS = 100 + max(map(len, PIECES))
HOLDER = """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database() AND classid::bigint << 32 | objid::bigint = %s
"""


@dataclass
class Scene:
    owner: Talk
    other: Talk
    proxy: DatabaseProxy
    chance: random.Random
    url: str

    async def cut_presence(self) -> None:
        key = _key(self.owner.app.database.processes.process_id)
        async with await psycopg.AsyncConnection.connect(self.url.replace("+psycopg", ""), autocommit=True) as admin:
            await admin.execute(HOLDER, (key,))

    async def cut_all(self) -> None:
        self.proxy.cut()

    async def go_away(self) -> None:
        self.proxy.unplug()
        await asyncio.sleep(self.chance.uniform(0, 2))
        self.proxy.plug_in()

    async def stand_still(self) -> None:
        self.proxy.fault = "stall"
        await asyncio.sleep(self.chance.uniform(0, 1.5))
        if self.chance.random() < 0.5:
            self.proxy.cut()
        self.proxy.fault = None

    async def crash(self) -> None:
        """The database's server, which starts again at once."""
        await asyncio.to_thread(crash_postgresql, self.url)

    @property
    def faults(self) -> list[Callable[[], object]]:
        return [self.cut_presence, self.cut_all, self.go_away, self.stand_still, self.crash]


@asynccontextmanager
async def scene(home: Path, url: str, ollama: FakeOllama) -> AsyncIterator[Scene]:
    with DatabaseProxy(url) as proxy:
        async with (
            talking(home / "other", ollama, database_url=url) as other,
            talking(home / "owner", ollama, database_url=proxy.database_url) as owner,
        ):
            yield Scene(owner, other, proxy, random.Random(SEED), url)


async def take_for_dead(scene: Scene) -> None:
    """As the other one does each five seconds."""
    while True:
        with suppress(StoreUnavailable):
            await scene.other.app.chat.recover()
        await asyncio.sleep(scene.chance.uniform(0, 0.1))


async def cut(scene: Scene, n: int) -> dict[str, int]:
    """Replies, a fault in the midst of them, and how many ended how."""
    turns = []
    for which in range(REPLIES):
        scene.owner.fake.enqueue([item for piece in PIECES for item in (piece, Delay(0.02))])
        turns.append(await scene.owner.ask("Why?", opening=opening(f"session {n} {which}")))
    waiting = [asyncio.create_task(waited(scene.other, turn)) for turn in turns]
    looking = asyncio.create_task(take_for_dead(scene))
    await asyncio.sleep(scene.chance.uniform(0.1, 1.3))
    fault = scene.chance.choice(scene.faults)
    print(f"{fault.__name__}, ", end="")
    await fault()  # type: ignore[misc]
    ended = [await scene.owner.answer(turn) for turn in turns]
    assert await asyncio.gather(*waiting) == ended, "who waits elsewhere gets the same"
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    for turn, reply in zip(turns, ended, strict=True):
        check(scene.owner, turn, reply.content, reply.status)
    scene.owner.events.clear()
    return {status: [reply.status for reply in ended].count(status) for status in {reply.status for reply in ended}}


async def waited(talk: Talk, turn: Turn) -> Message:
    """Waited for again when the database could not be asked."""
    while True:
        with suppress(StoreUnavailable):
            return await talk.chat.wait(turn.generation_id)
        await asyncio.sleep(0.1)


def check(owner: Talk, turn: Turn, content: str, status: str) -> None:
    told = [event for event in owner.events if isinstance(event, ReplyChunk | ReplySaved)]
    told = [event for event in told if event.generation_id == turn.generation_id]
    pieces = [event.content for event in told if isinstance(event, ReplyChunk)]
    shown, saved = "".join(pieces), "".join(pieces[: max((event.durable_idx for event in told), default=0)])
    assert content.startswith(saved), f"{saved[len(content) :]!r} was called saved"
    assert shown.startswith(content) or content.startswith(shown)  # what is saved is told then, or with the end
    assert abs(len(shown) - len(content)) <= UNSAVED_CHARS
    assert status in ("complete", "interrupted", "failed")
    assert (content == "".join(PIECES)) == (status == "complete") or status != "complete"


def test_what_was_called_saved_is_in_the_reply_of_who_was_taken_for_dead(
    tmp_path: Path, postgresql_url: str, ollama: FakeOllama
) -> None:
    async def scenario() -> None:
        ends: dict[str, int] = {}
        async with scene(tmp_path, postgresql_url, ollama) as here:
            for n in range(PRESENCE_CUTS):
                async with asyncio.timeout(60):
                    for status, times in (await cut(here, n)).items():
                        ends[status] = ends.get(status, 0) + times
                    await until_written(here.owner)
        print(f"\nSEED={SEED}: {ends}")

    asyncio.run(scenario())
    audit(postgresql_url)


async def until_written(owner: Talk) -> None:
    """It goes on as if nothing had been, as soon as its connections are back and the others know that it lives."""
    status = ""
    while status != "complete":
        with suppress(StoreUnavailable):
            status = (await owner.said("And now?")).status
        await asyncio.sleep(0.1)

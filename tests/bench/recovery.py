"""After a kill with running replies: how long until all of them are marked as interrupted, and the server serves?"""

import asyncio
import shutil
import sqlite3
import time
from pathlib import Path
from statistics import median

import httpx

from src.application import Application
from src.config import Settings
from tests.bench.figures import Figure, Report, at_most
from tests.bench.library import fill
from tests.bench.places import NO_OLLAMA, application, directory, opened, process, server
from tests.callers import OnePersons
from tests.eventually import wait_until
from tests.fixtures.server import LocritServer
from tests.services import unfinished
from tests.store import opened as opened_store

MESSAGES = 100_000
REPLIES = 50
KILLS = 5
MANY, CALLS = 2_500, 20_000
TOKENS_PER_SECOND = 20
SHOWN_CHARS = 500
"""Of each reply when the server is killed: its log has pieces, and its message what was folded of them."""
SHOWN_WITHIN_S = 60


def measure(size: float) -> list[Report]:
    messages, recovering, starting = int(MESSAGES * size), [], []
    with directory() as home:
        data_dir = home / "data"
        asyncio.run(_filled(data_dir, messages))
        with process("tests.bench.stamping_ollama", str(TOKENS_PER_SECOND)) as host, server(data_dir, host) as running:
            for number in range(KILLS):
                generations = _replying(running)
                running.kill()
                left = shutil.copytree(data_dir, home / f"left by {number}")
                recovering.append(asyncio.run(_recovery_s(left)))
                shutil.rmtree(left)
                starting.append(_start_s(running, generations))
    figures = [
        Figure("opening the database and marking them, median", median(recovering), "s", at_most(1)),
        Figure("opening the database and marking them, longest", max(recovering), "s", at_most(1)),
        Figure("the whole start, until the server answers, median", median(starting), "s"),
        Figure("the whole start, until the server answers, longest", max(starting), "s"),
    ]
    title = f"After a kill with {REPLIES} running replies and {messages:,} messages, {KILLS} times"
    return [Report(title, figures), _many(int(MANY * size), int(CALLS * size))]


def _many(replies: int, calls: int) -> Report:
    with directory() as home:
        asyncio.run(_left(home, replies, calls))
        begun = time.perf_counter()
        with server(home) as running, running.client() as client:
            client.get("/health").raise_for_status()
            served_s = time.perf_counter() - begun
            wait_until(lambda: not _running(home), SHOWN_WITHIN_S)
            ended_s = time.perf_counter() - begun
    figures = [
        Figure("the whole start, until the server answers", served_s, "s", at_most(2)),
        Figure("until the last of them is marked", ended_s, "s"),
    ]
    return Report(f"After a kill with {replies:,} running replies, and {calls:,} that had ended", figures)


async def _left(home: Path, replies: int, calls: int) -> None:
    async with opened_store(f"sqlite:///{home / 'locrit.db'}") as store:
        await unfinished.ended(store, calls)
        await unfinished.stubs(store, replies)


def _running(home: Path) -> int:
    connection = sqlite3.connect(home / "locrit.db")
    [(count,)] = connection.execute("SELECT count(*) FROM generations WHERE status = 'streaming'")
    connection.close()
    return int(count)


async def _filled(data_dir: Path, messages: int) -> None:
    async with application(data_dir) as app:
        await fill(app, messages)


def _replying(running: LocritServer) -> list[str]:
    """Replies in as many conversations, all under way."""
    with running.client() as client:
        generations = [_asked(client) for _ in range(REPLIES)]
        for generation_id in generations:
            wait_until(lambda: len(_state(client, generation_id)["content"]) > SHOWN_CHARS, SHOWN_WITHIN_S)  # noqa: B023
    return generations


def _asked(client: httpx.Client) -> str:
    turn = client.post(f"/api/v2/conversations/{opened(client)}/turns", json={"message": "Count."}).raise_for_status()
    return str(turn.json()["generation_id"])


def _state(client: httpx.Client, generation_id: str) -> dict[str, str]:
    state: dict[str, str] = client.get(f"/api/v2/generations/{generation_id}").raise_for_status().json()
    return state


async def _recovery_s(data_dir: Path) -> float:
    begun = time.perf_counter()
    app = OnePersons(Application(Settings(data_dir=data_dir, llm="ollama", OLLAMA_HOST=NO_OLLAMA)))
    interrupted = await app.chat.recover()
    spent = time.perf_counter() - begun
    await app.close()
    assert interrupted == REPLIES
    return spent


def _start_s(running: LocritServer, generations: list[str]) -> float:
    with running.client() as client:
        begun = time.perf_counter()
        running.start()
        client.get("/health").raise_for_status()
        spent = time.perf_counter() - begun
        assert {_state(client, generation_id)["status"] for generation_id in generations} == {"interrupted"}
    return spent

"""A plain reply now, beside what it took at an earlier commit (BEFORE): both serve in one run, and take turns."""

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from tests.bench.figures import Figure, Report, at_most
from tests.bench.first_token import Asker
from tests.bench.places import LOCRIT, directory, process
from tests.bench.socket_clients import connected
from tests.bench.weight import INDEXED_WITHIN_S, written_bytes
from tests.fixtures.server import LocritServer
from tools.steps import ROOT

BEFORE = os.environ.get("BEFORE", "e75eb23")
"""Without another one: the last that knew nothing of reasoning, tools, files and artifacts."""
TURNS, REPLIES, REPLY_CHARS = 8, 25, 600
CONVERSATION_ID = "019a0000-0000-7000-8000-000000000001"


@dataclass
class Cost:
    """Of one reply: medians of the turns, but for what the database has kept of all of them."""

    cpu_ms: list[float] = field(default_factory=list)
    wall_ms: list[float] = field(default_factory=list)
    written_kb: list[float] = field(default_factory=list)
    kept_kb: float = 0.0


def measure(size: float) -> list[Report]:
    now, before = asyncio.run(_costs(max(2, int(TURNS * size))))
    figures = [Figure("kept by the database at", before.kept_kb, "kB"), Figure("now", now.kept_kb, "kB")]
    figures += [Figure("now beside then", now.kept_kb / before.kept_kb, "×", at_most(1.05))]
    for what, unit, goal in (("cpu", "ms", 1.1), ("written", "kB", 1.05), ("wall", "ms", None)):
        ours, theirs = (median(getattr(cost, f"{what}_{unit.lower()}")) for cost in (now, before))
        figures += [Figure(f"{what} then", theirs, unit), Figure("now", ours, unit)]
        figures += [Figure("now beside then", ours / theirs, "×", at_most(goal) if goal else None)]
    return [Report(f"A plain reply of {REPLY_CHARS} characters, now and at {BEFORE}", figures)]


async def _costs(turns: int) -> list[Cost]:
    model = process("tests.fakes.ollama", "--reply-chars", str(REPLY_CHARS))
    with directory() as data, _checkout(data / "checkout") as then, model as ollama:
        env = {"OLLAMA_HOST": ollama, "LOCRIT_LLM": "ollama"}
        servers = [
            LocritServer(data / name, env, checkout=where, from_nothing=True)
            for name, where in (("now", ROOT), ("then", then))
        ]
        costs = [Cost(), Cost()]
        try:
            for server in servers:
                await _opened(server)
            sizes = [_size_kb(server) for server in servers]
            for _ in range(turns):
                for server, cost in zip(servers, costs, strict=True):
                    await _turn(server, cost)
        finally:
            for server in servers:
                server.terminate()
        for server, cost, empty_kb in zip(servers, costs, sizes, strict=True):
            cost.kept_kb = (_size_kb(server) - empty_kb) / (turns * REPLIES)
        return costs


def _size_kb(server: LocritServer) -> float:
    return (server.data_dir / "locrit.db").stat().st_size / 1000


@contextmanager
def _checkout(where: Path) -> Iterator[Path]:
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", str(where), BEFORE], check=True, capture_output=True)
    (where / "frontend").mkdir(exist_ok=True)
    try:
        yield where
    finally:
        subprocess.run([*git, "remove", "--force", str(where)], check=True, capture_output=True)


async def _asker(server: LocritServer) -> Asker:
    """A new one: some versions end the connection of who only listens for a while."""
    return await connected(Asker(urlsplit(server.url).netloc, CONVERSATION_ID), server.url)


async def _opened(server: LocritServer) -> None:
    """A first question begins the conversation: older versions have other routes to do so."""
    question = {"locrit_name": LOCRIT, "conversation_id": CONVERSATION_ID, "session_id": "bench", "message": "Hello?"}
    asker = await _asker(server)
    asker.send("42" + json.dumps(["chat_message", question]))
    await asyncio.sleep(INDEXED_WITHIN_S)
    asker.close()
    server.restart()  # all is in the file, and nothing in its log


async def _turn(server: LocritServer, cost: Cost) -> None:
    asker = await _asker(server)
    cpu_s, written, begun = server.cpu_s, written_bytes(server), time.perf_counter()
    for _ in range(REPLIES):
        await asyncio.wait_for(asker.ms_to_first_token(), 60)
    asker.close()
    cost.wall_ms.append((time.perf_counter() - begun) * 1000 / REPLIES)
    await asyncio.sleep(INDEXED_WITHIN_S)
    cost.cpu_ms.append((server.cpu_s - cpu_s) * 1000 / REPLIES)
    cost.written_kb.append((written_bytes(server) - written) / 1000 / REPLIES)

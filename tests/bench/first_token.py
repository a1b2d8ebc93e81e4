"""What Locrit adds to the first token: from sending a question to the first piece, beside Ollama asked directly."""

import asyncio
import json
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import ollama

from tests.bench.figures import Figure, Report, at_most
from tests.bench.library import CHARS, TEXT, fill
from tests.bench.places import LOCRIT, application, directory, process, server
from tests.bench.socket_clients import Follower, connected

HISTORIES = (10, 1_000)
SHOWN = 50
"""How many messages a Locrit shows its model."""
QUESTIONS = 60
MODEL = "llama3.2:1b"


def measure(size: float) -> list[Report]:
    figures = []
    for history in HISTORIES:
        direct_ms, ours_ms = asyncio.run(_after(history, int(QUESTIONS * size)))
        figures += [
            Figure(f"Ollama itself, {min(history, SHOWN)} messages shown", direct_ms, "ms"),
            Figure(f"through Locrit, {history:,} messages of history", ours_ms, "ms"),
            Figure(f"added at {history:,}", ours_ms - direct_ms, "ms", at_most(8)),
        ]
    return [Report("First token", figures, figures)]


async def _after(history: int, questions: int) -> tuple[float, float]:
    """Medians in milliseconds: Ollama's own, and through Locrit. The two take turns."""
    with directory() as data_dir, process("tests.fakes.ollama") as host:
        conversation_id = await _filled(data_dir, history)
        with server(data_dir, host) as running:
            asker = await connected(Asker(urlsplit(running.url).netloc, conversation_id), running.url)
            direct, ours = [], []
            for _ in range(questions):
                direct.append(await _ms_directly(host, min(history, SHOWN)))
                ours.append(await asker.ms_to_first_token())
            return median(direct), median(ours)


async def _filled(data_dir: Path, history: int) -> str:
    async with application(data_dir) as app:
        return await fill(app, history)


async def _ms_directly(host: str, shown: int) -> float:
    messages = [{"role": "user", "content": f"{number} {TEXT}"[:CHARS]} for number in range(shown)]
    client = ollama.AsyncClient(host)
    begun = time.perf_counter()
    stream = await client.chat(MODEL, messages, stream=True)
    await anext(stream)
    spent = time.perf_counter() - begun
    async for _ in stream:
        pass
    await client.close()  # type: ignore[no-untyped-call]
    return spent * 1000


class Asker(Follower):
    """Asks in the conversation that it follows, one question at a time."""

    _begun: "asyncio.Future[None] | None" = None
    _ended: "asyncio.Future[None] | None" = None

    async def ms_to_first_token(self, message: str = "How are you?") -> float:
        loop = asyncio.get_running_loop()
        self._begun, self._ended = loop.create_future(), loop.create_future()
        question = {"locrit_name": LOCRIT, "conversation_id": self._conversation_id, "message": message}
        begun = time.perf_counter()
        self.send("42" + json.dumps(["chat_message", question]))
        await self._begun
        spent = time.perf_counter() - begun
        await self._ended
        return spent * 1000

    def _take(self, packet: bytes, arrived: int) -> None:
        if self._begun and packet.startswith(b'42["chat_chunk"') and not self._begun.done():
            self._begun.set_result(None)
        elif self._ended and packet.startswith(b'42["chat_complete"'):
            self._ended.set_result(None)
        else:
            super()._take(packet, arrived)

"""Pages that are open and pages that chat, in a process of their own, one WebSocket each.

`python -m tests.bench.chatting_clients <url> <idle> <seconds> <conversation id> ...` opens a chatting page for each
conversation and so many idle ones, chats for so long, and prints how long each acknowledgement took, in milliseconds.
"""

import asyncio
import json
import random
import sys
import time
from urllib.parse import urlsplit

from tests.bench.places import LOCRIT
from tests.bench.socket_clients import Follower, connected

THINKS_FOR_S = 2.0
USER = "user:local"


class Page(Follower):
    """Follows what every page follows: the lists of its person."""

    def __init__(self, host: str, conversation_id: str) -> None:
        super().__init__(host, conversation_id)
        self._awaited: dict[bytes, asyncio.Future[None]] = {}

    async def chat(self, until: float) -> list[float]:
        delays_ms = []
        await asyncio.sleep(random.random() * THINKS_FOR_S)
        self.send("422" + json.dumps(["subscribe", {"scope": USER}]))
        while time.monotonic() < until:
            question = {"locrit_name": LOCRIT, "conversation_id": self._conversation_id, "message": "What is new?"}
            acknowledged, completed = self._expect(b"437["), self._expect(b'42["chat_complete"')
            asked_at = time.perf_counter()
            self.send("427" + json.dumps(["chat_message", question]))
            await acknowledged
            delays_ms.append((time.perf_counter() - asked_at) * 1000)
            await completed
            await asyncio.sleep(2 * random.random() * THINKS_FOR_S)
        return delays_ms

    def _expect(self, start: bytes) -> "asyncio.Future[None]":
        return self._awaited.setdefault(start, asyncio.get_running_loop().create_future())

    def _take(self, packet: bytes, arrived: int) -> None:
        for start in [start for start in self._awaited if packet.startswith(start)]:
            self._awaited.pop(start).set_result(None)
        super()._take(packet, arrived)


class IdlePage(Page):
    def _scope(self) -> str:
        return USER


async def _chat(url: str, idle: int, seconds: float, conversations: list[str]) -> list[float]:
    host = urlsplit(url).netloc
    open_pages = [await connected(IdlePage(host, ""), url) for _ in range(idle)]
    pages = [await connected(Page(host, conversation), url) for conversation in conversations]
    print("ready", flush=True)
    until = time.monotonic() + seconds
    delays_ms = await asyncio.gather(*(page.chat(until) for page in pages))
    assert len(open_pages) == idle
    return [delay for of_one in delays_ms for delay in of_one]


def main() -> None:
    url, idle, seconds, *conversations = sys.argv[1:]
    print(json.dumps(asyncio.run(_chat(url, int(idle), float(seconds), conversations))))


if __name__ == "__main__":
    main()

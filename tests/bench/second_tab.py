"""From sending a message in one tab until a second one shows it, and the same from socket to socket."""

import asyncio
import json
import time
from statistics import median
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Page

from tests.bench.browsing import address, chromium, person, say
from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.places import LOCRIT, directory, opened, process, server
from tests.bench.socket_clients import Follower, connected
from tests.fixtures.server import LocritServer

SENDS = 200
WARM_UP = 5


def measure(size: float) -> list[Report]:
    sends = WARM_UP + int(SENDS * size)
    with directory() as data_dir, process("tests.fakes.ollama") as host, server(data_dir, host) as running:
        with running.client() as client:
            conversations = [_begun(client) for _ in range(2)]
        tabs = asyncio.run(_between_tabs(running, conversations[0], sends))
        sockets = asyncio.run(_between_sockets(running, conversations[1], sends))
    figures = [
        Figure("from Enter to the text on the page of a second tab, median", median(tabs), "ms"),
        Figure("from Enter to the text on the page of a second tab, p95", percentile(tabs, 95), "ms", at_most(150)),
        Figure("from socket to socket, median", median(sockets), "ms"),
        Figure("from socket to socket, p95", percentile(sockets, 95), "ms"),
    ]
    return [Report(f"A message in a second tab, {sends - WARM_UP} messages", figures)]


def _begun(client: httpx.Client) -> str:
    """A conversation that has its title already."""
    conversation_id = opened(client)
    said = {"role": "user", "content": "First"}
    client.post(f"/api/v2/conversations/{conversation_id}/messages", json=said).raise_for_status()
    return conversation_id


async def _between_tabs(running: LocritServer, conversation_id: str, sends: int) -> list[float]:
    """Milliseconds; one message after the other, each when the reply to the one before is on the page."""
    async with chromium() as browser:
        writer, reader = [await (await person(browser, "First")).new_page() for _ in range(2)]
        for page in (writer, reader):
            await page.goto(address(running.url, conversation_id))
            await page.evaluate("shown")
        return [await _until_seen(writer, reader, f"Number {n}.") for n in range(sends)][WARM_UP:]


async def _until_seen(writer: Page, reader: Page, text: str) -> float:
    await reader.evaluate(f"window.question = seen('{text}'); 0")
    await say(writer, text)
    seen: float = await reader.evaluate("question")
    for page in (writer, reader):
        await page.evaluate(f"seen('You said: {text}')")
    entered: float = await writer.evaluate("entered")
    return seen - entered


async def _between_sockets(running: LocritServer, conversation_id: str, sends: int) -> list[float]:
    host = urlsplit(running.url).netloc
    writer = await connected(Talker(host, conversation_id), running.url)
    reader = await connected(Talker(host, conversation_id), running.url)
    delays = []
    for number in range(sends):
        heard, ended = reader.hear(f"Number {number}."), reader.hear("chat_complete")
        sent = time.time_ns()
        writer.say(f"Number {number}.")
        delays.append((await heard - sent) / 1e6)
        await ended
    return delays[WARM_UP:]


class Talker(Follower):
    """Says something, and hears what is said."""

    def __init__(self, host: str, conversation_id: str) -> None:
        super().__init__(host, conversation_id)
        self._awaited: dict[bytes, asyncio.Future[int]] = {}

    def say(self, text: str) -> None:
        question = {"locrit_name": LOCRIT, "conversation_id": self._conversation_id, "message": text}
        self.send("42" + json.dumps(["chat_message", question]))

    def hear(self, text: str) -> "asyncio.Future[int]":
        """When the next packet with this text came, in nanoseconds since 1970."""
        return self._awaited.setdefault(text.encode(), asyncio.get_running_loop().create_future())

    def _take(self, packet: bytes, arrived: int) -> None:
        for text in [text for text in self._awaited if text in packet]:
            self._awaited.pop(text).set_result(arrived)
        super()._take(packet, arrived)

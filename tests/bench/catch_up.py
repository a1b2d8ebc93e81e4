"""Who was away for 1,000 changes: how long until they have them all?"""

import asyncio
import time
from functools import partial
from pathlib import Path
from statistics import median

import httpx

from tests.bench.browsing import address, chromium, person
from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.library import fill
from tests.bench.places import application, directory, opened, server
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import ChatClient

MISSED = 1_000
TRIALS = 50
ABSENCES = 10


def measure(size: float) -> list[Report]:
    with directory() as data_dir:
        conversation_id = asyncio.run(_filled(data_dir))
        with server(data_dir) as running, running.client() as client:
            told = _over_the_wire(running, client, conversation_id, max(20, int(TRIALS * size)))
            shown = asyncio.run(_in_a_tab(running, client, max(1, int(ABSENCES * size))))
    figures = [
        Figure("subscribe and read the rest, median", median(told), "ms"),
        Figure("subscribe and read the rest, p95", percentile(told, 95), "ms", at_most(300)),
        Figure("a tab that is online again, until the page shows the last, median", median(shown), "ms"),
        Figure("a tab that is online again, until the page shows the last, longest", max(shown), "ms"),
    ]
    return [Report(f"Catching up with {MISSED:,} missed messages", figures)]


async def _filled(data_dir: Path) -> str:
    async with application(data_dir) as app:
        return await fill(app, MISSED)


def _over_the_wire(running: LocritServer, client: httpx.Client, conversation_id: str, trials: int) -> list[float]:
    """Milliseconds. As a browser does it: the first changes come with the subscription, the others by REST."""
    socket = ChatClient(running.url)
    scope, path = f"conversation:{conversation_id}", f"/api/v2/conversations/{conversation_id}/events"
    since = socket.call("subscribe", {"scope": scope})["head_seq"] - MISSED
    times = []
    for _ in range(trials):
        begun = time.perf_counter()
        page = socket.call("subscribe", {"scope": scope, "since": since})
        seqs = [event["seq"] for event in page["events"]]
        while page["more"]:
            page = client.get(path, params={"since": seqs[-1]}).raise_for_status().json()
            seqs += [event["seq"] for event in page["events"]]
        times.append((time.perf_counter() - begun) * 1000)
        assert seqs == list(range(since + 1, since + MISSED + 1))
    socket.close()
    return times


async def _in_a_tab(running: LocritServer, client: httpx.Client, absences: int) -> list[float]:
    """Milliseconds from the browser's word that the network is back."""
    conversation_id = opened(client)
    _say(client, conversation_id, "Present.")
    with Proxy(running.url) as network:
        async with chromium() as browser:
            page = await (await person(browser, "Present.")).new_page()
            await page.goto(address(network.url, conversation_id))
            await page.evaluate("shown")
            times = []
            for number in range(absences):
                network.fault = "refuse"
                network.cut()
                await asyncio.to_thread(partial(_say_much, client, conversation_id, f"Absence {number} is over."))
                network.fault = None
                online = await page.evaluate("dispatchEvent(new Event('online')), now()")
                times.append(await page.evaluate(f"seen('Absence {number} is over.')") - online)
    return times


def _say_much(client: httpx.Client, conversation_id: str, last: str) -> None:
    for number in range(MISSED - 1):
        _say(client, conversation_id, f"{number} of what was missed. " * 10)
    _say(client, conversation_id, last)


def _say(client: httpx.Client, conversation_id: str, text: str) -> None:
    said = {"role": "user", "content": text}
    client.post(f"/api/v2/conversations/{conversation_id}/messages", json=said).raise_for_status()

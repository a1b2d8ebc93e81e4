"""A page with a long conversation: from going there until it shows the newest message."""

import asyncio
from pathlib import Path
from statistics import median

from playwright.async_api import BrowserContext, Page

from tests.bench.browsing import address, chromium, person
from tests.bench.figures import Figure, Goal, Report, at_most, percentile
from tests.bench.library import fill
from tests.bench.places import LOCRIT, application, directory, server

MESSAGES = 10_000
LOADS = 40
LAST = "And this is the last word."
SINCE_NAVIGATION = "shown.then((at) => at - performance.timeOrigin)"
SHELL_IS_KEPT = "navigator.serviceWorker.ready.then(() => 0)"


def measure(size: float) -> list[Report]:
    messages, loads = int(MESSAGES * size), max(10, int(LOADS * size))
    with directory() as data_dir:
        conversation_id = asyncio.run(_filled(data_dir, messages))
        first, again, alone = asyncio.run(_loads(data_dir, conversation_id, loads))
    figures = [
        *_figures("a browser that was never here", first, at_most(1000)),
        *_figures("one that was, with the server", again),
        *_figures("one that was, without the server", alone, at_most(200)),
    ]
    return [Report(f"Opening a conversation of {messages:,} messages", figures)]


async def _filled(data_dir: Path, messages: int) -> str:
    async with application(data_dir) as app:
        conversation_id = await fill(app, messages - 1, LOCRIT)
        await app.memory.save_message(conversation_id, "assistant", LAST)
        return conversation_id


async def _loads(data_dir: Path, conversation_id: str, count: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds: into an empty browser, into one that was there, and into that one when there is no server."""
    async with chromium() as browser:
        with server(data_dir) as running:
            url = address(running.url, conversation_id)
            first = [await _into_an_empty(await person(browser, LAST), url) for _ in range(count)]
            page = await (await person(browser, LAST)).new_page()
            await _load(page, url)
            await page.evaluate(SHELL_IS_KEPT)
            again = [await _load(page, url) for _ in range(count)]
        return first, again, [await _load(page, url) for _ in range(count)]


async def _into_an_empty(somebody: BrowserContext, url: str) -> float:
    spent = await _load(await somebody.new_page(), url)
    await somebody.close()
    return spent


async def _load(page: Page, url: str) -> float:
    await page.goto(url)
    spent: float = await page.evaluate(SINCE_NAVIGATION)
    return spent


def _figures(who: str, times: list[float], goal: Goal | None = None) -> list[Figure]:
    return [
        Figure(f"{who}, median", median(times), "ms", goal),
        Figure(f"{who}, p95", percentile(times, 95), "ms", goal),
    ]

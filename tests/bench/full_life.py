"""A page in a life of ten thousand conversations: what holds it up at first, how soon one is in another chat, and what
one says is there."""

import asyncio
from pathlib import Path
from statistics import median
from urllib.parse import quote

from playwright.async_api import Page

from tests.bench.browsing import chromium, person, say
from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.library import fill_many
from tests.bench.places import LOCRIT, application, directory, server

CONVERSATIONS = 10_000
MESSAGES = 20_000
CHATS = 8
ROUNDS = 3
SAYINGS = 20
LONG_TASK_MS = 50
TASKS = """
window.tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
"""
BLOCKED = f"tasks.splice(0).reduce((sum, {{ duration }}) => sum + duration - {LONG_TASK_MS}, 0)"
SHOWN = """(title) => {
  let clicked = 0;
  addEventListener('click', () => { clicked = performance.now(); }, { capture: true, once: true });
  window.switched = new Promise((resolve) => new MutationObserver((_, observer) => {
    const isThere = document.querySelector('main h1')?.textContent === title && document.querySelector('article');
    if (!clicked || !isThere) return;
    observer.disconnect();
    resolve(performance.now() - clicked);
  }).observe(document, { subtree: true, childList: true, characterData: true }));
}"""


def measure(size: float) -> list[Report]:
    conversations = int(CONVERSATIONS * size)
    with directory() as data_dir:
        asyncio.run(_filled(data_dir, conversations, int(MESSAGES * size)))
        blocked, switches, sayings = asyncio.run(_lived(data_dir))
    figures = [
        Figure("blocking time until the list is there", blocked, "ms", at_most(200)),
        Figure("to a chat of the cache, median", median(switches), "ms"),
        Figure("to a chat of the cache, p95", percentile(switches, 95), "ms", at_most(200)),
        Figure("an own message, from Enter until it is there, median", median(sayings), "ms"),
        Figure("an own message, from Enter until it is there, p95", percentile(sayings, 95), "ms", at_most(100)),
    ]
    return [Report(f"A life of {conversations:,} conversations", figures)]


async def _filled(data_dir: Path, conversations: int, messages: int) -> None:
    async with application(data_dir) as app:
        await fill_many(app, conversations, messages)


async def _lived(data_dir: Path) -> tuple[float, list[float], list[float]]:
    async with chromium() as browser:
        with server(data_dir) as running:
            somebody = await person(browser)
            await somebody.add_init_script(TASKS)
            page = await somebody.new_page()
            await page.goto(f"{running.url}/my-locrits/{quote(LOCRIT)}/chat")
            await page.get_by_role("navigation").get_by_text("Conversation 0", exact=True).wait_for()
            blocked: float = await page.evaluate(BLOCKED)
            titles = [f"Conversation {number}" for number in range(CHATS)]
            for title in titles:
                await _go(page, title)
            switches = [await _go(page, title) for _ in range(ROUNDS) for title in titles]
            return blocked, switches, [await _said(page, f"Saying {number} of mine.") for number in range(SAYINGS)]


async def _go(page: Page, title: str) -> float:
    await page.evaluate(SHOWN, title)
    await page.get_by_role("navigation").get_by_text(title, exact=True).click()
    spent: float = await page.evaluate("switched")
    return spent


async def _said(page: Page, text: str) -> float:
    await say(page, text)
    spent: float = await page.evaluate("(text) => seen(text).then((at) => at - entered)", text)
    return spent

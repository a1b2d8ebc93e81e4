"""A page in a life of ten thousand conversations: what holds it up at first, and going from one chat to another."""

import asyncio
from pathlib import Path
from statistics import median
from urllib.parse import quote

from playwright.async_api import Page

from tests.bench.browsing import chromium, person
from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.library import fill_many
from tests.bench.places import LOCRIT, application, directory, server

CONVERSATIONS = 10_000
MESSAGES = 20_000
CHATS = 8
ROUNDS = 3
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
        blocked, switches = asyncio.run(_lived(data_dir))
    figures = [
        Figure("blocking time until the list is there", blocked, "ms", at_most(200)),
        Figure("to a chat of the cache, median", median(switches), "ms"),
        Figure("to a chat of the cache, p95", percentile(switches, 95), "ms", at_most(200)),
    ]
    return [Report(f"A life of {conversations:,} conversations", figures)]


async def _filled(data_dir: Path, conversations: int, messages: int) -> None:
    async with application(data_dir) as app:
        await fill_many(app, conversations, messages)


async def _lived(data_dir: Path) -> tuple[float, list[float]]:
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
            return blocked, [await _go(page, title) for _ in range(ROUNDS) for title in titles]


async def _go(page: Page, title: str) -> float:
    await page.evaluate(SHOWN, title)
    await page.get_by_role("navigation").get_by_text(title, exact=True).click()
    spent: float = await page.evaluate("switched")
    return spent

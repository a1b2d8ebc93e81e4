"""Landing on a message wherever it is, and the palette's first results among all that was ever said."""

import asyncio
from functools import partial
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, Page

from src.stores import search
from src.stores.unit_of_work import UnitOfWork
from tests.bench.browsing import address, chromium, person
from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.library import fill
from tests.bench.places import application, directory, server
from tests.callers import OnePersons

MESSAGES = 10_000
TARGETS = (8_000, 11)
ALL_MESSAGES = 100_000
VISITS = 10
WORDS = ("weather", "what they cook", "sentences", "7", "rea")
LANDED = """([id, go]) => new Promise((resolve) => {
  const began = performance.now();
  go(id);
  const look = () => {
    const at = document.querySelector(`[data-message-id="${id}"]`)?.getBoundingClientRect();
    if (at && at.top > 0 && at.bottom < innerHeight) resolve(performance.now() - began);
    else requestAnimationFrame(look);
  };
  look();
})"""
"""Within the page, as a hit of the palette leads there: the router listens to its own address."""
GO = "(id) => { history.pushState({}, '', `?message=${id}`); dispatchEvent(new PopStateEvent('popstate')); }"
FIRST_RESULT = """(words) => new Promise((resolve) => {
  const box = document.querySelector('[role=combobox]');
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const began = performance.now();
  write.call(box, words);
  box.dispatchEvent(new Event('input', { bubbles: true }));
  const look = () => {
    if (document.querySelector('[role=option] mark')) resolve(performance.now() - began);
    else requestAnimationFrame(look);
  };
  look();
})"""
HIT = "[role=option] mark"


def measure(size: float) -> list[Report]:
    messages, everything = max(200, int(MESSAGES * size)), int(ALL_MESSAGES * size)
    with directory() as data_dir:
        conversation_id, ids = asyncio.run(_filled(data_dir, messages, everything))
        landed, found = asyncio.run(_visited(data_dir, conversation_id, ids))
    return [
        Report(
            f"Jumping in a conversation of {messages:,} messages",
            [
                figure
                for target, times in landed.items()
                for figure in (
                    Figure(f"to message {target:,}, median", median(times), "ms", at_most(300)),
                    Figure(f"to message {target:,}, slowest", max(times), "ms", at_most(300)),
                )
            ],
        ),
        Report(
            f"The palette among {messages + everything:,} messages, from the last letter to the first result",
            [
                Figure("median", median(found), "ms", at_most(150)),
                Figure("p95", percentile(found, 95), "ms", at_most(150)),
            ],
        ),
    ]


async def _filled(data_dir: Path, messages: int, everything: int) -> tuple[str, dict[int, str]]:
    async with application(data_dir) as app:
        conversation_id = await fill(app, messages)
        await fill(app, everything)
        while (batch := await app.database.read(search.prepare)) is not None:
            await app.database.write(partial(_indexed, batch))
        return conversation_id, {n: await _id(app, conversation_id, min(n, messages - 100)) for n in TARGETS}


def _indexed(batch: search.Batch, tx: UnitOfWork) -> int:
    return search.store(tx, batch)


async def _id(app: OnePersons, conversation_id: str, number: int) -> str:
    page, _, _ = await app.memory.get_conversation_history(conversation_id, after=number - 1, limit=1)
    return page[0].message_id


async def _visited(
    data_dir: Path, conversation_id: str, ids: dict[int, str]
) -> tuple[dict[int, list[float]], list[float]]:
    async with chromium() as browser:
        with server(data_dir) as running:
            url = address(running.url, conversation_id)
            landed = {
                target: [await _land(await _open(browser, url), id_) for _ in range(VISITS)]
                for target, id_ in ids.items()
            }
            page = await _open(browser, url)
            await page.keyboard.press("Control+k")
            await page.get_by_role("combobox").wait_for()
            return landed, [await _first_result(page, words) for _ in range(VISITS) for words in WORDS]


async def _open(browser: Browser, url: str) -> Page:
    """At the end of the conversation, in a browser that was never here."""
    page = await (await person(browser)).new_page()
    await page.goto(url)
    await page.get_by_role("article").first.wait_for()
    return page


async def _land(page: Page, message_id: str) -> float:
    spent: float = await page.evaluate(f"(id) => ({LANDED})([id, {GO}])", message_id)
    await page.context.close()
    return spent


async def _first_result(page: Page, words: str) -> float:
    await page.get_by_role("combobox").fill("")
    await page.locator(HIT).first.wait_for(state="detached")
    spent: float = await page.evaluate(FIRST_RESULT, words)
    return spent

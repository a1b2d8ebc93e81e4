"""A real Chromium, and the moment at which a text is on a page."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.bench.places import LOCRIT
from tests.fixtures.browser import ARGUMENTS, SYSTEM_CHROMIUM
from tools import frontend

WITHIN_MS = 60_000
SEEN = """
window.now = () => performance.timeOrigin + performance.now();
window.seen = (text) => new Promise((resolve) => {
  const look = () => {
    const found = document.querySelector('[role=log]')?.textContent.includes(text) ?? false;
    if (found) resolve(now());
    return found;
  };
  if (look()) return;
  const observer = new MutationObserver(() => look() && observer.disconnect());
  observer.observe(document, { childList: true, subtree: true, characterData: true });
});
addEventListener('keydown', (event) => {
  if (event.key === 'Enter') window.entered = performance.timeOrigin + event.timeStamp;
}, true);
"""
"""`seen(text)` gives the time at which a conversation showed it, `entered` is when Enter was pressed; both in
milliseconds since 1970, so that those of two tabs can be compared."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    frontend.build()
    path = SYSTEM_CHROMIUM if SYSTEM_CHROMIUM.exists() else None
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


async def person(browser: Browser, awaited: str = "") -> BrowserContext:
    """Somebody who was never here; `shown` is when each of their pages shows what is `awaited`."""
    context = await browser.new_context()
    context.set_default_timeout(WITHIN_MS)
    await context.add_init_script(f"{SEEN} window.shown = seen({json.dumps(awaited)});")
    return context


def address(url: str, conversation_id: str) -> str:
    return f"{url}/my-locrits/{quote(LOCRIT)}/chat/{conversation_id}"


async def say(page: Page, text: str) -> None:
    """Once the reply to what was said before has ended."""
    await page.get_by_role("button", name="Send", exact=True).wait_for()
    composer = page.get_by_role("textbox", name=re.compile("^Message "))
    await composer.fill(text)
    await composer.press("Enter")

"""What pages complain about: errors in the console, exceptions that nobody caught, refusals by the security policy."""

import re
from collections import deque

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, WebError

OUTAGE = r"net::ERR_|WebSocket connection to .* failed|status of 50[0-9]|error occurred when fetching the script"


TELL = "try { localStorage.setItem('locrit.debug', '1') } catch { /* a frame without storage */ }"
LINES = 80
"""So many of what pages told last, and of what each shows, are enough to see why a test failed."""


class Console:
    """`complaints` are those of all pages of a context since `watch`."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        self._contexts: list[BrowserContext] = []
        self._told: deque[str] = deque(maxlen=LINES)

    def watch(self, context: BrowserContext) -> None:
        self._contexts.append(context)
        context.add_init_script(TELL)
        context.on("console", self._said)
        context.on("weberror", self._thrown)

    def story(self) -> str:
        """What the pages told last, and what they show."""
        shown = [_text(page).splitlines() for context in self._contexts for page in context.pages]
        return "\n".join(line[:200] for lines in ([*self._told], *shown) for line in lines[-LINES:])

    def expect_outage(self) -> None:
        """The server will be away for a while, and the browser itself reports each request that fails."""
        self.expect(OUTAGE)

    def expect(self, pattern: str) -> None:
        """A complaint that the test is about."""
        self._allowed.append(re.compile(pattern))

    def _said(self, message: ConsoleMessage) -> None:
        self._told.append(message.text)
        if message.type == "error":
            self._complain(f"{message.text} ({message.location.get('url', '')})")

    def _thrown(self, thrown: WebError) -> None:
        self._complain(f"uncaught: {thrown.error}")

    def _complain(self, text: str) -> None:
        if not any(allowed.search(text) for allowed in self._allowed):
            self.complaints.append(text)


WRITTEN = """() => [document.activeElement, ...document.querySelectorAll('input, textarea')]
  .map((each) => `${each.tagName} ${each.ariaLabel ?? ''}: ${(each.value ?? '').slice(0, 100)}`).join('\\n')"""
"""What has the focus, and what stands in each box."""


def _text(page: Page) -> str:
    try:
        return page.inner_text("body", timeout=5_000) + "\nThe focus, and what is written:\n" + page.evaluate(WRITTEN)
    except Error as error:
        return f"nothing is to be seen of {page.url}: {error}"

"""What pages complain about: errors in the console, exceptions that nobody caught, refusals by the security policy."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

OUTAGE = r"net::ERR_|WebSocket connection to .* failed|status of 50[0-9]|error occurred when fetching the script"


class Console:
    """`complaints` are those of all pages of a context since `watch`."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", self._thrown)

    def expect_outage(self) -> None:
        """The server will be away for a while, and the browser itself reports each request that fails."""
        self.expect(OUTAGE)

    def expect(self, pattern: str) -> None:
        """A complaint that the test is about."""
        self._allowed.append(re.compile(pattern))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"{message.text} ({message.location.get('url', '')})")

    def _thrown(self, thrown: WebError) -> None:
        self._complain(f"uncaught: {thrown.error}")

    def _complain(self, text: str) -> None:
        if not any(allowed.search(text) for allowed in self._allowed):
            self.complaints.append(text)

"""How promptly the event loop turns: what /health asks and what the benchmark prints."""

import asyncio
import time

WINDOW_S = 10.0


class Heartbeat:
    """A timer that repeats on the loop; when it comes late, something held the loop up."""

    def __init__(self, loop: asyncio.AbstractEventLoop, interval_s: float = 0.05) -> None:
        self._stalls = [0.0, 0.0]
        self._window_ends = time.monotonic() + WINDOW_S
        self._loop = loop
        self._interval_s = interval_s
        self._due = self._last = time.monotonic()
        loop.call_soon_threadsafe(self._start)

    def age_s(self) -> float:
        """Seconds since the loop last turned; readable from every thread."""
        return time.monotonic() - self._last

    @property
    def longest_stall_s(self) -> float:
        """Of this window and the one before: of the last 10 to 20 seconds."""
        return max(self._stalls)

    def _start(self) -> None:
        self._due = time.monotonic()  # how long the loop waited to be started is not a stall
        self._beat()

    def _beat(self) -> None:
        self._last = time.monotonic()
        if self._last > self._window_ends:
            self._stalls, self._window_ends = [0.0, self._stalls[0]], self._last + WINDOW_S
        self._stalls[0] = max(self._stalls[0], self._last - self._due)
        self._due = self._last + self._interval_s
        self._loop.call_later(self._interval_s, self._beat)

"""Reading a reply in bursts, while its pieces wait to be told: what has come meanwhile is then read at once, for a
fraction of what it costs one by one, and is one piece."""

import asyncio
import time

BETWEEN_S = 0.1
AT_MOST_S = 1.0
BURST_S = 0.005


class Bursts:
    def __init__(self) -> None:
        self._ends_at = 0.0
        self._late_s = 0.0

    @property
    def is_over(self) -> bool:
        """Whether all that had come has been read."""
        return time.perf_counter() > self._ends_at

    async def next(self) -> None:
        """The later it comes, because everybody has too much to do, the later is the one after it: then it is more that
        has come, and less work."""
        due = time.perf_counter() + min(BETWEEN_S + self._late_s, AT_MOST_S)
        await asyncio.sleep(due - time.perf_counter())
        self._late_s = max(0.0, time.perf_counter() - due)
        self._ends_at = time.perf_counter() + BURST_S

"""Reading a reply in bursts, while its pieces wait to be told: what has come meanwhile is then read at once, for a
fraction of what it costs one by one, and is one piece."""

import asyncio
import time

BETWEEN_S = 0.1
BURST_S = 0.005


class Bursts:
    def __init__(self) -> None:
        self._ends_at = 0.0

    @property
    def is_over(self) -> bool:
        """Whether all that had come has been read."""
        return time.perf_counter() > self._ends_at

    async def next(self) -> None:
        await asyncio.sleep(BETWEEN_S)
        self._ends_at = time.perf_counter() + BURST_S

"""Reading a reply in bursts, while its pieces wait to be told: what has come meanwhile is then read at once, for a
fraction of what it costs one by one, and is one piece."""

import asyncio
import time
from collections.abc import Callable

STEP_S = 0.05
LONGEST_S = 1.0
BURST_S = 0.005


class Bursts:
    def __init__(self) -> None:
        self._ends_at = 0.0

    @property
    def is_over(self) -> bool:
        """Whether all that had come has been read."""
        return time.perf_counter() > self._ends_at

    async def next(self, is_behind: Callable[[], bool]) -> None:
        """Waits until what was told has been passed on: one piece of each reply at most is under way, however many run.
        Not longer than LONGEST_S: a reply is to be saved, whoever is told of it."""
        for _ in range(round(LONGEST_S / STEP_S)):
            await asyncio.sleep(STEP_S)
            if not is_behind():
                break
        self._ends_at = time.perf_counter() + BURST_S

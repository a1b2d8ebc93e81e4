"""Time limits that do not run while the machine sleeps or the process is stopped."""

import asyncio
from typing import Any

LOOKS = 8
LOOK_AT_LEAST_EVERY_S = 1.0


class timeout:  # noqa: N801 - it is used as `asyncio.timeout`
    """Like `asyncio.timeout`, but of `limit_s` seconds awake. Clocks tell those only by how late a short timer is: it
    counts as what it was set to, however much later it comes."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._every_s = limit_s, min(limit_s / LOOKS, LOOK_AT_LEAST_EVERY_S)
        self._limit = asyncio.timeout(None)

    async def __aenter__(self) -> asyncio.Timeout:
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(self._every_s, self._look, self._limit_s - self._every_s)
        return await self._limit.__aenter__()

    async def __aexit__(self, *raised: Any) -> None:
        self._timer.cancel()
        await self._limit.__aexit__(*raised)

    def _look(self, left_s: float) -> None:
        if left_s > 0:
            self._timer = self._loop.call_later(min(self._every_s, left_s), self._look, left_s - self._every_s)
        else:
            self._limit.reschedule(self._loop.time())

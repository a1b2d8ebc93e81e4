"""Time limits that do not run while the machine sleeps or the process is stopped."""

import asyncio
from typing import Any

LOOKS = 8
LOOK_AT_LEAST_EVERY_S = 1.0


class timeout:  # noqa: N801 - it is used as `asyncio.timeout`
    """Like `asyncio.timeout`, but of `limit_s` seconds awake, and for one wait after another: they share a timer, since
    one for each token would be a tenth of what tokens cost. Clocks tell what was slept only by how late a short timer
    is: it counts as what it was set to, however much later it comes."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._every_s = limit_s, min(limit_s / LOOKS, LOOK_AT_LEAST_EVERY_S)
        self._limit: asyncio.Timeout | None = None
        self._is_timed = False

    async def __aenter__(self) -> asyncio.Timeout:
        self._limit, self._left_s = asyncio.timeout(None), self._limit_s
        if not self._is_timed:
            self._look_later()
        else:
            self._left_s += self._every_s  # the timer was set before
        return await self._limit.__aenter__()

    async def __aexit__(self, *raised: Any) -> None:
        limit, self._limit = self._limit, None
        if limit is not None:
            await limit.__aexit__(*raised)

    def _look_later(self) -> None:
        self._is_timed = True
        step_s = min(self._every_s, self._left_s)
        asyncio.get_running_loop().call_later(step_s, self._look, step_s)

    def _look(self, step_s: float) -> None:
        self._is_timed = False
        if self._limit is None:
            return  # nobody waits
        self._left_s -= step_s
        if self._left_s > 0:
            self._look_later()
        else:
            self._limit.reschedule(asyncio.get_running_loop().time())

"""Time limits that do not run while the machine sleeps or the process is stopped."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

LOOKS = 8
LOOK_AT_LEAST_EVERY_S = 1.0


@asynccontextmanager
async def timeout(limit_s: float) -> AsyncGenerator[asyncio.Timeout, None]:
    """Like `asyncio.timeout`, but of `limit_s` seconds awake. Clocks tell those only by how late a short timer is: it
    counts as what it was set to, however much later it comes."""
    loop = asyncio.get_running_loop()
    every_s = min(limit_s / LOOKS, LOOK_AT_LEAST_EVERY_S)

    timer = loop.call_later(every_s, lambda: look(limit_s - every_s))

    def look(left_s: float) -> None:
        nonlocal timer
        if left_s > 0:
            timer = loop.call_later(min(every_s, left_s), look, left_s - every_s)
        else:
            limit.reschedule(loop.time())

    try:
        async with asyncio.timeout(None) as limit:
            yield limit
    finally:
        timer.cancel()

"""Waiting for something that another process or thread will make true: so long that only what hangs is given up."""

import asyncio
import time
from collections.abc import Callable

HANGS_AFTER_S = 60.0


async def eventually(condition: Callable[[], bool], within_s: float = HANGS_AFTER_S) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - nothing here can be told of it
            await asyncio.sleep(0.01)


def wait_until(condition: Callable[[], bool], within_s: float = HANGS_AFTER_S) -> None:
    """The same outside a loop."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.01)

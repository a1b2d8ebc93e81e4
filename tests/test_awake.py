"""One limit for one wait after another."""

import asyncio
import time

import pytest

from src import awake


def test_each_wait_has_the_whole_limit() -> None:
    asyncio.run(_waits())


async def _waits() -> None:
    limit = awake.timeout(0.4)
    for _ in range(4):
        async with limit:
            await asyncio.sleep(0.2)
    begun = time.perf_counter()
    with pytest.raises(TimeoutError):
        async with limit as waiting:
            await asyncio.sleep(60)
    assert waiting.expired()
    assert time.perf_counter() - begun >= 0.4
    async with limit:
        await asyncio.sleep(0.2)


def test_what_lies_between_two_waits_is_not_limited() -> None:
    asyncio.run(_pauses())


async def _pauses() -> None:
    limit = awake.timeout(0.1)
    async with limit:
        pass
    await asyncio.sleep(0.3)
    async with limit:
        pass

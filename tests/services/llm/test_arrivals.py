"""What has come of a stream is given together, and no more is read than somebody asks for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from src.services.llm.arrivals import together


class Stream:
    """Pieces, those of one read in a list; the next read is there after a turn of everybody's."""

    def __init__(self, *reads: list[str], breaks: bool = False) -> None:
        self.reads, self.breaks = reads, breaks
        self.given = 0
        self.is_closed = False

    async def pieces(self) -> AsyncIterator[str]:
        try:
            for read in self.reads:
                await asyncio.sleep(0.01)
                for piece in read:
                    self.given += 1
                    yield piece
            if self.breaks:
                raise OSError("broken")
        finally:
            self.is_closed = True


def test_each_read_is_given_at_once() -> None:
    async def scenario() -> None:
        stream = Stream(["a"], ["b", "c", "d"], ["e", "f"])
        assert [text async for text in together(stream.pieces())] == ["a", "bcd", "ef"]

    asyncio.run(scenario())


def test_what_comes_while_nobody_asks_waits_in_the_connection() -> None:
    async def scenario() -> None:
        stream = Stream(*([str(n)] for n in range(100)))
        async with aclosing(together(stream.pieces())) as texts:
            assert await anext(texts) == "0"
            await asyncio.sleep(0.2)
            assert stream.given == 2
            assert await anext(texts) == "1"

    asyncio.run(scenario())


def test_a_break_is_told_after_what_came_before_it() -> None:
    async def scenario() -> None:
        texts = together(Stream(["a", "b"], breaks=True).pieces())
        assert await anext(texts) == "ab"
        with pytest.raises(OSError, match="broken"):
            await anext(texts)

    asyncio.run(scenario())


@pytest.mark.parametrize("is_waiting", [True, False])
def test_who_leaves_ends_the_reading(is_waiting: bool) -> None:
    async def scenario() -> None:
        stream = Stream(["a"], ["b"], ["c"])
        async with aclosing(together(stream.pieces())) as texts:
            await anext(texts)
            if is_waiting:
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.001):
                        await anext(texts)
        assert stream.is_closed
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(scenario())

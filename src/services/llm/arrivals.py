"""What has come of a stream, together. httpx gives each chunk of HTTP by itself, and Ollama makes one of each token."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator


async def together(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """All that one read gave. While nobody asks, hardly anything is read: what comes then is given at once."""
    come: list[str] = []
    arrived, wanted = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        try:
            async for piece in pieces:
                come.append(piece)
                arrived.set()
                if not wanted.is_set():
                    await wanted.wait()
        finally:
            arrived.set()

    reading = asyncio.create_task(read(), name="reading from a model")
    try:
        while come or not reading.done():
            wanted.set()
            await (asyncio.sleep(0) if come else arrived.wait())
            wanted.clear()
            arrived.clear()
            if text := "".join(come):
                come.clear()
                yield text
        await reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

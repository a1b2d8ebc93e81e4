"""A process that opens a database when it is told so, and counts its Locrits: python -m tests.stores.newcomer URL."""

import asyncio
import sys

from tests.store import opened


async def start(url: str) -> None:
    async with opened(url) as store:
        print(len(await store.locrits.list()))


print("ready", flush=True)
sys.stdin.readline()
asyncio.run(start(sys.argv[1]))

"""What people who save wait for while much is forgotten."""

import asyncio
from collections.abc import Coroutine
from time import perf_counter
from typing import Any

from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.places import LOCRIT, application, directory
from tests.callers import OnePersons

MESSAGES = (600, 10_000)
OTHER = "Pixie Assistant"
LONGEST_MS = 50
FEWEST = 20
PAUSE_S = 0.002
USUAL_S = 2
TEXT = "word " * 100


def measure(size: float) -> list[Report]:
    return [asyncio.run(_forgetting(int(messages * size))) for messages in MESSAGES]


async def _forgetting(messages: int) -> Report:
    with directory() as data_dir:
        async with application(data_dir) as app:
            opened, _ = await app.memory.open_conversation(LOCRIT)
            await fill(app, opened.conversation_id, messages)
            usual_ms = await save_until(app, asyncio.create_task(asyncio.sleep(USUAL_S)))
            forgetting = app.history.forget_conversation(opened.conversation_id)
            return await saves_during(app, f"{messages:,} messages are forgotten", forgetting, usual_ms)


async def saves_during(app: OnePersons, what: str, work: Coroutine[Any, Any, Any], usual_ms: list[float]) -> Report:
    begun = perf_counter()
    working = asyncio.create_task(work)
    waited_ms = await save_until(app, working)
    took_s = perf_counter() - begun
    await working
    return Report(
        f"Saves while {what}",
        [
            Figure("a save, 99 of 100, before that", percentile(usual_ms, 99), "ms"),
            Figure("a save, 99 of 100", percentile(waited_ms, 99), "ms", at_most(LONGEST_MS)),
            Figure("a save, the slowest", max(waited_ms), "ms"),
            Figure("saves meanwhile", len(waited_ms)),
            Figure("until all of it is done", took_s, "s"),
        ],
    )


async def fill(app: OnePersons, conversation_id: str, messages: int) -> None:
    for begin in range(0, messages, 200):
        count = min(200, messages - begin)
        await asyncio.gather(
            *(app.memory.save_message(conversation_id, "user", f"{begin + n} {TEXT}") for n in range(count))
        )


async def save_until(app: OnePersons, end: "asyncio.Task[Any]") -> list[float]:
    other, _ = await app.memory.open_conversation(OTHER)
    waited_ms: list[float] = []
    while not end.done() or len(waited_ms) < FEWEST:
        begun = perf_counter()
        await app.memory.save_message(other.conversation_id, "user", "meanwhile")
        waited_ms.append((perf_counter() - begun) * 1000)
        await asyncio.sleep(PAUSE_S)
    return waited_ms

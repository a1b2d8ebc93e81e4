"""What is read does not depend on how much there is: the newest page, the summary, a search."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

from src.stores import search
from tests.bench.figures import Figure, Report, at_most
from tests.bench.library import fill, spread
from tests.bench.places import application, directory
from tests.callers import OnePersons

FEW, MANY, SEARCHED = 100, 100_000, 24_400
SMALL, LARGEST = 1_000, 1_000_000
REPEATS = 300
PAGE = 20
RARE = "quokka"


def measure(size: float) -> list[Report]:
    return [
        asyncio.run(_pages(int(MANY * size))),
        asyncio.run(_summaries(int(LARGEST * size))),
        asyncio.run(_search(int(SEARCHED * size))),
    ]


async def _pages(many: int) -> Report:
    with directory() as data_dir:
        async with application(data_dir) as app:
            small, large = await fill(app, FEW, "Pixie Assistant"), await fill(app, many, "Marie Recherche")
            few, page = await _ms(lambda: _page(app, small), lambda: _page(app, large))
            short, summary = await _ms(
                lambda: _summary(app, "Pixie Assistant"), lambda: _summary(app, "Marie Recherche")
            )
    figures = [
        Figure(f"the last {PAGE} of {FEW}", few, "ms"),
        Figure(f"the last {PAGE} of {many:,}", page, "ms"),
        Figure(f"the last {PAGE}: many beside few", page / few, "×", at_most(1.2)),
        Figure(f"memory summary of {FEW}", short, "ms"),
        Figure(f"memory summary of {many:,}", summary, "ms"),
        Figure("memory summary: many beside few", summary / short, "×", at_most(1.2)),
    ]
    return Report("Reading from a long memory", figures, [figure for figure in figures if figure.unit == "ms"])


async def _summaries(largest: int) -> Report:
    """A year of both: rows made by SQL, counted as the migration counts what is there."""
    with directory() as data_dir:
        async with application(data_dir) as app:
            names = {SMALL: "Pixie Assistant", largest: "Marie Recherche"}
            for count, name in names.items():
                await spread(app, name, count)
            small, large = await _ms(lambda: _summary(app, names[SMALL]), lambda: _summary(app, names[largest]))
    figures = [
        Figure(f"summary of {SMALL:,}", small, "ms"),
        Figure(f"summary of {largest:,}", large, "ms"),
        Figure("many beside few", large / small, "×", at_most(1.5)),
    ]
    return Report("Memory summary of a year, messages spread over it", figures, figures[:2])


async def _search(many: int) -> Report:
    with directory() as data_dir:
        async with application(data_dir) as app:
            conversation_id = await fill(app, many)
            await app.memory.save_message(conversation_id, "user", f"Have you ever seen a {RARE}?")
            while await app.database.write(search.index_pending):
                pass
            rare, frequent = await _ms(lambda: _find(app, RARE), lambda: _find(app, "weather"), repeats=FEW)
    return Report(
        f"Search in {many:,} messages",
        [
            Figure("a rare word", rare, "ms", at_most(10)),
            Figure("a word that every message has", frequent, "ms"),
        ],
    )


async def _page(app: OnePersons, conversation_id: str) -> None:
    messages, _, _ = await app.memory.get_conversation_history(conversation_id, limit=PAGE)
    assert len(messages) == PAGE


async def _summary(app: OnePersons, locrit: str) -> None:
    assert len((await app.memory.get_full_memory_summary(locrit)).recent_messages) == PAGE


async def _find(app: OnePersons, word: str) -> None:
    assert await app.memory.search_memories("Bob Technique", word)


async def _ms(
    one: Callable[[], Awaitable[Any]], other: Callable[[], Awaitable[Any]], repeats: int = REPEATS
) -> tuple[float, float]:
    """Medians, taken in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(repeats):
        for call, spent in zip((one, other), times, strict=True):
            begun = time.perf_counter()
            await call()
            if number >= repeats // 10:
                spent.append((time.perf_counter() - begun) * 1000)
    return median(times[0]), median(times[1])

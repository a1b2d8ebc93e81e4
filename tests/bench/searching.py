"""A search costs the same whatever is searched for: rare words and words of every second message, starts of words,
phrases, pieces of Chinese, filters, and what is not there; on SQLite and on PostgreSQL. Beside it, plain FTS5 with
`ORDER BY rank`, as it is mostly used.

    LOCRIT_SEARCHED=1000000 LOCRIT_SEARCHED_IN=/tmp/searched make bench ARGS=search
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from src.entities import Filters
from src.services.indexing import MESSAGES_AT_ONCE
from src.stores import search
from tests.bench.figures import Figure, Goal, Report, at_most, percentile
from tests.bench.searched import DAY_MS, SMALL, START, filled, order_newest, searched, store
from tests.callers import OnePersons

SEARCHED = int(os.environ.get("LOCRIT_SEARCHED", 100_000))
DIALECTS = ("SQLite", "PostgreSQL")
REPEATS = 40
WRITTEN_AGAIN = 2_000
KINDS: dict[str, tuple[str, Filters]] = {
    "a rare word": ("quokka", Filters()),
    "a common word": ("that", Filters()),
    "three common words": ("the people with", Filters()),
    "a common and a rare word": ("the quokka", Filters()),
    "the start s": ("s", Filters()),
    "the starts s, t and wh": ("s t wh", Filters()),
    "the start comp": ("comp", Filters()),
    "a phrase": ('"some of the people"', Filters()),
    "a phrase of longer common words": ('"people would"', Filters()),
    "a phrase that nobody said": ('"the quokka quokka that"', Filters()),
    "one Chinese character": ("国", Filters()),
    "four Chinese characters": ("中国人的", Filters()),
    "a word that nobody said": ("zzzyzx", Filters()),
    "common words, one that nobody said": ("the people zzzyzx", Filters()),
    "a common word, a small Locrit": ("that", Filters(locrit_id=SMALL)),
    "a common word by the system": ("that", Filters(role="system")),
    "a common word before a day": ("that", Filters(before=START + 3 * DAY_MS)),
    "a common word after a day": ("that s", Filters(after=START + 10**9)),
    "a common word, starred": ("that", Filters(mark="starred")),
    "twelve common words": ("the to and of a in is that it for you was", Filters()),
    "punctuation that nobody wrote": ("?!", Filters()),
    "a common word, none pinned": ("that", Filters(mark="pinned")),
    "a common word, on a day": ("that", Filters(after=START + 30 * DAY_MS, before=START + 31 * DAY_MS)),
    "a day": ("", Filters(after=START + 30 * DAY_MS, before=START + 31 * DAY_MS)),
    "filters alone": ("", Filters(role="system")),
}


def measure(size: float) -> list[Report]:
    count = int(SEARCHED * size)
    with filled([dialect.lower() for dialect in DIALECTS], count) as places:
        measured = zip(DIALECTS, places, strict=True)
        return [asyncio.run(_measure(dialect, place, count)) for dialect, place in measured]


async def _measure(dialect: str, place: Path, count: int) -> Report:
    goal = at_most(30 if count <= 100_000 else 60)
    async with searched(dialect.lower(), place, count) as app:
        figures = [figure for kind in KINDS for figure in await _figures(app, kind, goal)]
        stalls = await _written_again(app)
        if dialect == "SQLite":  # as long as its file is there
            figures += await asyncio.to_thread(_peer, place / "locrit.db", place / "peer.db")
    figures.append(Figure("the writer held by the index, p95", percentile(stalls, 95), "ms", at_most(50)))
    return Report(f"Search in {count:,} messages, {dialect}", figures)


async def _figures(app: OnePersons, kind: str, goal: Goal) -> list[Figure]:
    query, filters = KINDS[kind]
    locrit = SMALL if filters.locrit_id else None
    times = await _times(partial(app.memory.search, query, filters, locrit_name=locrit))
    return [
        Figure(f"{kind}, p50", percentile(times, 50), "ms"),
        Figure(f"{kind}, p95", percentile(times, 95), "ms", goal),
    ]


async def _written_again(app: OnePersons) -> list[float]:
    """How long the writer works for each batch of the newest messages, in milliseconds."""
    prepare = partial(search.prepare, count=MESSAGES_AT_ONCE)
    await app.database.write(partial(order_newest, WRITTEN_AGAIN))
    spent = []
    while (batch := await app.database.read(prepare)) is not None:
        started = time.perf_counter()
        await app.database.write(partial(store, batch))
        spent.append((time.perf_counter() - started) * 1000)
    return spent


async def _times(call: Callable[[], Awaitable[Any]]) -> list[float]:
    spent = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        await call()
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def _peer(database: Path, file: Path) -> list[Figure]:
    file.unlink(missing_ok=True)
    db = sqlite3.connect(file)
    db.execute("CREATE VIRTUAL TABLE plain USING fts5(content)")
    db.execute("ATTACH ? AS locrit", (str(database),))
    db.execute("INSERT INTO plain (rowid, content) SELECT row_id, content FROM locrit.messages")
    db.commit()
    ranked = "SELECT rowid, snippet(plain, 0, '', '', '…', 24) FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 20"
    figures = []
    for kind in ("a rare word", "a common word", "three common words", "the start s", "the start comp"):
        query = " ".join(f'"{word}"*' for word in KINDS[kind][0].split())
        spent = []
        for _ in range(5):
            started = time.perf_counter()
            db.execute(ranked, (query,)).fetchall()
            spent.append((time.perf_counter() - started) * 1000)
        figures.append(Figure(f"plain FTS5, ORDER BY rank: {kind}, p50", percentile(spent, 50), "ms"))
    return figures

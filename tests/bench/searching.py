"""A search costs the same whatever is searched for: rare words and words of every second message, starts of words,
pieces of Chinese, filters, and what is not there. Beside it, plain FTS5 with `ORDER BY rank`, as it is mostly used.

    LOCRIT_SEARCHED=1000000 python -m tests.bench searching
"""

import asyncio
import os
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from src.application import Application
from src.entities import Filters
from src.identity import new_id
from src.models import jobs, messages
from src.services.indexing import MESSAGES_AT_ONCE
from src.stores import search
from src.stores.writer import Transaction
from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.places import LOCRIT, application, directory

SEARCHED = int(os.environ.get("LOCRIT_SEARCHED", 100_000))
PER_TRANSACTION, PER_CONVERSATION = 1_000, 100
SMALL = "Pixie Assistant"
REPEATS = 40
MEAN_WORDS, VOCABULARY, SEED = 45, 60_000, 8
COMMON = """the to and of a in is that it for you was with on as have but be they not this are or from at what there can
which people your will about would one all so if more when them some because out up like time just know"""
CHARACTERS = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之"
START = 1_700_000_000_000
KINDS: dict[str, tuple[str, Filters]] = {
    "a rare word": ("quokka", Filters()),
    "a common word": ("that", Filters()),
    "three common words": ("the people with", Filters()),
    "a common and a rare word": ("the quokka", Filters()),
    "the start s": ("s", Filters()),
    "the starts s, t and wh": ("s t wh", Filters()),
    "the start comp": ("comp", Filters()),
    "a phrase": ('"some of the people"', Filters()),
    "a phrase that nobody said": ('"the quokka quokka that"', Filters()),
    "one Chinese character": ("国", Filters()),
    "four Chinese characters": ("中国人的", Filters()),
    "a word that nobody said": ("zzzyzx", Filters()),
    "common words, one that nobody said": ("the people zzzyzx", Filters()),
    "a common word, a small Locrit": ("that", Filters(locrit_id=SMALL)),
    "a common word by the system": ("that", Filters(role="system")),
    "a common word before a day": ("that", Filters(before=START + 3 * 86_400_000)),
    "a common word after a day": ("that s", Filters(after=START + 10**9)),
    "a common word, starred": ("that", Filters(mark="starred")),
    "filters alone": ("", Filters(role="system")),
}


def measure(size: float) -> list[Report]:
    return [asyncio.run(_measure(int(SEARCHED * size)))]


async def _measure(count: int) -> Report:
    goal = at_most(30 if count <= 100_000 else 60)
    with directory() as data_dir:
        async with application(data_dir) as app:
            await _fill(app, count)
            started = time.monotonic()
            stalls = [spent async for spent in _index(app)]
            indexed = time.monotonic() - started
            figures = []
            for kind, (query, filters) in KINDS.items():
                locrit = SMALL if filters.locrit_id else None
                times = await _times(partial(app.memory.search, query, filters, locrit_name=locrit))
                figures.append(Figure(f"{kind}, p50", percentile(times, 50), "ms"))
                figures.append(Figure(f"{kind}, p95", percentile(times, 95), "ms", goal))
        peer = _peer(data_dir / "locrit.db", data_dir / "peer.db")
    writer = Figure("the writer held by the index, p95", percentile(stalls, 95), "ms", at_most(50))
    speed = Figure("messages indexed a second", count / indexed)
    return Report(f"Search in {count:,} messages", [*figures, *peer, writer, speed])


async def _fill(app: Application, count: int) -> None:
    chance = random.Random(SEED)
    small, _ = await app.memory.open_conversation(SMALL)
    texts = _texts(chance)
    ids: list[tuple[str, str]] = []
    for start in range(0, count, PER_CONVERSATION):
        where, _ = await app.memory.open_conversation(LOCRIT, session_id=str(start))
        ids.append((where.conversation_id, where.locrit_id))
    for start in range(0, count, PER_TRANSACTION):
        rows = [
            _row(n, next(texts), *ids[n // PER_CONVERSATION]) for n in range(start, min(start + PER_TRANSACTION, count))
        ]
        await app.database.write(partial(_append, rows))
    for _ in range(20):
        await app.memory.save_message(small.conversation_id, "user", "that is small")
    await app.memory.edit_conversation(ids[3][0], {"starred": True})
    await app.database.write(lambda tx: tx.append(jobs, {"kind": search.REINDEX, "entity_id": "message_search"}))


def _append(rows: list[dict[str, Any]], tx: Transaction) -> None:
    for row in rows:
        tx.append(messages, row)


def _row(n: int, text: str, conversation_id: str, locrit_id: str) -> dict[str, Any]:
    role = "system" if n % 10_000 == 7 else "assistant" if n % 2 else "user"
    moment = START + n * 60_000
    return {
        "id": new_id(), "conversation_id": conversation_id, "locrit_id": locrit_id, "seq": n % PER_CONVERSATION + 1,
        "role": role, "status": "complete", "content": text, "rev": 1, "created_at": moment, "updated_at": moment,
    }  # fmt: skip


def _texts(chance: random.Random) -> Iterator[str]:
    """As often as in what people write (Zipf's law); one in ten Chinese."""
    words, seen = COMMON.split(), set(COMMON.split())
    while len(words) < VOCABULARY:
        word = "".join(chance.choice("etaoinshrdlcumwfgpybvk") for _ in range(chance.randint(4, 11)))
        if word not in seen:
            words.append(word)
            seen.add(word)
    words[5_000:5_020] = [f"comp{word}" for word in words[5_000:5_020]]
    words[40_000] = "quokka"
    often = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))
    while True:
        length = max(3, int(chance.expovariate(1 / MEAN_WORDS)))
        if chance.random() < 0.1:
            yield "".join(chance.choices(CHARACTERS, k=length))
        else:
            yield " ".join(chance.choices(words, cum_weights=often, k=length))


async def _index(app: Application) -> AsyncIterator[float]:
    """How long the writer worked for each batch, in milliseconds."""
    prepare = partial(search.prepare, count=MESSAGES_AT_ONCE)
    while (batch := await app.database.read(prepare)) is not None:
        started = time.perf_counter()
        await app.database.write(partial(_store, batch))
        yield (time.perf_counter() - started) * 1000


def _store(batch: search.Batch, tx: Transaction) -> int:
    return search.store(tx, batch)


async def _times(call: Callable[[], Awaitable[Any]]) -> list[float]:
    spent = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        await call()
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def _peer(database: Path, file: Path) -> list[Figure]:
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

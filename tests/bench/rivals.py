"""Saves with the two libraries that people would use instead; run by the Python of their own environment.

`python rivals.py <library> <directory> <writers> <saves> [durable]` prints saves per second and the settings that
SQLite then had. "durable" asks each for write-ahead logging and synchronous=FULL, and for one shared connection pool
where it can have one; without it everything is as it comes.
"""

import asyncio
import json
import sqlite3
import sys
import time
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Save = Callable[[str], Awaitable[Any]]
MESSAGE = "A message as people write it, neither long nor short. " * 6
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
WARM_UP_SAVES = 5


def openai_agents(path: Path, writers: int, durable: bool) -> list[Save]:
    from agents.memory.sqlite_session import SQLiteSession  # type: ignore[import-not-found]

    def saver(number: int) -> Save:
        session = SQLiteSession(f"session {number}", path)
        return lambda text: session.add_items([{"role": "user", "content": text}])

    if durable:  # its own default is durable already: write-ahead logging, and SQLite's synchronous=FULL
        _configure_every_connection(SQLiteSession)
    return [saver(number) for number in range(writers)]


def langchain(path: Path, writers: int, durable: bool) -> list[Save]:
    warnings.simplefilter("ignore")  # that langchain-community looks for new maintainers
    from langchain_community.chat_message_histories import SQLChatMessageHistory  # type: ignore[import-not-found]
    from sqlalchemy import create_engine, event

    url = f"sqlite:///{path}"
    engine = create_engine(url, pool_size=1, max_overflow=0) if durable else None
    if engine is not None:
        event.listen(engine, "connect", lambda connection, _: _configure(connection))

    def saver(number: int) -> Save:
        history = SQLChatMessageHistory(f"session {number}", connection=engine or url)
        return lambda text: asyncio.to_thread(history.add_user_message, text)

    return [saver(number) for number in range(writers)]


def _configure_every_connection(session: Any) -> None:
    before = session._configure_connection

    def configure(connection: sqlite3.Connection) -> None:
        before(connection)
        _configure(connection)

    session._configure_connection = staticmethod(configure)


def _configure(connection: sqlite3.Connection) -> None:
    for pragma in PRAGMAS:
        connection.execute(pragma)


LIBRARIES = {"openai-agents": openai_agents, "langchain": langchain}


async def saves_per_second(savers: list[Save], saves: int) -> tuple[float, int]:
    """And how many failed."""
    failed = 0

    async def write(save: Save, count: int) -> None:
        nonlocal failed
        for number in range(count):
            try:
                await save(f"{number} {MESSAGE}")
            except Exception:  # noqa: BLE001 - whatever it was, this message is not saved
                failed += 1

    await asyncio.gather(*(write(save, WARM_UP_SAVES) for save in savers))
    failed, begun = 0, time.perf_counter()
    await asyncio.gather(*(write(save, saves // len(savers)) for save in savers))
    seconds = time.perf_counter() - begun
    return (saves - failed) / seconds, failed


def main() -> None:
    library, directory, writers, saves, *durable = sys.argv[1:]
    path = Path(directory) / "rival.db"
    savers = LIBRARIES[library](path, int(writers), bool(durable))
    rate, failed = asyncio.run(saves_per_second(savers, int(saves)))
    [journal] = sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone()
    print(json.dumps({"saves_per_second": rate, "failed": failed, "journal_mode": journal}))


if __name__ == "__main__":
    main()

"""Engines for SQLite and PostgreSQL; settings that durability needs are read back and refused if different."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic_core import PydanticSerializationError
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError

from src.errors import InvalidInput, LocritError, StoreUnavailable
from src.stores.compiled_statement import CompiledStatement

READERS = 4
PAGE_BYTES = 1024
"""A message touches some fifteen pages, and each is written whole. Beside twice the size, a third less is written for a
message that is saved alone; of 32 at once each costs 6 % more, and a search costs the same."""

UNSTORABLE = (DataError, OverflowError, UnicodeEncodeError, PydanticSerializationError)
"""Numbers that are too large, text that is not Unicode: no column can hold them, however often they are sent."""
DATABASE_ERRORS = (DBAPIError, *UNSTORABLE)
"""All that a database, or its driver, raises."""

NOTICED_DEAD_AFTER_S = 20
CONNECTION_TIMEOUTS = {
    "connect_timeout": NOTICED_DEAD_AFTER_S // 2,
    "keepalives_idle": NOTICED_DEAD_AFTER_S // 2,
    "keepalives_interval": NOTICED_DEAD_AFTER_S // 4,
    "keepalives_count": 2,
    "tcp_user_timeout": NOTICED_DEAD_AFTER_S * 1000,
}
"""With PostgreSQL; without, a network that is gone would be waited for for a quarter of an hour.
https://www.postgresql.org/docs/current/libpq-connect.html"""

RETRYABLE_SQLSTATES = ("23505", "40001", "40P01")
"""SQLSTATEs: unique violation, serialization failure, deadlock. https://www.postgresql.org/docs/current/errcodes-appendix.html"""

SCRUB_TIMEOUT_MS = 10

log = logging.getLogger(__name__)


class ConcurrentUpdate(Exception):
    """Another process changed a row after this one had read it."""


# name -> (value to set, value that must be read back)
SQLITE_PRAGMAS = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
    "busy_timeout": ("30000", 30_000),
    "wal_autocheckpoint": ("4000", 4_000),
}

_SET_DURABLE = """
    SELECT set_config('synchronous_commit', CASE asked WHEN 'off' THEN 'on' ELSE asked END, false),
        current_setting('fsync') FROM current_setting('synchronous_commit') AS asked
"""
"""A server, database, role or URL may say that a commit is answered before it is on the disk: a crash takes it back. It
is set even where it stays what it is, so that no later change of the server's reaches an open connection."""


def open_writer(url: str | URL) -> Engine:
    """An engine of one connection whose every transaction may write from its start."""
    return _open(make_url(url), pool_size=1, begin="BEGIN IMMEDIATE")


def open_readers(url: str | URL) -> Engine:
    """An engine whose transactions see one snapshot."""
    return _open(make_url(url), pool_size=READERS, begin="BEGIN")


def _open(url: URL, *, pool_size: int, begin: str) -> Engine:
    pool: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "poolclass": QueuePool, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **pool, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _set_pragmas)
        statement = CompiledStatement(text(begin))
        event.listen(engine, "begin", lambda connection: statement.all(connection, {}))
        return engine
    writes = begin == "BEGIN IMMEDIATE"
    isolation = "READ COMMITTED" if writes else "REPEATABLE READ"
    engine = create_engine(url, **pool, pool_pre_ping=True, isolation_level=isolation, connect_args=_options(url))
    if writes:
        event.listen(engine, "connect", _set_durable)
    return engine


def _options(url: URL) -> dict[str, Any]:
    """Without the just-in-time compiler of PostgreSQL, which takes longer than all that is asked of it here."""
    return (
        {"options": "-c jit=off", **connection_timeouts(url)}
        if "options" not in url.query
        else {**connection_timeouts(url)}
    )


def connection_timeouts(url: URL) -> dict[str, int]:
    """How long PostgreSQL is waited for, as far as the URL does not say so."""
    return {name: value for name, value in CONNECTION_TIMEOUTS.items() if name not in url.query}


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin or commit by itself
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # only a new file takes it
    for name, (value, expected) in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        actual = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if actual != expected:
            raise StoreUnavailable(
                f"SQLite refused {name}={value} and answered {actual}: saved messages could be lost.",
                hint="Keep the data directory on a local disk that supports write-ahead logging.",
            )


def _set_durable(connection: Any, _record: object) -> None:
    _, fsync = connection.execute(_SET_DURABLE).fetchone()
    connection.commit()  # or the pool takes it back
    if fsync == "off":
        log.warning("PostgreSQL runs with fsync = off: a power cut can lose what is saved there, or all of it.")


@contextmanager
def lenient(connection: Connection) -> Iterator[Connection]:
    """SQLite's driver refuses text that is not UTF-8. Meanwhile it gives what it cannot decode as surrogates."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield connection
        return
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield connection
    finally:
        driver.text_factory = str


def is_serialization_failure(error: Exception) -> bool:
    """Whether another process wrote the same at the same moment: who looks again sees what it wrote."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return isinstance(error, ConcurrentUpdate) or state in RETRYABLE_SQLSTATES


def is_locked(error: Exception) -> bool:
    """Whether another program held the SQLite file for longer than `busy_timeout`."""
    return _sqlite_code(error) == sqlite3.SQLITE_BUSY


def _sqlite_code(error: Exception) -> int:
    code: int = getattr(error.orig, "sqlite_errorcode", 0) if isinstance(error, DBAPIError) else 0
    return code & 0xFF  # the other bits say more exactly why


def translated(error: Exception, sentence: str) -> LocritError:
    """One of DATABASE_ERRORS, in the words of the application."""
    if isinstance(error, UNSTORABLE):
        return InvalidInput("This holds a number or a character that cannot be stored.")
    if _sqlite_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreUnavailable(
            f"The database is malformed. {sentence}",
            hint="Stop the server, keep a copy of the files, and restore a backup.",
        )
    return StoreUnavailable(sentence)


def scrub(engine: Engine) -> bool:
    """Empties SQLite's write-ahead log, the last place where deleted words stand: `secure_delete` zeroes them in the
    database itself. Returns False while a reader of an older state needs the log. On PostgreSQL it does nothing: VACUUM
    frees rows without zeroing them, and its log is the server's."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()  # most of it while others write
        cursor.execute(f"PRAGMA busy_timeout = {SCRUB_TIMEOUT_MS}").fetchone()  # the writer waits as long
        try:
            return not cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {SQLITE_PRAGMAS['busy_timeout'][0]}").fetchone()

"""The high-water mark beside a SQLite database: how much it is known to have held, whatever became of its files.

A file that was emptied, or whose write-ahead log is missing, is a sound database that holds less: SQLite begins anew.
"""

import logging
import os
import secrets
import sqlite3
import time
from pathlib import Path

from pydantic import BaseModel, ValidationError

from src.errors import StoreUnavailable

PRIVATE = 0o600
BYTES = 512
"""One sector, which a disk writes as a whole: there is the old mark or the new one."""

_MEASURE = """
    SELECT user_version, (SELECT max(rowid) FROM events), (SELECT max(rowid) FROM messages) FROM pragma_user_version"""

log = logging.getLogger(__name__)


class Mark(BaseModel):
    """`history` is the database's `user_version`, which a copy keeps and another database does not have; 0 is none.
    Neither events nor messages are ever removed, so their number only grows."""

    history: int = 0
    changes: int = 0
    messages: int = 0
    at: str = ""

    def __str__(self) -> str:
        return f"{self.messages:,} messages in {self.changes:,} changes"


class HighWater:
    """Written after each commit, and not synced by itself: after a power cut it is older, and still true."""

    def __init__(self, database: Path, *, accept_loss: bool) -> None:
        """Raises OSError."""
        self._database = database
        self._accept_loss = accept_loss
        self._descriptor = os.open(f"{database}-highwater", os.O_RDWR | os.O_CREAT, PRIVATE)
        self._remembered = _parsed(os.pread(self._descriptor, BYTES, 0))
        self._is_noted = True

    def begin(self, connection: sqlite3.Connection) -> None:
        """Before anything is written. Raises StoreUnavailable when the database once held more, or is another one."""
        self.compare(_found(connection))
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            connection.execute(f"PRAGMA user_version = {secrets.randbelow(2**31 - 1) + 1}")

    def compare(self, found: Mark) -> None:
        known = self._remembered
        is_other = found.history not in (0, known.history)
        if not known.changes or not (is_other or found.changes < known.changes):
            return
        what = "is another one" if is_other else "holds less than it did"
        told = f"The database {self._database} {what}: {known} at {known.at}, {found} now."
        if not self._accept_loss:
            raise StoreUnavailable(
                told,
                hint="If a file was moved, emptied or left out of a copy (locrit.db-wal belongs to it), put it back. "
                "To go on with what is there, start once with --accept-loss.",
            )
        log.warning("%s This was accepted.", told)

    def note(self, mark: Mark) -> None:
        """What is committed by now. Failing at this endangers nothing that is saved, and is logged once."""
        try:
            os.pwrite(self._descriptor, mark.model_dump_json().encode().ljust(BYTES), 0)
        except OSError as error:
            if self._is_noted:
                log.warning("How much the database holds cannot be noted beside it: %s", error)
            self._is_noted = False
        else:
            self._is_noted = True

    def close(self) -> None:
        os.close(self._descriptor)


def measured(connection: sqlite3.Connection) -> Mark:
    history, changes, messages = connection.execute(_MEASURE).fetchone()
    at = time.strftime("%Y-%m-%d %H:%M:%S")
    return Mark(history=history, changes=changes or 0, messages=messages or 0, at=at)


def _found(connection: sqlite3.Connection) -> Mark:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if {"events", "messages"} <= tables:
        return measured(connection)
    return Mark(history=connection.execute("PRAGMA user_version").fetchone()[0])


def _parsed(content: bytes) -> Mark:
    try:
        return Mark.model_validate_json(content)
    except ValidationError:
        if content.strip(b"\0 "):
            log.warning("The note of how much the database holds cannot be read; it is made anew.")
        return Mark()

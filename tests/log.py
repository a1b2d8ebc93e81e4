"""The log of changes as the tests look at it: each event with all that it says, as earlier versions stored it, too."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import URL, Connection, create_engine, select, update

from src.models import events
from src.stores import digests, payloads

_LOG = select(events, payloads.SAID).order_by(events.c.scope, events.c.seq)


class Event(SimpleNamespace):
    """A row whose `payload` is whole."""

    row: dict[str, Any]

    def is_chained(self, before: bytes) -> bool:
        return digests.verify(self.row, before, payloads.said(self.row))


def logged(connection: Connection) -> list[Event]:
    """In the order of scope and seq."""
    rows = [dict(row) for row in connection.execute(_LOG).mappings()]
    return [Event(**row | {"payload": json.dumps(payloads.whole(row))}, row=row) for row in rows]


def rewrite(connection: Connection, payload_of: Callable[[Event], str] = lambda event: str(event.payload)) -> None:
    """As versions chained the log that stored all that a change says, or something else."""
    before: dict[str, bytes] = {}
    for event in logged(connection):
        row = {name: value for name, value in event.row.items() if name != "said"} | {"payload": payload_of(event)}
        if row["salt"] is not None:
            digests.chain(row, before.get(event.scope, b""))
        else:  # it was forgotten
            row["digest"] = digests.digest(row, before.get(event.scope, b""))
        before[event.scope] = row["digest"]
        connection.execute(update(events).where(events.c.scope == event.scope, events.c.seq == event.seq).values(row))


def copied_as_before(file: Path) -> Path:
    """A copy of a SQLite database, beside it, in which the log stores all that a change says."""
    copy = file.with_name(f"{file.name}.before")
    with closing(sqlite3.connect(file)) as database:
        database.execute("VACUUM INTO ?", (str(copy),))
    engine = create_engine(URL.create("sqlite", database=str(copy)))
    with engine.begin() as connection:
        rewrite(connection)
    engine.dispose()
    return copy

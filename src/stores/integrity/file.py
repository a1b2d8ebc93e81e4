"""The database file by itself: pages, references, and the schema that the migrations make."""

import re
from functools import cache
from typing import Any

from sqlalchemy import Connection, create_engine, text

from src.stores import migrations
from src.stores.integrity.reading import Problems

_SCHEMA = text("SELECT type, name, tbl_name, sql FROM sqlite_schema")
_VERSION = text("SELECT version_num FROM alembic_version")


def file(connection: Connection) -> Problems:
    """PostgreSQL checks its pages by itself whenever it reads them."""
    versions = [row[0] for row in connection.execute(_VERSION)]
    yield None if versions == [migrations.head()] else f"The database says that its version is {versions}."
    if connection.dialect.name == "sqlite":
        for (answer,) in connection.execute(text("PRAGMA integrity_check")):
            yield None if answer == "ok" else str(answer)
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"{row[0]} row {row[1]} refers to a row of {row[2]} that is not there."
        yield from _schema(connection)


def _schema(connection: Connection) -> Problems:
    found, right = _described(connection), _as_migrated()
    for key in sorted(found.keys() | right.keys(), key=str):
        yield None if found.get(key) == right.get(key) else f"The description of {key[0]} {key[1]} is damaged."


@cache  # nothing else can come of it
def _as_migrated() -> dict[Any, Any]:
    engine = create_engine("sqlite://")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        described = _described(connection)
    engine.dispose()
    return described


def _described(connection: Connection) -> dict[Any, Any]:
    """Without what differs between versions of SQLite and of the tools that write it: space, quotes, case."""
    return {
        (row.type, row.name): (row.tbl_name, re.sub(r'[\s"`\[\]]', "", str(row.sql)).lower())
        for row in connection.execute(_SCHEMA)
    }

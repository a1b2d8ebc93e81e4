"""Lists of conversations, page by page, newest activity first."""

import base64
import binascii
import json
from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, and_, select, tuple_

from src.entities import Conversation
from src.errors import InvalidInput
from src.models import conversations, locrits
from src.stores.conversations import ALL, entity
from src.words import fold

T = TypeVar("T")

_NAMES = select(
    conversations.c.id, conversations.c.title, conversations.c.updated_at, locrits.c.name.label("locrit_name")
).join(locrits, locrits.c.id == conversations.c.locrit_id)
NAMES_PER_PAGE = 10_000
"""Read and compared in some 30 ms."""


def page(
    connection: Connection, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Conversation], str | None]:
    """Returns a page, newest activity first, without the trash and the conversations of Locrits there. `filters` are
    column values."""
    rows = connection.execute(_listed(ALL, filters, cursor).limit(limit + 1)).all()
    found = [entity(row) for row in rows[:limit]]
    return found, encode(rows[limit - 1].updated_at, rows[limit - 1].id) if len(rows) > limit else None


def named(
    connection: Connection, query: str, filters: dict[str, Any], cursor: str | None, limit: int
) -> tuple[list[Conversation], str | None]:
    """Returns a page of those with every word of `query` in their title or their Locrit's name. A page ends where as
    many were found, or where NAMES_PER_PAGE were read: an index would not be quicker before there are far more."""
    words = fold(query).split()
    names = connection.execute(_listed(_NAMES, filters, cursor).limit(NAMES_PER_PAGE)).all()
    found = list(islice((row for row in names if _is_called(row, words)), limit))
    whole = {row.id: row for row in connection.execute(ALL.where(conversations.c.id.in_([row.id for row in found])))}
    end = found[limit - 1 :] or names[NAMES_PER_PAGE - 1 :]
    next_cursor = encode(end[0].updated_at, end[0].id) if end else None
    return [entity(whole[row.id]) for row in found if row.id in whole], next_cursor


def _is_called(row: Row[Any], words: list[str]) -> bool:
    name = fold(f"{row.title} {row.locrit_name}")
    return all(word in name for word in words)


def _listed(statement: Select[Any], filters: dict[str, Any], cursor: str | None) -> Select[Any]:
    statement = statement.where(conversations.c.deleted_at.is_(None), locrits.c.deleted_at.is_(None))
    statement = statement.where(and_(*(conversations.c[name] == value for name, value in filters.items())))
    key = (conversations.c.updated_at, conversations.c.id)
    if cursor:
        statement = statement.where(tuple_(*key) < tuple_(*decode(cursor, str)))
    return statement.order_by(key[0].desc(), key[1].desc())


def encode(updated_at: int, id_: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps([updated_at, id_]).encode()).decode()


def decode(cursor: str, kind: Callable[[Any], T]) -> tuple[int, T]:
    """`kind` is that of the ids."""
    try:
        updated_at, id_ = json.loads(base64.urlsafe_b64decode(cursor))
        if not 0 <= int(updated_at) < 2**63:
            raise ValueError("out of the database's range")
        return int(updated_at), kind(id_)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidInput("This page cursor is not one of ours.") from error

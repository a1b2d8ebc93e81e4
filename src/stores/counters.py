"""The numbers that are stored with every change, and the actual ones: they must agree, and can be repaired."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, select, update

from src.models import activity, conversations, locrits, messages
from src.stores.activity import QUARTER_MS

Numbers = dict[tuple[Any, ...], int]

_SHOWN = (messages.c.deleted_at.is_(None), conversations.c.deleted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Counter:
    """`repair(connection, key, number)` stores what was counted, or that there is nothing to count."""

    name: str
    stored: Callable[[Connection], Numbers]
    actual: Callable[[Connection], Numbers]
    repair: Callable[[Connection, tuple[Any, ...], int | None], None]

    def differences(self, connection: Connection) -> Iterator[tuple[tuple[Any, ...], int | None, int | None]]:
        """(key, stored, actual) of every number, None where there is none; the caller compares."""
        stored, actual = self.stored(connection), self.actual(connection)
        for key in sorted(stored.keys() | actual.keys(), key=str):
            yield key, stored.get(key), actual.get(key)


def _numbers(statement: Select[Any]) -> Callable[[Connection], Numbers]:
    return lambda connection: {(row[0],): int(row[1]) for row in connection.execute(statement)}


def _stored_by_quarter(connection: Connection) -> Numbers:
    return {(row.locrit_id, row.quarter): row.messages for row in connection.execute(select(activity))}


def _actual_by_quarter(connection: Connection) -> Numbers:
    """One whose messages are all in the trash is there with 0."""
    quarter = messages.c.created_at.op("/")(QUARTER_MS)
    statement = (
        select(messages.c.locrit_id, quarter.label("quarter"), func.count().filter(*_SHOWN).label("n"))
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .group_by(messages.c.locrit_id, quarter)
    )
    return {(row.locrit_id, row.quarter): row.n for row in connection.execute(statement)}


def _set_quarter(connection: Connection, key: tuple[Any, ...], number: int | None) -> None:
    locrit_id, quarter = key
    connection.execute(delete(activity).where(activity.c.locrit_id == locrit_id, activity.c.quarter == quarter))
    if number is not None:
        connection.execute(insert(activity), {"locrit_id": locrit_id, "quarter": quarter, "messages": number})


def _in_row(name: str, table: Table, column: str, *counted: ColumnElement[bool]) -> Counter:
    """A number that is kept in the row of what it counts for."""

    def repair(connection: Connection, key: tuple[Any, ...], number: int | None) -> None:
        connection.execute(update(table).where(table.c.id == key[0]).values({column: number}))

    count = select(func.count()).where(*counted).scalar_subquery()
    return Counter(name, _numbers(select(table.c.id, table.c[column])), _numbers(select(table.c.id, count)), repair)


COUNTERS = (
    Counter("messages by quarter of an hour", _stored_by_quarter, _actual_by_quarter, _set_quarter),
    _in_row(
        "messages of conversation",
        conversations,
        "message_count",
        messages.c.conversation_id == conversations.c.id,
        messages.c.deleted_at.is_(None),
    ),
    _in_row(
        "conversations of Locrit",
        locrits,
        "conversation_count",
        conversations.c.locrit_id == locrits.c.id,
        conversations.c.deleted_at.is_(None),
    ),
)

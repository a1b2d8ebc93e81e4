"""The numbers that are stored with every change, and the actual ones: they must agree, and can be repaired."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, select, update

from src.models import activity, conversations, locrits, messages
from src.stores.activity import QUARTER_MS
from src.stores.unit_of_work import UnitOfWork

Numbers = dict[tuple[Any, ...], int]

_SHOWN = (messages.c.deleted_at.is_(None), conversations.c.deleted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Counter:
    """`repair(key, stored, actual, tx)` adds the difference, which stays the same whatever is written meanwhile; None
    is for no number at all."""

    name: str
    stored: Callable[[Connection], Numbers]
    actual: Callable[[Connection], Numbers]
    repair: Callable[[tuple[Any, ...], int | None, int | None, UnitOfWork], None]

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


def _repair_quarter(key: tuple[Any, ...], stored: int | None, actual: int | None, tx: UnitOfWork) -> None:
    locrit_id, quarter = key
    this = (activity.c.locrit_id == locrit_id, activity.c.quarter == quarter)
    if stored is None and tx.query(select(activity).where(*this)).first() is None:
        tx.write_now(insert(activity), {"locrit_id": locrit_id, "quarter": quarter, "messages": actual})
        return
    more = (actual or 0) - (stored or 0)
    tx.write_now(update(activity).where(*this).values(messages=activity.c.messages + more))
    if actual is None:
        tx.write_now(delete(activity).where(*this, activity.c.messages == 0))


def _in_row(name: str, table: Table, column: str, *counted: ColumnElement[bool]) -> Counter:
    """A number that is kept in the row of what it counts for."""

    def repair(key: tuple[Any, ...], stored: int | None, actual: int | None, tx: UnitOfWork) -> None:
        more = (actual or 0) - (stored or 0)
        tx.write_now(update(table).where(table.c.id == key[0]).values({column: table.c[column] + more}))

    count = select(func.count()).where(*counted).scalar_subquery()
    return Counter(name, _numbers(select(table.c.id, table.c[column])), _numbers(select(table.c.id, count)), repair)


COUNTERS = (
    Counter("messages by quarter of an hour", _stored_by_quarter, _actual_by_quarter, _repair_quarter),
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

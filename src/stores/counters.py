"""The numbers that are stored with every change, and the actual ones: they must agree, and can be repaired."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, select, update

from src.models import activity, conversations, locrits, message_counts, messages
from src.models.people import QUARTERS_A_DAY
from src.stores import activity as activity_store
from src.stores.activity import DAY_MS, QUARTER_MS
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
    return {
        (row.locrit_id, row.day * QUARTERS_A_DAY + quarter): number
        for row in connection.execute(select(activity))
        for quarter, number in enumerate(row[2:])
        if number or not quarter  # the first quarter says that the day is there
    }


def _actual_by_quarter(connection: Connection) -> Numbers:
    """A day whose messages are all in the trash is there with 0."""
    quarter = messages.c.created_at.op("/")(QUARTER_MS)
    statement = (
        select(messages.c.locrit_id, quarter.label("quarter"), func.count().filter(*_SHOWN).label("n"))
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .group_by(messages.c.locrit_id, quarter)
    )
    rows = connection.execute(statement).all()
    days = {(row.locrit_id, row.quarter - row.quarter % QUARTERS_A_DAY): 0 for row in rows}
    return days | {(row.locrit_id, row.quarter): row.n for row in rows if row.n}


def _repair_quarter(key: tuple[Any, ...], stored: int | None, actual: int | None, tx: UnitOfWork) -> None:
    locrit_id, quarter = key
    more = (actual or 0) - (stored or 0)
    if actual is not None:
        activity_store.add_to_day(tx.connection, locrit_id, quarter, more)
        return
    day, of_day = divmod(quarter, QUARTERS_A_DAY)
    this, column = (activity.c.locrit_id == locrit_id, activity.c.day == day), activity.c[f"q{of_day}"]
    tx.write_now(update(activity).where(*this).values({column.name: column + more}))
    if not of_day:
        said_then = (messages.c.locrit_id == locrit_id, messages.c.created_at.op("/")(DAY_MS) == day)
        tx.write_now(delete(activity).where(*this, ~select(messages.c.id).where(*said_then).exists()))


def _stored_by_model(number: str) -> Callable[[Connection], Numbers]:
    key = [message_counts.c[name] for name in ("locrit_id", "role", "model")]
    return lambda connection: {
        tuple(row[:3]): int(row[3]) for row in connection.execute(select(*key, message_counts.c[number]))
    }


def _actual_by_model(number: ColumnElement[int]) -> Callable[[Connection], Numbers]:
    key = (messages.c.locrit_id, messages.c.role, func.coalesce(messages.c.model, ""))
    statement = (
        select(*key, number)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(*_SHOWN)
        .group_by(*key)
    )
    return lambda connection: {tuple(row[:3]): int(row[3]) for row in connection.execute(statement)}


def _by_model(name: str, column: str, number: ColumnElement[int]) -> Counter:
    def repair(key: tuple[Any, ...], stored: int | None, actual: int | None, tx: UnitOfWork) -> None:
        more = {"messages": 0, "characters": 0} | {column: (actual or 0) - (stored or 0)}
        activity_store.add_to_counts(tx.connection, key, **more)

    return Counter(name, _stored_by_model(column), _actual_by_model(number), repair)


def _in_row(name: str, table: Table, column: str, *counted: ColumnElement[bool]) -> Counter:
    """A number that is kept in the row of what it counts for."""

    def repair(key: tuple[Any, ...], stored: int | None, actual: int | None, tx: UnitOfWork) -> None:
        more = (actual or 0) - (stored or 0)
        tx.write_now(update(table).where(table.c.id == key[0]).values({column: table.c[column] + more}))

    count = select(func.count()).where(*counted).scalar_subquery()
    return Counter(name, _numbers(select(table.c.id, table.c[column])), _numbers(select(table.c.id, count)), repair)


COUNTERS = (
    Counter("messages by quarter of an hour", _stored_by_quarter, _actual_by_quarter, _repair_quarter),
    _by_model("messages by role and model", "messages", func.count()),
    _by_model("characters by role and model", "characters", activity_store.CHARACTERS),
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

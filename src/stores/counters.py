"""The numbers that are kept with every change, and the same numbers counted: they must agree, and can be set right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from src.entities import iso
from src.models import activity, conversations, locrit_users, locrits, messages

DAY_MS = 86_400_000

Numbers = dict[tuple[str, ...], int]

_SHOWN = (messages.c.deleted_at.is_(None), conversations.c.deleted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Counter:
    """`set_right(connection, key, number)` stores what was counted."""

    name: str
    kept: Callable[[Connection], Numbers]
    counted: Callable[[Connection], Numbers]
    set_right: Callable[[Connection, tuple[str, ...], int], None]

    def differences(self, connection: Connection) -> Iterator[tuple[tuple[str, ...], int, int]]:
        """(key, kept, counted) of every number; the caller compares."""
        kept, counted = self.kept(connection), self.counted(connection)
        for key in sorted(kept.keys() | counted.keys()):
            yield key, kept.get(key, 0), counted.get(key, 0)


def _numbers(statement: Select[Any]) -> Callable[[Connection], Numbers]:
    return lambda connection: {(row[0],): int(row[1]) for row in connection.execute(statement)}


def _kept_by_day(connection: Connection) -> Numbers:
    return {(row.locrit_id, row.day): row.messages for row in connection.execute(select(activity))}


def _counted_by_day(connection: Connection) -> Numbers:
    day = messages.c.created_at - messages.c.created_at % DAY_MS
    statement = (
        select(messages.c.locrit_id, day.label("day"), func.count().label("n"))
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(*_SHOWN)
        .group_by(messages.c.locrit_id, day)
    )
    return {(row.locrit_id, iso(row.day)[:10]): row.n for row in connection.execute(statement)}


def _set_day(connection: Connection, key: tuple[str, ...], number: int) -> None:
    locrit_id, day = key
    connection.execute(delete(activity).where(activity.c.locrit_id == locrit_id, activity.c.day == day))
    connection.execute(insert(activity), {"locrit_id": locrit_id, "day": day, "messages": number})


def _set_message_count(connection: Connection, key: tuple[str, ...], number: int) -> None:
    connection.execute(update(conversations).where(conversations.c.id == key[0]).values(message_count=number))


def _set_conversation_count(connection: Connection, key: tuple[str, ...], number: int) -> None:
    connection.execute(update(locrits).where(locrits.c.id == key[0]).values(conversation_count=number))


def _set_user_count(connection: Connection, key: tuple[str, ...], number: int) -> None:
    connection.execute(update(locrits).where(locrits.c.id == key[0]).values(user_count=number))


COUNTERS = (
    Counter("messages by day", _kept_by_day, _counted_by_day, _set_day),
    Counter(
        "messages of conversation",
        _numbers(select(conversations.c.id, conversations.c.message_count)),
        _numbers(
            select(messages.c.conversation_id, func.count())
            .where(messages.c.deleted_at.is_(None))
            .group_by(messages.c.conversation_id)
        ),
        _set_message_count,
    ),
    Counter(
        "conversations of Locrit",
        _numbers(select(locrits.c.id, locrits.c.conversation_count)),
        _numbers(
            select(conversations.c.locrit_id, func.count())
            .where(conversations.c.deleted_at.is_(None))
            .group_by(conversations.c.locrit_id)
        ),
        _set_conversation_count,
    ),
    Counter(
        "people of Locrit",
        _numbers(select(locrits.c.id, locrits.c.user_count)),
        _numbers(select(locrit_users.c.locrit_id, func.count()).group_by(locrit_users.c.locrit_id)),
        _set_user_count,
    ),
)

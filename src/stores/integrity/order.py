"""Numbers without gaps, and numbers that are stored beside what they count."""

from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from src.models import conversations, events, locrit_users, messages, users
from src.stores.counters import COUNTERS
from src.stores.integrity.reading import Names, Problems, rows

_ROW_IDS = select(
    func.count(), func.coalesce(func.min(messages.c.row_id), 1), func.coalesce(func.max(messages.c.row_id), 0)
)


def of_messages(connection: Connection) -> Problems:
    names, found = Names(connection), _numbered(connection, messages.c.conversation_id, messages.c.seq)
    for id_, head in _heads(connection, conversations, "message_seq").items():
        n, last = found.pop(id_, (0, 0))
        right = n == last == head
        yield None if right else f"{names.conversation(id_)} has {n} messages, numbered to {last} of {head}."
    for id_ in found:
        yield f"There are messages of a conversation {id_} that is not there."
    if connection.dialect.name == "sqlite":  # PostgreSQL leaves out numbers of what was not saved
        count, first, last = connection.execute(_ROW_IDS).one()
        if (first, count) != (1, last):
            yield f"{count} messages are in the rows {first} to {last}."


def of_changes(connection: Connection) -> Problems:
    names, found = Names(connection), _numbered(connection, events.c.scope, events.c.seq)
    heads = {f"conversation:{id_}": head for id_, head in _heads(connection, conversations, "head_seq").items()}
    heads |= {f"user:{id_}": head for id_, head in _heads(connection, users, "head_seq").items()}
    for scope in sorted(heads.keys() | found.keys(), key=str):
        n, last = found.get(scope, (0, 0))
        right = n == last == heads.get(scope)
        yield None if right else f"{names.scope(scope)}: {n} changes, numbered to {last} of {heads.get(scope)}."


def counters(connection: Connection) -> Problems:
    """What a summary shows is what counting gives."""
    for counter in COUNTERS:
        for key, stored, actual in counter.differences(connection):
            right = stored == actual
            yield None if right else f"{counter.name} {' '.join(map(str, key))}: {stored} stored, {actual} counted."
    known = {(row["locrit_id"], row["user_id"]) for row in rows(connection, locrit_users)}
    talked = {(row["locrit_id"], row["user_id"]) for row in rows(connection, conversations)}
    for locrit_id, user_id in sorted(known | talked, key=str):
        right = (locrit_id, user_id) in known & talked
        yield None if right else f"Whether {user_id} talked with Locrit {locrit_id} is told in two ways."


def _heads(connection: Connection, table: Table, column: str) -> dict[Any, Any]:
    return {row["id"]: row[column] for row in rows(connection, table)}


def _numbered(connection: Connection, group: Column[Any], number: Column[Any]) -> dict[Any, tuple[Any, Any]]:
    """How many rows, and the highest number, by group."""
    statement = select(group, func.count(), func.max(number)).group_by(group)
    return {id_: (n, last) for id_, n, last in connection.execute(statement)}

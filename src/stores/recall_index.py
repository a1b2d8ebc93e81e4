"""The index of what may be recalled: what `src.recall` needs of each message that is shown, made from its words.

It is filled and emptied together with the index that finds messages (`search`), by the same jobs.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, or_, select

from src.entities.conversations import VISITOR
from src.models import conversations, messages, recall_index
from src.recall import units
from src.recall.arrays import Turn
from src.stores import vectors
from src.stores.compiled_statement import CompiledStatement, insert_into
from src.stores.unit_of_work import UnitOfWork

ROLES = ("user", "assistant")
LOOKED_AT_AGAIN = 100
"""Of the newest rows: those of another process may come to be seen later than what came after them."""

_REMOVE = CompiledStatement(delete(recall_index).where(recall_index.c.row_id == bindparam("row_id")))
_ADD = insert_into(recall_index, "row_id", "units")
_TURNS = (
    select(
        recall_index.c.id,
        recall_index.c.row_id,
        recall_index.c.units,
        messages.c.conversation_id,
        messages.c.seq,
        messages.c.role,
        messages.c.created_at,
        conversations.c.user_id.label("label"),
    )
    .join(messages, messages.c.row_id == recall_index.c.row_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(messages.c.locrit_id == bindparam("locrit"), conversations.c.owner_id == bindparam("owner"))
)
_ALL = CompiledStatement(_TURNS)
_SINCE = CompiledStatement(_TURNS.where(recall_index.c.id > bindparam("after")).order_by(recall_index.c.id))
_NEWEST = CompiledStatement(select(recall_index.c.id).order_by(recall_index.c.id.desc()).limit(1))
_HIDDEN = CompiledStatement(
    select(conversations.c.id).where(
        or_(conversations.c.deleted_at.is_not(None), conversations.c.user_id.startswith(VISITOR)),
        conversations.c.locrit_id == bindparam("locrit"),
        conversations.c.owner_id == bindparam("owner"),
    )
)
_SAID = (
    select(
        messages.c.row_id,
        messages.c.id.label("message_id"),
        messages.c.conversation_id,
        messages.c.seq,
        messages.c.role,
        messages.c.rev,
        messages.c.content,
        messages.c.created_at,
        conversations.c.title,
        recall_index.c.id.label("index_id"),
    )
    .join(recall_index, recall_index.c.row_id == messages.c.row_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        messages.c.row_id.in_(bindparam("row_ids", expanding=True)),
        messages.c.deleted_at.is_(None),
        conversations.c.deleted_at.is_(None),
        conversations.c.owner_id == bindparam("owner"),
    )
)


class Indexed(NamedTuple):
    """`newest` is the highest id among all rows of the index."""

    turns: list[Turn]
    ids: dict[int, int]
    """Of the rows of the index, by those of the messages."""
    labels: set[str]
    """What the person is called in these conversations."""
    newest: int


def units_of(row: Any) -> str | None:
    """What the index shall say of a message, as JSON; None when it is not to be recalled."""
    if row.deleted_at is not None or row.role not in ROLES:
        return None
    found = units.units(row.content)
    return units.to_json(found) if found else None


def replace(tx: UnitOfWork, rows: Sequence[tuple[int, str | None]]) -> None:
    """What the index says of messages, by their `row_id`."""
    vectors.forget_after(tx, [row_id for row_id, _ in rows])
    tx.write_each_now(_REMOVE, [{"row_id": row_id} for row_id, _ in rows])
    tx.write_each_now(_ADD, [{"row_id": row_id, "units": said} for row_id, said in rows if said is not None])


def remove(tx: UnitOfWork, row_id: int) -> None:
    vectors.forget_after(tx, [row_id])
    tx.write_now(_REMOVE, {"row_id": row_id})


def read(connection: Connection, owner_id: str, locrit_id: str, after: int = 0) -> Indexed:
    """What came into the index after a row of it, with some of what came before."""
    newest = next(iter(_NEWEST.all(connection, {})), None)
    top = newest.id if newest is not None else 0
    if top == after:
        return Indexed([], {}, set(), top)
    key: dict[str, Any] = {"owner": owner_id, "locrit": locrit_id}
    if after:
        rows = _SINCE.all(connection, {**key, "after": max(0, after - LOOKED_AT_AGAIN)})
    else:
        rows = _ALL.all(connection, key)
    return Indexed(
        [_turn(row) for row in rows],
        {row.row_id: row.id for row in rows},
        {row.label for row in rows},
        max(top, after),
    )


def hidden(connection: Connection, owner_id: str, locrit_id: str) -> set[str]:
    """Conversations in the trash, and those of visitors."""
    return {row.id for row in _HIDDEN.all(connection, {"owner": owner_id, "locrit": locrit_id})}


def said(connection: Connection, owner_id: str, row_ids: Collection[int]) -> dict[int, Any]:
    """What these messages say, by `row_id`: without those that are in the trash, forgotten, or another person's."""
    rows = connection.execute(_SAID, {"row_ids": list(row_ids), "owner": owner_id})
    return {row.row_id: row for row in rows}


def _turn(row: Any) -> Turn:
    role = ROLES.index(row.role)
    return Turn(row.row_id, row.conversation_id, row.seq, role, row.created_at, units.from_json(row.units))

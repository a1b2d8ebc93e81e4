"""What people want of single messages when a Locrit is reminded: first, less, or never."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from src.entities.recall import Mark, RecallMark
from src.errors import NotFound
from src.models import conversations, messages
from src.models import recall_marks as table
from src.operations import Stamp
from src.stores import conversations as conversation_store
from src.stores import copies, events
from src.stores.engines import ConcurrentUpdate
from src.stores.unit_of_work import UnitOfWork

NONE = "none"

_FOUND = select(table).where(table.c.id.in_(bindparam("ids", expanding=True)), table.c.owner_id == bindparam("owner"))
_OF_LOCRIT = (
    select(messages.c.row_id, table.c.mark)
    .join(messages, messages.c.id == table.c.id)
    .where(table.c.owner_id == bindparam("owner"), table.c.locrit_id == bindparam("locrit"), table.c.mark != NONE)
)
_PLACE = (
    select(messages.c.conversation_id, messages.c.locrit_id, messages.c.forgotten_at, conversations.c.owner_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(messages.c.id == bindparam("id"))
)


def find(connection: Connection, owner_id: str, message_ids: Collection[str]) -> dict[str, RecallMark]:
    """By message, those of them that there are."""
    rows = connection.execute(_FOUND, {"ids": list(message_ids), "owner": owner_id})
    return {row.id: _entity(row) for row in rows}


def of_locrit(connection: Connection, owner_id: str, locrit_id: str) -> dict[int, Mark]:
    """By the `row_id` of the message."""
    rows = connection.execute(_OF_LOCRIT, {"owner": owner_id, "locrit": locrit_id})
    return {row.row_id: row.mark for row in rows}


def require(connection: Connection, owner_id: str, message_id: str) -> RecallMark:
    found = find(connection, owner_id, [message_id]).get(message_id)
    if found is None:
        raise NotFound("Nothing was said about recalling this message.")
    return found


def set_(tx: UnitOfWork, owner_id: str, message_id: str, mark: Mark, stamp: Stamp) -> RecallMark:
    """Marks the message, and its copies in forks, which say the same. Raises NotFound."""
    place = _place(tx, owner_id, message_id)
    conversation_store.lock_head(tx, place.conversation_id, in_trash=True)
    origin = copies.origin_of(tx.connection, owner_id, message_id)
    for id_ in {origin, *copies.of(tx.connection, owner_id, origin)} - {message_id}:
        other = tx.query(_PLACE, {"id": id_}).one()
        if other.forgotten_at is None:
            _set(tx, owner_id, id_, other.locrit_id, {"mark": mark}, stamp)
    return _set(tx, owner_id, message_id, place.locrit_id, {"mark": mark}, stamp)


def accept(tx: UnitOfWork, owner_id: str, theirs: RecallMark, stamp: Stamp) -> None:
    """What a browser uploads again: the newer revision counts. Of a message that is not here it says nothing."""
    place = tx.query(_PLACE, {"id": theirs.id}).first()
    ours = find(tx.connection, owner_id, [theirs.id]).get(theirs.id)
    if place is None or place.owner_id != owner_id or place.forgotten_at is not None:
        return
    if ours is None or theirs.rev > ours.rev:
        fields = theirs.model_dump(include={"mark", "rev", "created_at", "updated_at"})
        _set(tx, owner_id, theirs.id, place.locrit_id, fields, stamp)


def copy(tx: UnitOfWork, owner_id: str, copied: Mapping[str, str], stamp: Stamp) -> None:
    """What is said of a message holds for its copy in a fork: ids of copies by those of their origins."""
    for origin in find(tx.connection, owner_id, copied).values():
        _set(tx, owner_id, copied[origin.id], origin.locrit_id, {"mark": origin.mark}, stamp)


def forget(tx: UnitOfWork, owner_id: str, message_id: str, stamp: Stamp) -> None:
    """Of what is forgotten nothing is wanted any more."""
    for mark in find(tx.connection, owner_id, [message_id]).values():
        _set(tx, owner_id, message_id, mark.locrit_id, {"mark": NONE}, stamp)


def _place(tx: UnitOfWork, owner_id: str, message_id: str) -> Row[Any]:
    place = tx.query(_PLACE, {"id": message_id}).first()
    if place is None or place.owner_id != owner_id or place.forgotten_at is not None:
        raise NotFound("There is no such message.")
    return place


def _set(
    tx: UnitOfWork, owner_id: str, message_id: str, locrit_id: str, fields: dict[str, Any], stamp: Stamp
) -> RecallMark:
    """Nothing happens where it is so already."""
    ours = find(tx.connection, owner_id, [message_id]).get(message_id)
    if ours is not None and ours.mark == fields["mark"] and "rev" not in fields:
        return ours
    values = {"rev": ours.rev + 1 if ours else 1, "updated_at": stamp.time} | fields
    if ours is None:
        row = {"id": message_id, "owner_id": owner_id, "locrit_id": locrit_id, "created_at": stamp.time}
        tx.write_now(insert(table), row | values)
    else:
        as_read = update(table).where(table.c.id == message_id, table.c.rev == ours.rev)
        if not tx.write_now(as_read.values(values)).rowcount:
            raise ConcurrentUpdate
    now = require(tx.connection, owner_id, message_id)
    events.record_for_user(tx, owner_id, "recall_mark.updated", message_id, now.rev, now, stamp)
    return now


def _entity(row: Row[Any]) -> RecallMark:
    return RecallMark.model_validate(row._asdict())

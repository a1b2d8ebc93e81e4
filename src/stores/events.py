"""The log of changes: gapless `seq` per scope, written in the transaction of the change."""

import logging
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Row, bindparam, select, update

from src.entities import ChangeEvent, Entity
from src.errors import NotFound
from src.events import user_scope
from src.models import conversations, events, users
from src.operations import Stamp
from src.stores import digests, payloads
from src.stores.compiled_statement import CompiledStatement, insert_into
from src.stores.kinds import kind_of
from src.stores.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

_CHANGES: TypeAdapter[ChangeEvent] = TypeAdapter(ChangeEvent)
_NEXT_USER_SEQ = CompiledStatement(
    update(users)
    .where(users.c.id == bindparam("user"))
    .values(head_seq=users.c.head_seq + 1)
    .returning(users.c.head_seq)
)
_DIGEST = CompiledStatement(
    select(events.c.digest).where(events.c.scope == bindparam("scope"), events.c.seq == bindparam("seq"))
)
_SINCE = (
    select(events, payloads.SAID)
    .where(events.c.scope == bindparam("scope"), events.c.seq > bindparam("since"))
    .order_by(events.c.seq)
    .limit(bindparam("count"))
)
_HEADS = {
    "conversation": select(conversations.c.head_seq).where(
        conversations.c.id == bindparam("id"), conversations.c.owner_id == bindparam("owner")
    ),
    "user": select(users.c.head_seq).where(users.c.id == bindparam("id"), users.c.id == bindparam("owner")),
}


_OWNERS = {
    "conversation": select(conversations.c.owner_id).where(conversations.c.id == bindparam("id")),
    "user": select(users.c.id).where(users.c.id == bindparam("id")),
}


def record(
    tx: UnitOfWork, scope: str, seq: int, type_: str, entity_id: str, rev: int, entity: Entity, stamp: Stamp
) -> None:
    place = {"scope": scope, "seq": seq, "type": type_, "entity_id": entity_id, "rev": rev, "op_id": stamp.op_id}
    change = kind_of(type_).change(payload=entity, **place)
    payload, said = payloads.stored(entity, stamp.time)
    tx.store_later(_chain_and_store, {**place, "payload": payload, "said": said, "created_at": stamp.time})
    tx.publish_after_commit(change)


def _chain_and_store(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Rows of a scope are in the order of their seq; each scope's chain goes on where the log ends."""
    ends: dict[str, bytes] = {}
    for row in rows:
        scope = row["scope"]
        if scope not in ends:
            last = _DIGEST.first(connection, {"scope": scope, "seq": row["seq"] - 1})
            ends[scope] = last.digest if last else b""
        digests.chain(row, ends[scope], row.pop("said"))
        ends[scope] = row["digest"]
    insert_into(events, *rows[0]).many(connection, rows)


def record_for_user(
    tx: UnitOfWork, owner_id: str, type_: str, entity_id: str, rev: int, entity: Entity, stamp: Stamp
) -> None:
    [row] = tx.write_now(_NEXT_USER_SEQ, {"user": owner_id})
    record(tx, user_scope(owner_id), row.head_seq, type_, entity_id, rev, entity, stamp)


def head(connection: Connection, owner_id: str, scope: str) -> int:
    """The last `seq` of a scope. Raises NotFound for one of another person, too."""
    kind, _, id_ = scope.partition(":")
    key = {"id": id_, "owner": owner_id}
    head_seq = connection.execute(_HEADS[kind], key).scalar_one_or_none() if kind in _HEADS else None
    if head_seq is None:
        raise _nothing_there(scope)
    return int(head_seq)


def check_not_others(connection: Connection, owner_id: str, scope: str) -> None:
    """Raises NotFound for a scope of another person; one that does not exist is nobody's."""
    kind, _, id_ = scope.partition(":")
    owner = connection.execute(_OWNERS[kind], {"id": id_}).scalar_one_or_none() if kind in _OWNERS else None
    if owner not in (None, owner_id):
        raise _nothing_there(scope)


def _nothing_there(scope: str) -> NotFound:
    return NotFound(f"There is nothing to follow under '{scope}'.")


def since(
    connection: Connection, owner_id: str, scope: str, seq: int, limit: int
) -> tuple[list[ChangeEvent], int, bool]:
    """Up to `limit` events after `seq`, oldest first; the scope's head; whether more follow. Raises NotFound."""
    head_seq = head(connection, owner_id, scope)
    rows = connection.execute(_SINCE, {"scope": scope, "since": seq, "count": limit}).all()
    found = [_told(row) for row in rows]
    return found, head_seq, bool(found) and found[-1].seq < head_seq


def _told(row: Row[Any]) -> ChangeEvent:
    """What a change says that cannot be read must not keep anybody from hearing of the next one."""
    stored: dict[str, Any] = dict(row._mapping)
    told = {**stored, "payload": payloads.whole(stored)}
    try:
        return _CHANGES.validate_python(told)
    except ValidationError:
        log.exception("Change %d of %s is passed on without what it says", row.seq, row.scope)
        return _CHANGES.validate_python({**told, "payload": {}})

"""What models had done by tools: a row from the moment one is asked for, changed in place, each change told."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, bindparam, select, update

from src.entities import Failure, NewToolResult, ToolResult
from src.entities.tools import UNKNOWN_OUTCOME
from src.errors import Conflict, NotFound
from src.events import conversation_scope
from src.json_values import storable_json
from src.models import conversations as conversation_table
from src.models import tool_results as table
from src.operations import Stamp
from src.stores import conversations, events, scrubbing
from src.stores.conversations import ConversationHead
from src.stores.engines import ConcurrentUpdate
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

JSON_COLUMNS: Final = ("arguments", "result")
OUTCOME_UNKNOWN: Final = Failure(
    code=UNKNOWN_OUTCOME,
    message="The server stopped while this ran: whether it took effect is not known.",
    hint="Look whether it did before it is done again.",
)

_ALL = select(table)
_BY_ID = _ALL.where(table.c.id == bindparam("id"))
_OWNED = _BY_ID.join(conversation_table, conversation_table.c.id == table.c.conversation_id).where(
    conversation_table.c.owner_id == bindparam("owner")
)
_OF_MESSAGES = _ALL.where(table.c.message_id.in_(bindparam("messages", expanding=True))).order_by(
    table.c.created_at, table.c.id
)

_OF_CONVERSATION = _ALL.where(
    table.c.conversation_id == bindparam("conversation"), table.c.forgotten_at.is_(None)
).order_by(table.c.created_at, table.c.id)


def entity(row: Row[Any]) -> ToolResult:
    read = {name: json.loads(row._mapping[name]) for name in JSON_COLUMNS}
    error = Failure.model_validate_json(row.error) if row.error else None
    return ToolResult.model_validate(row._asdict() | read | {"error": error})


def find(connection: Connection, id_: str) -> ToolResult | None:
    row = connection.execute(_BY_ID, {"id": id_}).one_or_none()
    return entity(row) if row else None


def require(connection: Connection, id_: str) -> ToolResult:
    found = find(connection, id_)
    if found is None:
        raise _unknown()
    return found


def owned(connection: Connection, owner_id: str, id_: str) -> ToolResult:
    """Raises NotFound for one of another person, too."""
    row = connection.execute(_OWNED, {"id": id_, "owner": owner_id}).one_or_none()
    if row is None:
        raise _unknown()
    return entity(row)


def _unknown() -> NotFound:
    return NotFound("There is no such tool result.")


def of_conversation(connection: Connection, conversation_id: str) -> list[ToolResult]:
    """Returns all of it, oldest first."""
    return [entity(row) for row in connection.execute(_OF_CONVERSATION, {"conversation": conversation_id})]


def of(connection: Connection, message_ids: Collection[str]) -> list[ToolResult]:
    """Returns those of these messages, oldest first."""
    if not message_ids:
        return []
    return [entity(row) for row in connection.execute(_OF_MESSAGES, {"messages": list(message_ids)})]


def effect(id_: str, do: Callable[[UnitOfWork], ToolResult]) -> Effect[ToolResult]:
    """Makes the effect of an operation on one that is there; a repeat is told what it is now."""
    return Effect(do, lambda tx, _done: require(tx.connection, id_))


def add(
    tx: UnitOfWork, head: ConversationHead, message_id: str, new: Sequence[NewToolResult], stamp: Stamp
) -> list[ToolResult]:
    told = {"conversation_id": head.id, "message_id": message_id, "rev": 1}
    told |= {"created_at": stamp.time, "updated_at": stamp.time}
    return [_store(tx, head, _begun(one, told), stamp) for one in new]


def _begun(one: NewToolResult, told: dict[str, Any]) -> ToolResult:
    said = {field.name: getattr(one, field.name) for field in fields(one)}  # asdict fails on what is nested deeply
    said["arguments"] = storable_json(one.arguments)
    return ToolResult(status="failed" if one.error else "pending", **said, **told)


def save(
    tx: UnitOfWork, head: ConversationHead, id_: str, fields: dict[str, Any], created_at: int | None, stamp: Stamp
) -> ToolResult:
    """What a client's own tool came to: a row, or what is new of the one that is there. Raises Conflict for an id that
    stands for one of another conversation, whoever has it."""
    told = {name: storable_json(value) if name in JSON_COLUMNS else value for name, value in fields.items()}
    known = find(tx.connection, id_)
    if known is None:
        times = {"created_at": created_at or stamp.time, "updated_at": stamp.time}
        row = {"id": id_, "conversation_id": head.id, "name": "", "rev": 1} | times | told
        return _store(tx, head, ToolResult.model_validate(row), stamp)
    if known.conversation_id != head.id:
        raise Conflict("There is a tool result with this id already.", hint="Choose another one.")
    new = {name: value for name, value in told.items() if value != getattr(known, name)}
    return change(tx, head, known, new, stamp) if new and known.forgotten_at is None else known


def bring(tx: UnitOfWork, head: ConversationHead, one: ToolResult, stamp: Stamp) -> None:
    """What another copy of this data had."""
    _store(tx, head, one.model_copy(update={"conversation_id": head.id}), stamp)


def copy(
    tx: UnitOfWork, head: ConversationHead, origin: ToolResult, id_: str, message_id: str, stamp: Stamp
) -> ToolResult:
    """In a fork. What runs goes on where it was begun."""
    place = {"id": id_, "conversation_id": head.id, "message_id": message_id, "rev": 1}
    return _store(tx, head, cut(origin).model_copy(update=place), stamp)


def _store(tx: UnitOfWork, head: ConversationHead, new: ToolResult, stamp: Stamp) -> ToolResult:
    tx.insert_later(table, columns(dict(new)))
    return _announce(tx, head, "tool_result.created", new, stamp)


def change(
    tx: UnitOfWork,
    head: ConversationHead,
    old: ToolResult,
    fields: dict[str, Any],
    stamp: Stamp,
    type_: str = "tool_result.updated",
) -> ToolResult:
    """Stores the revision after `old` and announces it."""
    revised = columns({"rev": old.rev + 1, "updated_at": stamp.time} | fields)
    unchanged = update(table).where(table.c.id == old.id, table.c.rev == old.rev)
    if not tx.write_now(unchanged.values(revised)).rowcount:
        raise ConcurrentUpdate
    return _announce(tx, head, type_, require(tx.connection, old.id), stamp)


def settle(tx: UnitOfWork, head: ConversationHead, message_id: str, stamp: Stamp) -> None:
    """The reply has ended, so nothing of it runs: what changes something may have been done, and is not done again by
    itself; what changes nothing may be done again."""
    for one in of(tx.connection, [message_id]):
        if one.status == "running":
            change(tx, head, one, _cut(one), stamp)


def cut(one: ToolResult) -> ToolResult:
    """As it is where nothing runs."""
    return one.model_copy(update=_cut(one)) if one.status == "running" else one


def _cut(one: ToolResult) -> dict[str, Any]:
    return {"status": "failed", "error": OUTCOME_UNKNOWN} if one.changes else {"status": "pending"}


def forget(tx: UnitOfWork, head: ConversationHead, stamp: Stamp, *of_: ColumnElement[bool]) -> None:
    """Destroys what these said, and what was told of it."""
    for row in tx.query(_ALL.where(table.c.conversation_id == head.id, table.c.forgotten_at.is_(None), *of_)).all():
        scrubbing.scrub(tx, head.owner_id, conversation_scope(head.id), "tool_result", row.id)
        blank = {"name": "", "display_name": "", "arguments": None, "result": None, "error": None}
        change(tx, head, entity(row), {**blank, "forgotten_at": stamp.time}, stamp, "tool_result.forgotten")


def columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Turns fields into column values."""
    told: dict[str, Any] = {}
    for name, value in fields.items():
        if name in JSON_COLUMNS:
            value = json.dumps(storable_json(value))
        elif isinstance(value, Failure):
            value = value.model_dump_json()
        told[name] = value
    return told


def _announce(tx: UnitOfWork, head: ConversationHead, type_: str, one: ToolResult, stamp: Stamp) -> ToolResult:
    head_seq, _ = conversations.allocate_seq(tx, head, events=1, messages=0, counted=0, preview=None)
    events.record(tx, conversation_scope(head.id), head_seq, type_, one.id, one.rev, one, stamp)
    return one

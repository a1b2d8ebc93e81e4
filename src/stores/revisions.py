"""What people do to a message that is there: edit it, delete it, restore it."""

from typing import Any, Literal

from src.entities import Body, Message, parts
from src.errors import Conflict
from src.operations import Stamp
from src.stores import conversations, messages
from src.stores.unit_of_work import UnitOfWork

Revision = Literal["edit", "delete", "restore"]
_EVENT_TYPES = {"edit": "message.updated", "delete": "message.deleted", "restore": "message.restored"}


def edit(tx: UnitOfWork, current: Message, content: str, rev: int | None, stamp: Stamp) -> Message:
    """The text; its other parts stay. Raises Conflict for a running reply, and for a stale `rev` unless it says so
    already: two who wrote the same agree."""
    is_so = current.content == content
    return _revise(tx, "edit", current, is_so, _columns(Body(content, parts.reworded(current.parts))), rev, stamp)


def roll_back(tx: UnitOfWork, current: Message, to: Body, stamp: Stamp) -> Message:
    """All of what it said. Raises Conflict for a running reply."""
    is_so = to == (current.content, current.parts)
    return _revise(tx, "edit", current, is_so, _columns(to), None, stamp)


def _columns(body: Body) -> dict[str, Any]:
    return {"content": body.content, "parts": parts.as_json(body.parts)}


def set_deleted(tx: UnitOfWork, current: Message, is_deleted: bool, stamp: Stamp) -> Message:
    """To the trash, or back. Raises Conflict for a running reply."""
    is_so = is_deleted == (current.deleted_at is not None)
    values = {"deleted_at": stamp.time if is_deleted else None}
    return _revise(tx, "delete" if is_deleted else "restore", current, is_so, values, None, stamp)


def _revise(
    tx: UnitOfWork,
    kind: Revision,
    current: Message,
    is_so: bool,
    values: dict[str, Any],
    rev: int | None,
    stamp: Stamp,
) -> Message:
    if rev is not None and rev != current.rev and not is_so:
        raise Conflict("This message was changed in the meantime.", current=current.wire())
    messages.check_not_running(current)
    messages.check_not_forgotten(current)
    if is_so:
        return current  # a late repeat must not do what was not needed now
    head = conversations.lock_head(tx, current.conversation_id)
    if kind == "edit":
        messages.keep_version(tx, current)
    return messages.change(tx, head, current, _EVENT_TYPES[kind], values, stamp)

"""What people do to a message that is there: edit it, delete it, restore it; each once."""

from typing import Any, Literal

from src.entities import Message
from src.errors import Conflict
from src.stores import conversations, messages, ops
from src.stores.writer import Transaction

Revision = Literal["edit", "delete", "restore"]
_EVENT_TYPES = {"edit": "message.updated", "delete": "message.deleted", "restore": "message.restored"}


def revise(
    tx: Transaction,
    kind: Revision,
    message_id: str,
    values: dict[str, Any],
    rev: int | None,
    op_id: str,
    request_hash: str,
    now: int,
) -> Message:
    """Edit, delete or restore, once. Raises Conflict for a running reply, and for a stale `rev` unless it is so
    already: two who wrote the same agree."""
    current = messages.require(tx.connection, message_id)
    if ops.find(tx, op_id, request_hash) is not None:
        return current
    text, is_deleted = values.get("content"), current.deleted_at is not None
    is_so = current.content == text if kind == "edit" else is_deleted == (kind == "delete")
    if rev is not None and rev != current.rev and not is_so:
        raise Conflict("This message was changed in the meantime.", current=current.wire())
    messages.check_not_running(current)
    messages.check_not_forgotten(current)
    where = None if is_so else conversations.place(tx, current.conversation_id)
    ops.record(tx, op_id, request_hash, {}, now)
    if where is None:
        return current  # a late repeat must not do what was not needed now
    if kind == "edit":
        messages.keep_version(tx, current)
    return messages.change(tx, where, current, _EVENT_TYPES[kind], values, op_id, now)

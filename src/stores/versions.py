"""Versions of a message: what an edit replaces is kept, and can be brought back as a new version."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from src.entities import Body, Message, MessageVersion, parts
from src.errors import NotFound
from src.models import message_versions
from src.operations import Stamp
from src.stores import conversations, messages
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork

_OF_MESSAGE = (
    select(message_versions)
    .where(message_versions.c.message_id == bindparam("message"))
    .order_by(message_versions.c.rev.desc())
)


def history(connection: Connection, message_id: str) -> list[MessageVersion]:
    """Newest first; the first is what the message says now."""
    now = messages.require(connection, message_id)
    told = {"rev": now.rev, "content": now.content, "parts": now.parts, "status": now.status}
    current = MessageVersion(**told, created_at=now.updated_at)
    return [current, *map(_version, connection.execute(_OF_MESSAGE, {"message": message_id}))]


def _version(row: Row[Any]) -> MessageVersion:
    return MessageVersion.model_validate({**row._mapping, "parts": parts.from_json(row.parts)})


def body_at(connection: Connection, message_id: str, rev: int) -> Body:
    for version in history(connection, message_id):
        if version.rev == rev:
            return Body(version.content, version.parts)
    raise NotFound(f"This message has no version {rev}.")


def keep_conflict(tx: UnitOfWork, current: Message, content: str, stamp: Stamp) -> Message:
    """Another edit of the same text that lost: kept as the version before the newest, which says what was said."""
    messages.check_not_running(current)
    messages.check_not_forgotten(current)
    other = Body(content, parts.reworded(current.parts))
    return put_between(tx, conversations.lock_head(tx, current.conversation_id), current, other, stamp)


def put_between(tx: UnitOfWork, head: ConversationHead, current: Message, other: Body, stamp: Stamp) -> Message:
    messages.keep_version(tx, current)
    messages.keep_version(tx, current.model_copy(update={"rev": current.rev + 1, **other._asdict()}))
    return messages.change(tx, head, current, "message.updated", {"rev": current.rev + 2}, stamp)

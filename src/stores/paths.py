"""The tree of a conversation: every message follows another one; what is shown and prompted is one path through it."""

from sqlalchemy import Connection, and_, bindparam, literal, or_, select

from src.entities import Message
from src.models import messages
from src.stores.messages import entity

DELETED_BETWEEN = 50
"""Deleted messages are steps of a path too: so many of them do not shorten what is found of it."""

_start = (
    select(messages.c.id, messages.c.parent_id, messages.c.conversation_id, messages.c.seq, literal(1).label("length"))
    .where(messages.c.id == bindparam("leaf"))
    .cte("path", recursive=True)
)
_older = messages.alias("older")
_path = _start.union_all(
    select(_older.c.id, _older.c.parent_id, _older.c.conversation_id, _older.c.seq, _start.c.length + 1).where(
        _start.c.length < bindparam("longest"),
        _older.c.conversation_id == _start.c.conversation_id,
        or_(
            _older.c.id == _start.c.parent_id,
            and_(_start.c.parent_id.is_(None), _older.c.seq == _start.c.seq - 1),
        ),
    )
)
_PATH = (
    select(messages)
    .where(
        messages.c.id.in_(select(_path.c.id)), or_(messages.c.deleted_at.is_(None), messages.c.id == bindparam("leaf"))
    )
    .order_by(messages.c.seq.desc())
    .limit(bindparam("count"))
)
_BEFORE = select(messages.c.id).where(
    messages.c.conversation_id == bindparam("conversation"), messages.c.seq == bindparam("seq")
)


def to(connection: Connection, message_id: str, limit: int) -> list[Message]:
    """The last `limit` messages that lead to this one, itself the last; oldest first, without deleted ones."""
    rows = connection.execute(_PATH, {"leaf": message_id, "count": limit, "longest": limit + DELETED_BETWEEN}).all()
    return [entity(row) for row in reversed(rows)]


def parent_of(connection: Connection, message: Message) -> str:
    """The message that it follows; the conversation's id for the first one."""
    if message.parent_id is not None:
        return message.parent_id
    before = {"conversation": message.conversation_id, "seq": message.seq - 1}
    return connection.execute(_BEFORE, before).scalar_one_or_none() or message.conversation_id

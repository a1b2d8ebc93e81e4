"""What is remembered of a Locrit: the numbers, the newest messages, the sessions, and memories beside them."""

import json
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from src.entities import (
    Conversation,
    Memory,
    MemoryStatistics,
    MemorySummary,
    Message,
    RememberedMessage,
    RememberedSession,
)
from src.errors import NotFound
from src.identity import new_id
from src.models import conversations, locrits, memories, messages
from src.stores import activity, ops, trash
from src.stores import conversations as conversation_store
from src.stores import locrits as locrit_store
from src.stores.writer import Transaction

SUMMARY_SIZE = 20

_REMEMBERED = select(
    messages.c.id,
    messages.c.role,
    messages.c.content,
    messages.c.created_at.label("timestamp"),
    messages.c.conversation_id,
    messages.c.seq,
    messages.c.status,
    messages.c.rev,
    conversations.c.session_id,
).join(conversations, conversations.c.id == messages.c.conversation_id)
_SHOWN = _REMEMBERED.where(
    messages.c.locrit_id == bindparam("locrit"), messages.c.deleted_at.is_(None), conversations.c.deleted_at.is_(None)
)
_RECENT = _SHOWN.order_by(messages.c.row_id.desc()).limit(bindparam("count"))
_ONE = _SHOWN.where(messages.c.id == bindparam("id"))
_ENDS = [
    select(messages.c.created_at).where(messages.c.locrit_id == bindparam("locrit")).order_by(end).limit(1)
    for end in (messages.c.row_id, messages.c.row_id.desc())
]
_ALIVE_MEMORIES = memories.c.deleted_at.is_(None)
_MEMORIES = (
    select(memories)
    .where(memories.c.locrit_id == bindparam("locrit"), _ALIVE_MEMORIES)
    .order_by(memories.c.pinned.desc(), memories.c.created_at.desc(), memories.c.id.desc())
    .limit(bindparam("count"))
)
_BY_ID = select(memories).where(memories.c.id == bindparam("id"))
_MEMORY_COUNT = select(func.count()).where(memories.c.locrit_id == bindparam("locrit"), _ALIVE_MEMORIES)
_NUMBERS = select(locrits.c.conversation_count, locrits.c.user_count).where(locrits.c.id == bindparam("locrit"))


def statistics(connection: Connection, locrit_id: str) -> MemoryStatistics:
    numbers = connection.execute(_NUMBERS, {"locrit": locrit_id}).one()
    return MemoryStatistics(
        total_messages=activity.total(connection, locrit_id),
        total_sessions=numbers.conversation_count,
        total_concepts=0,
        total_users=numbers.user_count,
        total_memories=connection.execute(_MEMORY_COUNT, {"locrit": locrit_id}).scalar_one(),
    )


def first_and_last_message_at(connection: Connection, locrit_id: str) -> tuple[int | None, int | None]:
    first, last = (connection.execute(end, {"locrit": locrit_id}).scalar_one_or_none() for end in _ENDS)
    return first, last


def recent_messages(connection: Connection, locrit_id: str, limit: int) -> list[RememberedMessage]:
    """The newest of all conversations, newest last."""
    rows = connection.execute(_RECENT, {"locrit": locrit_id, "count": limit}).mappings().all()
    return [RememberedMessage.model_validate(dict(row)) for row in reversed(rows)]


def message(connection: Connection, locrit_id: str, message_id: str) -> RememberedMessage:
    row = connection.execute(_ONE, {"locrit": locrit_id, "id": message_id}).mappings().one_or_none()
    if row is None:
        raise NotFound("This Locrit remembers no such message.")
    return RememberedMessage.model_validate(dict(row))


def session(conversation: Conversation) -> RememberedSession:
    return RememberedSession(
        id=conversation.session_id,
        conversation_id=conversation.conversation_id,
        name=conversation.title,
        topic=conversation.title,
        user_id=conversation.user_id,
        message_count=conversation.message_count,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
    )


def remembered(message: Message, session_id: str) -> RememberedMessage:
    return RememberedMessage(
        id=message.message_id,
        role=message.role,
        content=message.content,
        timestamp=message.created_at,
        session_id=session_id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        status=message.status,
        rev=message.rev,
    )


def _entity(row: Row[Any]) -> Memory:
    return Memory(
        id=row.id,
        content=row.content,
        importance=row.importance,
        tags=json.loads(row.tags),
        pinned=row.pinned,
        created_at=row.created_at,
    )


def page(connection: Connection, locrit_id: str, limit: int) -> list[Memory]:
    """Pinned first, then newest first."""
    return [_entity(row) for row in connection.execute(_MEMORIES, {"locrit": locrit_id, "count": limit})]


def add(tx: Transaction, locrit_name: str, new: dict[str, Any], op_id: str, request_hash: str, now: int) -> Memory:
    """Once. `new` has content, importance, tags and metadata."""
    done = ops.find(tx, op_id, request_hash)
    if done is not None:
        return _entity(tx.read(_BY_ID, done).one())
    locrit_id = locrit_store.require(tx.connection, locrit_name).id
    texts = {name: json.dumps(new[name]) for name in ("tags", "metadata")}
    row = {"id": new_id(), "locrit_id": locrit_id, "pinned": False, "created_at": now, **new, **texts}
    tx.change(insert(memories), row)
    ops.record(tx, op_id, request_hash, {"id": row["id"]}, now)
    return Memory.model_validate(row | {"tags": new["tags"]})


def delete(tx: Transaction, locrit_name: str, memory_id: str, now: int) -> None:
    locrit_id = locrit_store.require(tx.connection, locrit_name).id
    statement = update(memories).where(memories.c.locrit_id == locrit_id, memories.c.id == memory_id, _ALIVE_MEMORIES)
    if tx.change(statement.values(deleted_at=now)).rowcount == 0:
        raise NotFound("This Locrit has no such memory.")


def clear(tx: Transaction, locrit_name: str, op_id: str, request_hash: str, now: int) -> int:
    """Every conversation and memory of the Locrit to the trash, once; returns how many there were."""
    done = ops.find(tx, op_id, request_hash)
    if done is not None:
        return int(done["count"])
    locrit_id = locrit_store.require(tx.connection, locrit_name).id
    statement = update(memories).where(memories.c.locrit_id == locrit_id, _ALIVE_MEMORIES)
    remembered = tx.change(statement.values(deleted_at=now)).rowcount
    count = remembered + trash.clear(tx, locrit_id, op_id, now)
    ops.record(tx, op_id, request_hash, {"count": count}, now)
    return count


def summary(connection: Connection, locrit_id: str) -> MemorySummary:
    numbers = statistics(connection, locrit_id)
    sessions, _ = conversation_store.page(connection, {"locrit_id": locrit_id}, None, SUMMARY_SIZE)
    return MemorySummary(
        locrit_name=locrit_store.by_id(connection, locrit_id).name,
        statistics=numbers,
        total_messages=numbers.total_messages,
        recent_messages=recent_messages(connection, locrit_id, SUMMARY_SIZE),
        sessions=[session(conversation) for conversation in sessions],
        top_concepts=[],
        activity=activity.days(connection, locrit_id),
    )

"""What is remembered of a Locrit, at a glance: the numbers, the newest messages, the sessions."""

from datetime import tzinfo

from sqlalchemy import Connection, bindparam, func, select

from src.entities import (
    Conversation,
    MemoryStatistics,
    MemorySummary,
    Message,
    RememberedMessage,
    RememberedSession,
)
from src.errors import NotFound
from src.models import conversations, locrit_users, locrits, messages
from src.stores import activity, listing, memories
from src.stores import locrits as locrit_store

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
_PEOPLE = select(func.count()).where(locrit_users.c.locrit_id == locrits.c.id).scalar_subquery()
_NUMBERS = select(locrits.c.conversation_count, _PEOPLE.label("people")).where(locrits.c.id == bindparam("locrit"))


def statistics(connection: Connection, locrit_id: str) -> MemoryStatistics:
    numbers = connection.execute(_NUMBERS, {"locrit": locrit_id}).one()
    return MemoryStatistics(
        total_messages=activity.total(connection, locrit_id),
        total_sessions=numbers.conversation_count,
        total_concepts=0,
        total_users=numbers.people,
        total_memories=memories.count(connection, locrit_id),
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
        forked_from=conversation.forked_from,
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


def summary(connection: Connection, locrit_id: str, zone: tzinfo) -> MemorySummary:
    numbers = statistics(connection, locrit_id)
    sessions, _ = listing.page(connection, {"locrit_id": locrit_id}, None, SUMMARY_SIZE)
    return MemorySummary(
        locrit_name=locrit_store.by_id(connection, locrit_id).name,
        statistics=numbers,
        total_messages=numbers.total_messages,
        recent_messages=recent_messages(connection, locrit_id, SUMMARY_SIZE),
        sessions=[session(conversation) for conversation in sessions],
        top_concepts=[],
        activity=activity.days(connection, locrit_id, zone),
    )

"""What is remembered of a Locrit, at a glance: the numbers, the newest messages, the sessions."""

from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from src.entities import MemoryOverview, MemoryStatistics, RecalledMessage
from src.entities.parts import from_json, gist
from src.errors import NotFound
from src.models import conversations, locrit_users, locrits, messages
from src.stores import activity, listing, memories
from src.stores import locrits as locrit_store

SUMMARY_SIZE = 20

_RECALLED = select(
    messages.c.id.label("message_id"),
    messages.c.role,
    messages.c.content,
    messages.c.parts,
    messages.c.created_at,
    messages.c.conversation_id,
    messages.c.seq,
    messages.c.status,
    messages.c.rev,
    conversations.c.session_id,
).join(conversations, conversations.c.id == messages.c.conversation_id)
_SHOWN = _RECALLED.where(
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


def recent_messages(connection: Connection, locrit_id: str, limit: int) -> list[RecalledMessage]:
    """The newest of all conversations, newest last."""
    rows = connection.execute(_RECENT, {"locrit": locrit_id, "count": limit}).all()
    return [_recalled(row) for row in reversed(rows)]


def message(connection: Connection, locrit_id: str, message_id: str) -> RecalledMessage:
    row = connection.execute(_ONE, {"locrit": locrit_id, "id": message_id}).one_or_none()
    if row is None:
        raise NotFound("This Locrit remembers no such message.")
    return _recalled(row)


def _recalled(row: Any) -> RecalledMessage:
    """One without words is told by the names of its files."""
    told = row._asdict()
    return RecalledMessage.model_validate(told | {"content": gist(row.content, from_json(told.pop("parts")))})


def overview(connection: Connection, locrit_id: str, zone: tzinfo) -> MemoryOverview:
    numbers = statistics(connection, locrit_id)
    sessions, _ = listing.page(connection, {"locrit_id": locrit_id}, None, SUMMARY_SIZE)
    return MemoryOverview(
        locrit_name=locrit_store.by_id(connection, locrit_id).name,
        statistics=numbers,
        total_messages=numbers.total_messages,
        recent_messages=recent_messages(connection, locrit_id, SUMMARY_SIZE),
        sessions=sessions,
        activity=activity.days(connection, locrit_id, zone),
    )

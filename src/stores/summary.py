"""What is remembered of a Locrit, or of all of a person's, at a glance: the numbers, the newest messages, the sessions.

What it costs depends on how many days there were words on, not on how many messages there are: all numbers are counted
with each change (see `stores.activity`).
"""

from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from src.entities import MemoryOverview, MemoryStatistics, RecalledMessage
from src.entities.parts import from_json, gist
from src.errors import NotFound
from src.models import concept_counts, conversations, locrit_users, locrits, memories, messages
from src.stores import activity, concept_lists, listing

SUMMARY_SIZE = 20
TOP_CONCEPTS = 10

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
    locrits.c.name.label("locrit_name"),
)
_SHOWN = (
    _RECALLED.join(conversations, conversations.c.id == messages.c.conversation_id)
    .join(locrits, locrits.c.id == conversations.c.locrit_id)
    .where(messages.c.deleted_at.is_(None), conversations.c.deleted_at.is_(None), locrits.c.deleted_at.is_(None))
)
_RECENT = _SHOWN.order_by(messages.c.row_id.desc()).limit(bindparam("count"))
_ONE = _SHOWN.where(messages.c.locrit_id == bindparam("locrit"), messages.c.id == bindparam("id"))
_ENDS = [
    select(messages.c.created_at).where(messages.c.locrit_id == bindparam("locrit")).order_by(end).limit(1)
    for end in (messages.c.row_id, messages.c.row_id.desc())
]
_SESSIONS = select(func.coalesce(func.sum(locrits.c.conversation_count), 0))
_PEOPLE = select(func.count(locrit_users.c.user_id.distinct())).join(locrits, locrits.c.id == locrit_users.c.locrit_id)
_MEMORIES = (
    select(func.count())
    .select_from(memories.join(locrits, locrits.c.id == memories.c.locrit_id))
    .where(memories.c.deleted_at.is_(None), memories.c.suggested.is_(False))
)
_CONCEPTS = select(func.coalesce(func.sum(concept_counts.c.concepts), 0)).join(
    locrits, (locrits.c.id == concept_counts.c.locrit_id) & (locrits.c.owner_id == concept_counts.c.owner_id)
)


def statistics(connection: Connection, owner_id: str, locrit_id: str | None) -> MemoryStatistics:
    """Of a Locrit, or of all."""
    counted = activity.counts(connection, owner_id, locrit_id)
    return _statistics(connection, owner_id, locrit_id, counted.messages)


def _statistics(connection: Connection, owner_id: str, locrit_id: str | None, messages: int) -> MemoryStatistics:
    sessions, concepts, people, remembered = (
        int(connection.scalar(_of(statement, owner_id, locrit_id)) or 0)
        for statement in (_SESSIONS, _CONCEPTS, _PEOPLE, _MEMORIES)
    )
    return MemoryStatistics(
        total_messages=messages,
        total_sessions=sessions,
        total_concepts=concepts,
        total_users=people,
        total_memories=remembered,
    )


def _of(statement: Select[Any], owner_id: str, locrit_id: str | None) -> Select[Any]:
    if locrit_id is not None:
        return statement.where(locrits.c.id == locrit_id)
    return statement.where(locrits.c.owner_id == owner_id, locrits.c.deleted_at.is_(None))


def first_and_last_message_at(connection: Connection, locrit_id: str) -> tuple[int | None, int | None]:
    first, last = (connection.execute(end, {"locrit": locrit_id}).scalar_one_or_none() for end in _ENDS)
    return first, last


def recent_messages(connection: Connection, owner_id: str, locrit_id: str | None, limit: int) -> list[RecalledMessage]:
    """The newest of all conversations, newest last."""
    of_it = messages.c.locrit_id == locrit_id if locrit_id is not None else conversations.c.owner_id == owner_id
    rows = connection.execute(_RECENT.where(of_it), {"count": limit}).all()
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


def overview(connection: Connection, owner_id: str, locrit_id: str | None, zone: tzinfo) -> MemoryOverview:
    counted = activity.counts(connection, owner_id, locrit_id)
    rhythm = activity.rhythm(connection, owner_id, locrit_id, zone)
    of_it = {"owner_id": owner_id} | ({"locrit_id": locrit_id} if locrit_id is not None else {})
    sessions, _ = listing.page(connection, of_it, None, SUMMARY_SIZE)
    return MemoryOverview(
        locrit_name=connection.scalar(select(locrits.c.name).where(locrits.c.id == locrit_id)),
        statistics=_statistics(connection, owner_id, locrit_id, counted.messages),
        total_messages=counted.messages,
        characters=counted.characters,
        messages_by_role=counted.by_role,
        recent_messages=recent_messages(connection, owner_id, locrit_id, SUMMARY_SIZE),
        sessions=sessions,
        activity=rhythm.days,
        hours=rhythm.hours,
        models=counted.models,
        top_concepts=concept_lists.top(connection, owner_id, locrit_id, TOP_CONCEPTS),
    )
